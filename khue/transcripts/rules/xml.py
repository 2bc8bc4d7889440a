"""Học bạ số dạng XML: written canonical at once, read back to the same facts.

The body is its own exclusive canonical form (Exclusive XML Canonicalization 1.0), so that parts
are signed without canonicalising them again: UTF-8, no declaration, no white space between
elements, attributes in order, empty facts left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lxml import etree

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
from khue.transcripts.rules.mapping import (
    BY_LEVEL,
    BY_SCORE,
    CONTAINERS,
    HEAD,
    MANY,
    NAMESPACE,
    PUPIL,
    QUALITY,
    RESULTS,
    STAY,
    STRAND,
    SUBJECT_FIRST,
    SUBJECT_LAST,
    TERMS,
    YEAR_FIRST,
    YEAR_LAST,
    Item,
)

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile("[&<>\r]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_IN_QUOTES = re.compile('[&<"\t\n\r]')
_QUOTED = {
    "&": "&amp;",
    "<": "&lt;",
    '"': "&quot;",
    "\t": "&#x9;",
    "\n": "&#xA;",
    "\r": "&#xD;",
}
_Q = f"{{{NAMESPACE}}}"


class NotATranscript(Exception):
    """The file is not a transcript of this form; `sentence` says so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _text(value: str) -> str:
    clean = _FORBIDDEN.sub("", value)
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], clean)


def _quoted(value: str) -> str:
    return _IN_QUOTES.sub(lambda found: _QUOTED[found[0]], _FORBIDDEN.sub("", value))


def _one(name: str, value: str) -> str:
    return f"<{name}>{_text(value)}</{name}>" if value else ""


def _items(items: Iterable[Item], facts: Any) -> str:
    return "".join(_one(one.name, one.codec.write(getattr(facts, one.fact))) for one in items)


def _result(suffix: str, value: str) -> str:
    if value[:1].isdigit():
        return _one(BY_SCORE + suffix, value.replace(",", "."))
    return _one(BY_LEVEL + suffix, value)


def _strand(facts: StrandFacts) -> str:
    return f"<Mach><ten>{_text(facts.name)}</ten>{_items(STRAND, facts)}</Mach>"


def _subject(facts: SubjectFacts, code: str) -> str:
    inside = (
        _items(SUBJECT_FIRST, facts),
        *(_result(suffix, getattr(facts, fact)) for suffix, fact in RESULTS),
        _items(STRAND, facts),
        *map(_strand, facts.strands),
        _items(SUBJECT_LAST, facts),
    )
    named = f'Id="{_quoted(facts.element)}" hocBa="{code}"'
    return f"<MonHoc {named}>{''.join(inside)}</MonHoc>"


def _terms(name: str, facts: Terms) -> str:
    inside = _items(TERMS, facts)
    return f"<{name}>{inside}</{name}>" if inside else ""


def _quality(facts: QualityFacts) -> str:
    slot = _quoted(facts.slot)
    return f'<PhamChatNangLuc ma="{slot}">{_items(QUALITY, facts)}</PhamChatNangLuc>'


def _stay(facts: Stay) -> str:
    return f"<QuaTrinh>{_items(STAY, facts)}</QuaTrinh>"


def _year(facts: YearFacts) -> Iterator[str]:
    code = _quoted(facts.head.code)
    yield _items(YEAR_FIRST, facts)
    yield from (_subject(one, code) for one in facts.subjects)
    yield _terms("KetQuaHocTap", facts.learning)
    yield _terms("KetQuaRenLuyen", facts.conduct)
    yield from map(_quality, facts.qualities)
    yield _items(YEAR_LAST, facts)
    for name, fact in MANY:
        yield from (_one(name, value) for value in getattr(facts, fact))
    yield from map(_stay, facts.stays)


def write_body(facts: YearFacts) -> bytes:
    """Thân học bạ của một năm: canonical, the same bytes for the same facts.

    The year and each subject name the transcript they belong to (`hocBa`), so that a signed part
    cannot stand in another pupil's file.
    """
    code = _quoted(facts.head.code)
    inside = (
        f'<ThongTinChung Id="tt">{_items(HEAD, facts.head)}</ThongTinChung>',
        f'<HocSinh Id="hs">{_items(PUPIL, facts.pupil)}</HocSinh>',
        f'<NamHoc Id="{facts.element}" hocBa="{code}">{"".join(_year(facts))}</NamHoc>',
        *(f'<{name} Id="{place}"></{name}>' for name, place in CONTAINERS),
    )
    start = f'<HocBaSo xmlns="{NAMESPACE}" Id="hb-{code}" phienBan="{facts.head.version}">'
    return f"{start}{''.join(inside)}</HocBaSo>".encode()


_KIND_OF = {"tt": "ThongTinChung", "hs": "HocSinh", "nh": "NamHoc", "mh": "MonHoc"}
_PARTS = re.compile(rb'<(?:ThongTinChung|HocSinh|NamHoc|MonHoc) Id="([^"]+)"')


def part_of(body: bytes, element: str) -> bytes:
    """One element of a body in canonical form, as a signature digests it; KeyError without it."""
    name = _KIND_OF[element[:2]]
    start = body.find(f'<{name} Id="{element}"'.encode())
    if start < 0:
        raise KeyError(element)
    end = body.index(f"</{name}>".encode(), start) + len(name) + 3
    return f'<{name} xmlns="{NAMESPACE}"'.encode() + body[start + len(name) + 1 : end]


def parts_of(body: bytes, elements: Sequence[str] | None = None) -> dict[str, bytes]:
    """Các phần ký được của thân: canonical bytes by Id; all of them, or those asked for."""
    found = [one.decode() for one in _PARTS.findall(body)] if elements is None else elements
    return {element: part_of(body, element) for element in found}


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def read_body(content: bytes) -> YearFacts:
    """Đọc lại nội dung từ XML, with or without signatures in it; NotATranscript for another file.

    A file of strangers passes the safe reader of the signing service first.
    """
    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        raise NotATranscript("Tệp không phải là XML đúng cú pháp.") from error
    if root.tag != f"{_Q}HocBaSo" or root.getroottree().docinfo.internalDTD is not None:
        raise NotATranscript("Tệp XML này không phải là học bạ số theo mẫu của hệ thống.")
    return _facts(root)


def _facts(root: etree._Element) -> YearFacts:
    head, pupil, year = (root.find(_Q + one) for one in ("ThongTinChung", "HocSinh", "NamHoc"))
    if head is None or pupil is None or year is None:
        raise NotATranscript("Học bạ số thiếu thông tin chung, học sinh hoặc năm học.")
    try:
        told = Head(**{"code": "", "verify_code": "", "version": 0, **_read(HEAD, head)})
        if root.get("phienBan") != str(told.version):
            raise ValueError(root.get("phienBan"))
        return _read_year(year, told, PupilFacts(**_read(PUPIL, pupil)))
    except (ValueError, TypeError, KeyError) as error:
        raise NotATranscript("Học bạ số có giá trị không đúng kiểu.") from error


def _values(element: etree._Element) -> dict[str, str]:
    return {str(one.tag).removeprefix(_Q): one.text or "" for one in element}


def _read(items: Sequence[Item], element: etree._Element) -> dict[str, Any]:
    told = _values(element)
    return {one.fact: one.codec.read(told[one.name]) for one in items if one.name in told}


def _attribute(element: etree._Element, name: str) -> str:
    """An attribute that must be there; KeyError without it."""
    return str(element.attrib[name])


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(_Q + name)


def _read_subject(element: etree._Element) -> SubjectFacts:
    told = _values(element)
    found = _read((*SUBJECT_FIRST, *STRAND, *SUBJECT_LAST), element)
    for suffix, fact in RESULTS:
        score = told.get(BY_SCORE + suffix, "").replace(".", ",")
        found[fact] = score or told.get(BY_LEVEL + suffix, "")
    found["strands"] = tuple(map(_read_strand, _all(element, "Mach")))
    return SubjectFacts(element=_attribute(element, "Id"), **{"form": "", **found})


def _read_strand(element: etree._Element) -> StrandFacts:
    return StrandFacts(name=_values(element).get("ten", ""), **_read(STRAND, element))


def _read_terms(year: etree._Element, name: str) -> Terms:
    found = year.find(_Q + name)
    return Terms() if found is None else Terms(**_read(TERMS, found))


def _read_quality(element: etree._Element) -> QualityFacts:
    found = {"group": "", "name": "", **_read(QUALITY, element)}
    return QualityFacts(slot=_attribute(element, "ma"), **found)


def _read_year(element: etree._Element, head: Head, pupil: PupilFacts) -> YearFacts:
    found = {"regime": "", "grade": "", **_read((*YEAR_FIRST, *YEAR_LAST), element)}
    facts = YearFacts(head=head, pupil=pupil, **found)
    if element.get("Id") != facts.element:
        raise ValueError(element.get("Id"))
    many: dict[str, Any] = {
        fact: tuple(one.text or "" for one in _all(element, name)) for name, fact in MANY
    }
    return replace(
        facts,
        subjects=tuple(map(_read_subject, _all(element, "MonHoc"))),
        learning=_read_terms(element, "KetQuaHocTap"),
        conduct=_read_terms(element, "KetQuaRenLuyen"),
        qualities=tuple(map(_read_quality, _all(element, "PhamChatNangLuc"))),
        stays=tuple(_read_stay(one) for one in _all(element, "QuaTrinh")),
        **many,
    )


def _read_stay(element: etree._Element) -> Stay:
    return Stay(**{"school": "", "class_name": "", **_read(STAY, element)})


_VALUE = re.compile(rb"<ds:SignatureValue( [^>]*)?>([^<]*)</ds:SignatureValue>")
_DS = "http://www.w3.org/2000/09/xmldsig#"


def signature_id(element: str) -> str:
    """Id of the signature on a part: "ck-mh-88"."""
    return f"ck-{element}"


def signature_value(signature: bytes, element: str) -> tuple[str, bytes]:
    """The Id and the canonical bytes of a ds:SignatureValue, as a later signature covers it."""
    name = f"{signature_id(element)}-value"
    found = _VALUE.search(signature)
    if found is None or f'Id="{name}"'.encode() not in (found[1] or b""):
        raise KeyError(name)
    start = f'<ds:SignatureValue xmlns:ds="{_DS}" Id="{name}">'.encode()
    return name, start + found[2] + b"</ds:SignatureValue>"


def with_signatures(body: bytes, signatures: Iterable[tuple[str, bytes]]) -> bytes:
    """Tệp học bạ: the body with each signature as the last of its container (by Id)."""
    held: dict[str, list[bytes]] = {}
    for container, signature in signatures:
        held.setdefault(container, []).append(signature)
    for name, container in CONTAINERS:
        start, end = f'<{name} Id="{container}">'.encode(), f"</{name}>".encode()
        inside = b"".join(held.pop(container, []))
        body = body.replace(start + end, start + inside + end)
    if held:
        raise KeyError(next(iter(held)))
    return body
