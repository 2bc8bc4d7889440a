"""The XML of a year: canonical as it is written, valid by its schema, read back the same."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from khue.transcripts.rules import mapping
from khue.transcripts.rules.facts import (
    Head,
    PupilFacts,
    QualityFacts,
    Stay,
    StrandFacts,
    SubjectFacts,
    Terms,
    YearFacts,
)
from khue.transcripts.rules.xml import (
    NotATranscript,
    part_of,
    parts_of,
    read_body,
    with_signatures,
    write_body,
)
from khue.transcripts.tests.samples import PRIMARY_YEAR, SECONDARY

SCHEMA = etree.XMLSchema(
    etree.parse(Path(__file__).resolve().parents[1] / "data" / "hoc-ba-so-1.xsd")
)
# What people type: any text but control characters, and never an empty one (which is left out).
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12
)
LEVELS = st.sampled_from(["", "Tốt", "Khá", "Đạt", "Chưa đạt"])
SCORES = st.sampled_from(["", "0,0", "7,5", "10,0", "Đ", "CĐ"])
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
COUNTS = st.none() | st.integers(0, 400)
SUBJECTS = st.builds(
    SubjectFacts,
    element=st.integers(1, 10**12).map("mh-{}".format),
    code=TEXTS,
    name=TEXTS,
    form=st.sampled_from(["score", "comment"]),
    term1=SCORES,
    term2=SCORES,
    year=SCORES,
    after=SCORES,
    level=st.sampled_from(["", "T", "H", "C"]),
    test=st.sampled_from(["", "0", "9", "10"]),
    strands=st.lists(st.builds(StrandFacts, name=TEXTS), max_size=2).map(tuple),
    comment=TEXTS,
    corrections=st.integers(0, 9),
    teacher=TEXTS,
)
YEARS = st.builds(
    YearFacts,
    head=st.builds(
        Head, code=st.just("HBABC"), version=st.integers(1, 99), verify_code=TEXTS, school=TEXTS,
        made_on=st.none() | DAYS,
    ),
    pupil=st.builds(PupilFacts, name=TEXTS, sex=st.sampled_from(["", "M", "F"]), address=TEXTS),
    year=st.integers(2000, 2100),
    regime=TEXTS,
    grade=TEXTS,
    subjects=st.lists(SUBJECTS, max_size=4, unique_by=lambda one: one.element).map(tuple),
    conduct=st.builds(Terms, term1=LEVELS, year=LEVELS),
    learning=st.builds(Terms, term2=LEVELS, after=LEVELS),
    qualities=st.lists(
        st.builds(
            QualityFacts, slot=st.sampled_from(["q1", "c10"]), group=TEXTS, name=TEXTS,
            level=st.sampled_from(["", "T", "Đ"]),
        ),
        max_size=2,
    ).map(tuple),
    absent_with=COUNTS,
    absent_without=COUNTS,
    not_assessed=st.booleans(),
    special_awards=st.lists(TEXTS.filter(bool), max_size=2).map(tuple),
    remark=TEXTS,
    stays=st.lists(
        st.builds(Stay, school=TEXTS, class_name=TEXTS, starts_on=DAYS, ends_on=st.none() | DAYS),
        max_size=2,
    ).map(tuple),
)  # fmt: skip


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


@given(YEARS)
def test_what_is_written_is_canonical_and_is_read_back_the_same(facts: YearFacts) -> None:
    body = write_body(facts)
    root = etree.fromstring(body)
    assert canonical(root) == body
    assert read_body(body) == facts


@given(YEARS)
def test_every_part_is_canonical_as_it_is_cut_out(facts: YearFacts) -> None:
    body = write_body(facts)
    elements = {one.get("Id"): one for one in etree.fromstring(body).iter() if one.get("Id")}
    parts = parts_of(body)
    assert set(parts) == {"tt", "hs", facts.element, *(one.element for one in facts.subjects)}
    for name, content in parts.items():
        assert canonical(elements[name]) == content


@pytest.mark.parametrize("facts", [SECONDARY, PRIMARY_YEAR])
def test_a_whole_year_is_valid_by_the_schema(facts: YearFacts) -> None:
    SCHEMA.assertValid(etree.fromstring(write_body(facts)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<gioiTinh>1</gioiTinh>", b"<gioiTinh>7</gioiTinh>"),
        (b"<hoVaTen>", b"<tuoi>8</tuoi><hoVaTen>"),
        (b'Id="ky-dv"', b'Id="ky-ht"'),
        (b"<soDinhDanh>", b"<soDinhDanh>9"),
    ],
)
def test_the_schema_refuses_what_is_not_of_the_form(old: bytes, new: bytes) -> None:
    body = write_body(replace(SECONDARY, pupil=replace(SECONDARY.pupil, sex="M")))
    assert old in body
    assert not SCHEMA.validate(etree.fromstring(body.replace(old, new, 1)))


def test_the_schema_documents_every_element_in_both_languages() -> None:
    xs = "{http://www.w3.org/2001/XMLSchema}"
    root = etree.parse(Path(__file__).resolve().parents[1] / "data" / "hoc-ba-so-1.xsd").getroot()
    names = {
        one.name
        for table in (
            mapping.HEAD, mapping.PUPIL, mapping.SUBJECT_FIRST, mapping.SUBJECT_LAST,
            mapping.YEAR_FIRST, mapping.YEAR_LAST, mapping.TERMS, mapping.QUALITY, mapping.STAY,
        )
        for one in table
    }  # fmt: skip
    documented = {}
    for element in root.iter(f"{xs}element"):
        told = [
            one.get("{http://www.w3.org/XML/1998/namespace}lang")
            for one in element.iter(f"{xs}documentation")
        ]
        documented[element.get("name")] = set(told)
    assert all(documented[name] == {"vi", "en"} for name in names)


def test_every_fact_has_its_element() -> None:
    """A fact without an element would be lost between the book and the file."""
    told = {
        Head: {one.fact for one in mapping.HEAD},
        PupilFacts: {one.fact for one in mapping.PUPIL},
        Terms: {one.fact for one in mapping.TERMS},
        Stay: {one.fact for one in mapping.STAY},
    }
    for kind, facts in told.items():
        assert {one.name for one in fields(kind)} == facts


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<HocBaSo/>",
        b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        b'<HocBaSo xmlns="urn:vn:oss-school:hocba:1"></HocBaSo>',
        write_body(SECONDARY).replace(b'phienBan="1"', b'phienBan="2"'),
        write_body(SECONDARY).replace(b'Id="nh-2026"', b'Id="nh-2025"'),
        write_body(SECONDARY).replace(b"<ngayLap>2027-05-26", b"<ngayLap>x"),
    ],
)
def test_another_file_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotATranscript) as refused:
        read_body(content)
    assert refused.value.sentence.endswith(".")


def test_a_part_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        part_of(write_body(SECONDARY), "mh-999999")


def test_signatures_stand_in_their_containers() -> None:
    body = write_body(SECONDARY)
    signed = with_signatures(body, [("ky-gv", b"<a/>"), ("ky-gv", b"<b/>"), ("ky-dv", b"<c/>")])
    assert b'<KyGiaoVien Id="ky-gv"><a/><b/></KyGiaoVien>' in signed
    assert b'<KyDonVi Id="ky-dv"><c/></KyDonVi>' in signed
    assert read_body(signed) == SECONDARY
    with pytest.raises(KeyError):
        with_signatures(body, [("ky-ai", b"<a/>")])
