"""A signed file that somebody changed: exactly those signatures break that vouched for the change.

xmlsec1 is the witness: an independent program says the same of every signature.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from khue.signing.rules.shapes import Status
from khue.signing.rules.xades import place_signature, read_xades, take_out_signature
from khue.signing.tests.containers import xmlsec
from khue.signing.tests.pki import Pki
from khue.transcripts.queries.sealed import BODY, FILE, SIGNATURE, unseal
from khue.transcripts.rules.container import misplaced
from khue.transcripts.rules.signing import SignerRole
from khue.transcripts.rules.xml import part_of, read_body
from khue.transcripts.tests.yearbook import (
    Signing,
    bring_to_confirmed,
    finish_class,
    newest,
    parts_of,
    publish_class,
)
from tests.cast import Cast


@pytest.fixture
def files(cast: Cast, pki: Pki) -> tuple[bytes, bytes]:
    """The published files of em Minh and of a classmate."""
    finish_class(cast)
    bring_to_confirmed(cast)
    Signing(cast, pki).sign_all()
    publish_class(cast)
    one, other = (newest(student) for student in (cast.minh.student, cast.classmates[0]))
    return unseal(one.file, FILE), unseal(other.file, FILE)


def broken_in(content: bytes) -> set[str]:
    found = read_xades(content, positions=misplaced)
    return {one.id for one in found if one.fault or not one.intact}


def faults_in(content: bytes) -> set[str]:
    return {one.fault for one in read_xades(content, positions=misplaced) if one.fault}


def ids_in(content: bytes) -> list[str]:
    return [one.id for one in read_xades(content)]


def subject(content: bytes, name: str) -> str:
    """Id of the signature on a subject."""
    found = next(one for one in read_body(content).subjects if one.name == name)
    return f"ck-{found.element}"


def test_one_mark_breaks_those_who_vouched_for_it(
    cast: Cast, pki: Pki, files: tuple[bytes, bytes], tmp_path: Path
) -> None:
    content, _ = files
    assert broken_in(content) == set()
    maths = subject(content, "Toán")
    start = content.index(b"<tenMonHoc>To\xc3\xa1n")
    forged = content[:start] + content[start:].replace(b"<dtbCn>7.5", b"<dtbCn>9.5", 1)
    broken = broken_in(forged)
    assert broken == {maths, "ck-nh-2026", "ck-ky-ht", "ck-ky-dv"}
    for name in (maths, subject(content, "Ngữ văn"), "ck-nh-2026", "ck-ky-ht", "ck-ky-dv"):
        assert xmlsec(content, name, tmp_path, pki.trust.roots)
        assert xmlsec(forged, name, tmp_path, pki.trust.roots) == (name not in broken)


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        (b"<ngaySinh>2013-03-09", b"<ngaySinh>2012-03-09", {"ck-ky-ht", "ck-ky-dv"}),
        (b"<nhanXetGvcn>Ch", b"<nhanXetGvcn>R\xe1\xba\xa5t ch", None),
        (b"<ketLuan>", b"<ketLuan>,", None),
        (b"<phienBan>1", b"<phienBan>2", {"ck-ky-ht", "ck-ky-dv"}),
    ],
)
def test_one_date_or_one_comma_is_seen(
    files: tuple[bytes, bytes], old: bytes, new: bytes, broken: set[str] | None
) -> None:
    content, _ = files
    assert old in content
    expected = broken or {"ck-nh-2026", "ck-ky-ht", "ck-ky-dv"}
    assert broken_in(content.replace(old, new, 1)) == expected


def test_a_signature_that_is_taken_out_breaks_those_after_it(files: tuple[bytes, bytes]) -> None:
    content, _ = files
    maths = subject(content, "Toán")
    stripped = take_out_signature(content, maths)
    assert maths not in ids_in(stripped)
    assert broken_in(stripped) == {"ck-ky-ht", "ck-ky-dv"}


def test_a_subject_of_a_classmate_does_not_fit(files: tuple[bytes, bytes]) -> None:
    """Swapped with its signature, which is whole: it stands in another pupil's transcript."""
    mine, other = files
    name = subject(mine, "Toán")
    element = name.removeprefix("ck-")
    swapped = mine.replace(_plain(mine, element), _plain(other, element))
    swapped = _with_signature_of(swapped, other, name)
    broken = broken_in(swapped)
    assert broken >= {name, "ck-nh-2026", "ck-ky-ht", "ck-ky-dv"}
    found = next(one for one in read_xades(swapped, positions=misplaced) if one.id == name)
    assert found.fault == Status.MISPLACED
    assert "học bạ khác" in found.facts["fault"]


def _plain(content: bytes, element: str) -> bytes:
    """A part as it stands in the file."""
    return part_of(content, element).replace(b' xmlns="urn:vn:oss-school:hocba:1"', b"", 1)


def _with_signature_of(content: bytes, other: bytes, name: str) -> bytes:
    found = re.search(
        rb'<ds:Signature [^>]*Id="' + name.encode() + rb'".*?</ds:Signature>', other, re.DOTALL
    )
    assert found
    return place_signature(take_out_signature(content, name), "ky-gv", found[0])


@pytest.mark.parametrize("hidden", ["HocSinh", "ThongTinChung"])
def test_an_element_that_is_moved_aside_is_misplaced(
    files: tuple[bytes, bytes], hidden: str
) -> None:
    """Wrapping: the signed part goes into a corner, a forged one without signature takes over."""
    content, _ = files
    found = re.search(rf"<{hidden} .*?</{hidden}>".encode(), content, re.DOTALL)
    assert found
    forged = found[0].replace(b'Id="', b'Id="x', 1).replace(b"Minh", b"M\xe1\xba\xa1nh")
    wrapped = content.replace(found[0], forged).replace(
        b'<KyDonVi Id="ky-dv">', b'<KyDonVi Id="ky-dv"><an>' + found[0] + b"</an>"
    )
    assert broken_in(wrapped) >= {"ck-ky-ht", "ck-ky-dv"}
    assert Status.MISPLACED in faults_in(wrapped)


def test_the_same_id_twice_is_misplaced(files: tuple[bytes, bytes]) -> None:
    content, _ = files
    found = re.search(rb"<HocSinh .*?</HocSinh>", content, re.DOTALL)
    assert found
    twice = content.replace(found[0], found[0] + found[0])
    assert broken_in(twice) >= {"ck-ky-ht", "ck-ky-dv"}


def test_the_file_is_the_body_and_its_signatures(cast: Cast, files: tuple[bytes, bytes]) -> None:
    """Put together by hand or signature by signature: the same bytes."""
    row = newest(cast.minh.student)
    built = unseal(row.body, BODY)
    for part in parts_of(row):
        container = SignerRole(part.role).container
        built = place_signature(built, container, unseal(part.signature, SIGNATURE))
    assert built == files[0]
