"""Whatever is changed in a signed XML document, exactly the signatures over it break."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from khue.signing.rules.shapes import FoundSignature, Level, XmlPlace
from khue.signing.rules.xades import (
    lengthen_xades,
    place_signature,
    prepare_xades,
    read_xades,
    replace_signature,
    signature_element,
    take_out_signature,
)
from khue.signing.rules.xades.canonical import canonical
from khue.signing.rules.xades.elements import elements_by_id
from khue.signing.rules.xades.names import DS
from khue.signing.rules.xades.writing import signer_texts
from khue.signing.rules.xml_safe import UnsafeXml, parse_xml
from khue.signing.tests.containers import (
    AT,
    CONTAINER,
    SIGNATURES,
    STEPS,
    finished,
    readings,
    sign_in,
    signed_container,
    unsound,
)
from khue.signing.tests.pki import Pki

# A piece of content, and the signatures that break with it: each with the id it names as broken.
CONTENT = {
    "8,5": {"gv-toan": "mh-toan", "gvcn": "nh-2026", "ht": "nh-2026", "dv": "nh-2026"},
    ">TOAN<": {"gv-toan": "mh-toan", "gvcn": "nh-2026", "ht": "nh-2026", "dv": "nh-2026"},
    "7,2": {"gv-van": "mh-van", "gvcn": "nh-2026", "ht": "nh-2026", "dv": "nh-2026"},
    "Viết tốt": {"gv-van": "mh-van", "gvcn": "nh-2026", "ht": "nh-2026", "dv": "nh-2026"},
    ">8A<": {"gvcn": "nh-2026", "ht": "nh-2026", "dv": "nh-2026"},
    "Lò Thị Mây": {"ht": "hs", "dv": "hs"},
    "2013-09-14": {"ht": "hs", "dv": "hs"},
    "2026-06-05<": {"ht": "tt", "dv": "tt"},
}
LETTERS = st.sampled_from("0123456789,.abcXYZĐặ ")


class Signed(bytes):
    """A signed document that does not fill a report of a failure."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return Signed(signed_container(pki))


def broken(document: bytes) -> dict[str, tuple[str, ...]]:
    return unsound(readings(document))


@given(piece=st.sampled_from(sorted(CONTENT)), number=st.integers(0, 20), letter=LETTERS)
@settings(max_examples=150, deadline=None)
def test_one_character_breaks_exactly_the_signatures_over_it(
    signed: bytes, piece: str, number: int, letter: str
) -> None:
    places = [place for place, one in enumerate(piece) if one not in "<>"]
    place = places[number % len(places)]
    assume(letter != piece[place])
    changed = piece[:place] + letter + piece[place + 1 :]
    assert signed.count(piece.encode()) == 1
    found = broken(signed.replace(piece.encode(), changed.encode()))
    assert found == {one: (part,) for one, part in CONTENT[piece].items()}


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("<dtbCn>8,5</dtbCn>", "", CONTENT["8,5"]),
        ("<dtbCn>8,5</dtbCn>", "<dtbCn>8,5</dtbCn><dtbCn>9,5</dtbCn>", CONTENT["8,5"]),
        ("<dtbCn>8,5</dtbCn>", "<dtbCn>8,<b/>5</dtbCn>", CONTENT["8,5"]),
        ("<dtbCn>8,5</dtbCn>", '<dtbCn a="b">8,5</dtbCn>', CONTENT["8,5"]),
        ("<dtbCn>8,5</dtbCn>", '<dtbCn xmlns="urn:x">8,5</dtbCn>', CONTENT["8,5"]),
        ("<dtbCn>8,5</dtbCn>", " <dtbCn>8,5</dtbCn>", CONTENT["8,5"]),
        ("<dtbCn>8,5</dtbCn>", "<dtbCn>8,<!-- là -->5</dtbCn>", {}),
        ("<dtbCn>8,5</dtbCn>", "<dtbCn>&#56;,5</dtbCn >", {}),
        ('<MonHoc Id="mh-toan">', "<MonHoc  Id='mh-toan' >", {}),
    ],
)
def test_structure_counts_and_spelling_does_not(
    signed: bytes, before: str, after: str, names: dict[str, str]
) -> None:
    assert signed.count(before.encode()) == 1
    found = broken(signed.replace(before.encode(), after.encode()))
    assert found == {one: (part,) for one, part in names.items()}


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("name", ["SigningTime", "ClaimedRole", "CertDigest"])
def test_the_time_the_role_and_the_certificate_are_signed_too(
    signed: bytes, signature: str, name: str
) -> None:
    element = signature_element(signed, signature)
    found = re.search(rb"<xades:%s>.*?[\w=](?=[Z]?<)" % name.encode(), element)
    if found is None:
        assert (name, signature) == ("ClaimedRole", "dv")
        return
    end = found.end()
    changed = element[: end - 1] + (b"3" if element[end - 1 : end] != b"3" else b"4")
    document = replace_signature(signed, signature, changed + element[end:])
    wrong = broken(document)
    assert list(wrong) == [signature]
    assert f"{signature}-props" in wrong[signature]


def facts(found: FoundSignature) -> tuple[object, ...]:
    return (found.role, found.claimed_at, found.certificate, found.covers)


def forms(document: bytes, parts: Sequence[str]) -> list[bytes]:
    """The canonical form of elements that a signature covers."""
    by_id = elements_by_id(parse_xml(document))
    return [canonical(by_id[part][0]) for part in parts]


@given(number=st.integers(0, 1_000_000), code=st.integers(32, 126))
@settings(max_examples=300, deadline=None)
def test_what_is_called_whole_is_what_was_signed(signed: bytes, number: int, code: int) -> None:
    """Any byte of the file, signatures too: either it is not read, or nobody is deceived."""
    place, letter = number % len(signed), bytes([code])
    changed = signed[:place] + letter + signed[place + 1 :]
    try:
        found = readings(changed)
    except UnsafeXml:
        return
    were = {facts(one) for one in readings(signed).values()}
    whole = [one for one in found.values() if one.intact and not one.fault]
    assert {facts(one) for one in whole} <= were
    for one in whole:
        assert forms(changed, one.covers) == forms(signed, one.covers)


def test_a_signature_that_is_stripped_breaks_those_over_it(signed: bytes) -> None:
    without = take_out_signature(signed, "gv-van")
    assert broken(without) == {"ht": ("gv-van-value",), "dv": ("gv-van-value",)}
    reason = readings(without)["ht"].facts["fault"]
    assert reason == "Phần “gv-van-value” đã được ký nhưng không còn trong tệp."
    assert broken(take_out_signature(signed, "ht")) == {"dv": ("ht-value",)}
    assert broken(take_out_signature(signed, "dv")) == {}


def test_a_signature_of_which_only_the_value_is_left_does_not_count(signed: bytes) -> None:
    element = signature_element(signed, "gv-van")
    value = re.search(rb"<ds:SignatureValue.*?</ds:SignatureValue>", element)
    assert value
    bare = value[0].replace(b"<ds:SignatureValue", f'<ds:SignatureValue xmlns:ds="{DS}"'.encode())
    left = readings(replace_signature(signed, "gv-van", bare))
    assert "gv-van" not in left
    assert {one.id: one.fault for one in left.values() if one.fault} == {
        "ht": "misplaced",
        "dv": "misplaced",
    }
    hollow = b'<ds:Signature xmlns:ds="%s" Id="gv-van">%s</ds:Signature>' % (DS.encode(), value[0])
    assert broken(replace_signature(signed, "gv-van", hollow)) == {"gv-van": ("gv-van",)}


def test_a_new_signature_in_the_place_of_another_breaks_those_over_it(
    pki: Pki, signed: bytes
) -> None:
    _, place = STEPS[1]
    document = sign_in(pki, take_out_signature(signed, "gv-van"), "nam", place)
    assert broken(document) == {"ht": ("gv-van-value",), "dv": ("gv-van-value",)}
    assert readings(document)["gv-van"].certificate == pki.certificate("nam")
    assert readings(document)["dv"].facts == {}


def test_another_certificate_over_the_same_properties_is_seen(pki: Pki, signed: bytes) -> None:
    """Cô Hoa's words signed again with another's key, whose certificate is put in place."""
    prepared = prepare_xades(CONTAINER, STEPS[0][1], pki.person("hoa")[0], at=AT)
    hers, his = (signer_texts(pki.person(one)[0], "sha256").key_info for one in ("hoa", "mai"))
    element = finished(pki, "mai", prepared).replace(hers.encode(), his.encode())
    found = readings(place_signature(CONTAINER, "ky-gv", element))["gv-toan"]
    assert (found.intact, found.fault, found.broken) == (False, "broken", ("gv-toan",))
    assert "chứng thư" in found.facts["fault"].lower()


def swap(document: bytes, one: bytes, other: bytes) -> bytes:
    return document.replace(one, b"@@@").replace(other, one).replace(b"@@@", other)


def moved(document: bytes, element: str, before: bytes, *, keep: bool = False) -> bytes:
    """The document with an element before a mark, and there too where it stood when `keep`."""
    found = re.search(rb'<(\w+) Id="%s">.*?</\1>' % element.encode(), document, re.DOTALL)
    assert found
    without = document if keep else document.replace(found[0], b"")
    return without.replace(before, found[0] + before, 1)


WRAPPINGS: list[tuple[Callable[[bytes], bytes], dict[str, str]]] = [
    (
        # A subject is put aside and another mark stands in its place.
        lambda one: moved(one, "mh-toan", b"<KyGiaoVien").replace(
            b'<MonHoc Id="mh-van">', b'<MonHoc><dtbCn>9,9</dtbCn></MonHoc><MonHoc Id="mh-van">'
        ),
        {"gv-toan": "misplaced", "gvcn": "broken", "ht": "broken", "dv": "broken"},
    ),
    (
        lambda one: moved(one, "mh-toan", b"</KyDonVi>", keep=True),
        {"gv-toan": "misplaced"},
    ),
    (
        lambda one: moved(one, "hs", b"</KyDonVi>"),
        {"ht": "misplaced", "dv": "misplaced"},
    ),
    (
        # The whole year is hidden in the unsigned part of a signature.
        lambda one: moved(one, "nh-2026", b"</ds:Object>"),
        dict.fromkeys(("gv-toan", "gv-van", "gvcn", "ht", "dv"), "misplaced"),
    ),
    (
        lambda one: one.replace(b'Id="hs"', b'Id="hs" ID="tt"'),
        {"ht": "misplaced", "dv": "misplaced"},
    ),
    (
        lambda one: swap(one, b'Id="mh-toan"', b'Id="mh-van"'),
        dict.fromkeys(("gv-toan", "gv-van", "gvcn", "ht", "dv"), "broken"),
    ),
]


@pytest.mark.parametrize(("attack", "faults"), WRAPPINGS)
def test_parts_that_are_moved_or_doubled_are_seen(
    signed: bytes, attack: Callable[[bytes], bytes], faults: dict[str, str]
) -> None:
    found = readings(attack(signed))
    assert {one.id: one.fault for one in found.values() if one.fault} == faults
    told = [one.facts.get("fault", "") or f"{one.broken}." for one in found.values() if one.fault]
    assert all(one.endswith(".") for one in told)


def test_without_a_schema_hidden_and_doubled_parts_are_still_seen(signed: bytes) -> None:
    hidden = readings(moved(signed, "nh-2026", b"</ds:Object>"), positions=None)
    assert hidden["gvcn"].fault == "misplaced"
    doubled = readings(moved(signed, "mh-toan", b"</KyDonVi>", keep=True), positions=None)
    assert doubled["gv-toan"].fault == "misplaced"
    aside = readings(moved(signed, "hs", b"</KyDonVi>"), positions=None)
    assert aside["ht"].intact
    assert not aside["ht"].fault


def test_pupils_that_change_places_are_seen_where_the_place_is_known(pki: Pki) -> None:
    rows = "".join(f'<hs Id="hs-{one}" so="{one}"><diem>{one}</diem></hs>' for one in range(1, 4))
    document = f'<lop>{rows}<ky Id="ky"/></lop>'.encode()
    place = XmlPlace(("hs-1", "hs-2", "hs-3"), "ky", "s1")
    document = sign_in(pki, document, "hoa", place)

    def by_number(element: etree._Element) -> str:
        parent = element.getparent()
        assert parent is not None
        wanted = f"hs-{parent.index(element) + 1}"
        return "" if element.get("Id") == wanted else "Học sinh không đứng đúng dòng."

    one, two = re.findall(rb"<hs .*?</hs>", document)[:2]
    swapped = swap(document, one, two)
    (found,) = read_xades(swapped, positions=by_number)
    assert (found.fault, found.broken, found.intact) == ("misplaced", ("hs-1", "hs-2"), True)
    marks = swap(document, b"<diem>1<", b"<diem>2<")
    (found,) = read_xades(marks, positions=by_number)
    assert (found.fault, found.broken) == ("broken", ("hs-1", "hs-2"))
    ids = swap(document, b'Id="hs-1"', b'Id="hs-2"')
    (found,) = read_xades(ids)
    assert (found.fault, found.broken) == ("broken", ("hs-1", "hs-2"))


def test_a_signature_of_another_file_covers_nothing_here(pki: Pki, signed: bytes) -> None:
    other = signed_container_of(pki, "Lò Thị Mây", "Lò Văn Mây")
    foreign = signature_element(other, "ht")
    assert broken(replace_signature(signed, "ht", foreign)) == {
        "ht": ("hs", "gv-van-value"),
        "dv": ("ht-value",),
    }


def signed_container_of(pki: Pki, before: str, after: str) -> bytes:
    document = CONTAINER.replace(before.encode(), after.encode())
    for label, place in STEPS:
        document = sign_in(pki, document, label, place)
    return document


def test_signed_properties_of_another_signature_do_not_count(pki: Pki) -> None:
    """Two signatures whose properties have changed places speak for nobody."""
    place = STEPS[0][1]
    document = sign_in(pki, CONTAINER, "hoa", place)
    document = sign_in(pki, document, "mai", replace(place, signature_id="x", role="Hiệu trưởng"))
    one, two = re.findall(rb"<xades:SignedProperties.*?</xades:SignedProperties>", document)
    found = readings(swap(document, one, two))
    assert {item.fault for item in found.values()} == {"misplaced"}
    assert [item.role for item in found.values()] == ["", ""]


def test_what_is_not_signed_may_be_added_later(pki: Pki, signed: bytes) -> None:
    element = signature_element(signed, "gv-toan")
    longer = lengthen_xades(element, timestamp=b"0", evidence=pki.evidence("hoa"))
    assert broken(replace_signature(signed, "gv-toan", longer)) == {}
    assert broken(signed_container(pki, Level.B_T)) == {}
