"""Signed files, whole and tampered with, that every verifier must judge alike."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from khue.ledger.tests.proofs import KEY, make_proof
from khue.signing.rules.cms import cms_stamped, finish_cms, prepare_cms
from khue.signing.rules.shapes import Level
from khue.signing.rules.trust_file import write_trust_file
from khue.signing.tests import pdfs
from khue.signing.tests.containers import CONTAINER, STEPS, sign_in, signed_container
from khue.signing.tests.pki import Pki

LETTER = "Danh sách lớp 8A\r\nNguyễn Thị Ước\n\0".encode()
GOOD, BROKEN, MISPLACED, UNKNOWN = "valid", "broken", "misplaced", "status_unknown"


@dataclass(frozen=True)
class Sample:
    """A file, the CMS beside it, and the status of every signature in it, in their order."""

    name: str
    content: bytes
    statuses: tuple[str, ...]
    is_good: bool
    beside: bytes = b""


def trust_text(pki: Pki) -> bytes:
    return write_trust_file(pki.trust, [KEY.public_hex])


def samples(pki: Pki) -> list[Sample]:
    return [*_xml(pki), *_pdf(pki), *_cms(pki), *_proofs(), _package(pki)]


def _xml(pki: Pki) -> list[Sample]:
    whole = signed_container(pki, Level.B_LT)
    marks = (BROKEN, GOOD, BROKEN, BROKEN, BROKEN)
    born = (GOOD, GOOD, GOOD, BROKEN, BROKEN)
    told = [
        ("nguyen-ven.xml", whole, (GOOD,) * 5),
        ("khong-dau-thoi-gian.xml", signed_container(pki), (UNKNOWN,) * 5),
        ("sua-diem.xml", _swap(whole, b"8,5", b"9,5"), marks),
        ("sua-dau-phay.xml", _swap(whole, b"8,5", b"8.5"), marks),
        ("sua-ngay-sinh.xml", _swap(whole, b"2013-09-14", b"2013-09-15"), born),
        ("sua-nhan-xet.xml", _swap(whole, "sạch".encode(), b"sach"), (GOOD, *(BROKEN,) * 4)),
        ("doi-cho-hai-mon.xml", _exchanged(whole), (BROKEN, BROKEN, BROKEN, BROKEN, BROKEN)),
        ("nhan-doi.xml", _doubled(whole), (MISPLACED, GOOD, BROKEN, BROKEN, BROKEN)),
        ("giau-mon.xml", _hidden(whole), (MISPLACED, GOOD, BROKEN, BROKEN, BROKEN)),
        ("them-phan.xml", _swap(whole, b'<KyGiaoVien', b'<Them>10</Them><KyGiaoVien'), (GOOD,) * 5),
        ("go-chu-ky.xml", _without_first(whole), (GOOD, GOOD, BROKEN, BROKEN)),
    ]  # fmt: skip
    return [
        Sample(name, content, statuses, is_good=name == "nguyen-ven.xml")
        for name, content, statuses in told
    ]


def _swap(content: bytes, old: bytes, new: bytes) -> bytes:
    assert content.count(old) == 1, (old, content.count(old))
    return content.replace(old, new)


def _subject(content: bytes, part: str) -> bytes:
    start = content.index(f'<MonHoc Id="{part}">'.encode())
    return content[start : content.index(b"</MonHoc>", start) + len(b"</MonHoc>")]


def _exchanged(content: bytes) -> bytes:
    """The marks of two subjects under each other's id."""
    maths, letters = _subject(content, "mh-toan"), _subject(content, "mh-van")
    inner = [one[one.index(b">") + 1 :] for one in (maths, letters)]
    changed = content.replace(inner[0], b"@").replace(inner[1], inner[0])
    return changed.replace(b"@", inner[1])


def _doubled(content: bytes) -> bytes:
    """A second element with the id of a signed one."""
    maths = _subject(content, "mh-toan")
    return content.replace(maths, maths.replace(b"8,5", b"10") + maths)


def _hidden(content: bytes) -> bytes:
    """The signed subject put aside, another in its place (signature wrapping)."""
    maths = _subject(content, "mh-toan")
    forged = maths.replace(b'Id="mh-toan"', b'Id="mh-khac"').replace(b"8,5", b"10")
    moved = content.replace(maths, forged)
    return moved.replace(b'<KyGVCN Id="ky-gvcn">', b'<KyGVCN Id="ky-gvcn">' + maths)


def _without_first(content: bytes) -> bytes:
    """The signature of the first teacher stripped."""
    at = content.index(b'Id="gv-toan"')
    start = content.rindex(b"<ds:Signature", 0, at)
    end = content.index(b"</ds:Signature>", start) + len(b"</ds:Signature>")
    return content[:start] + content[end:]


def _pdf(pki: Pki) -> list[Sample]:
    whole = pdfs.sign(pdfs.paper(), pki, level=Level.B_LT)
    twice = pdfs.sign(whole, pki, "mai", level=Level.B_LT)
    at = whole.index(b"/MediaBox")
    changed = whole[:at] + b"/MediabOx" + whole[at + len(b"/MediaBox") :]
    return [
        Sample("nguyen-ven.pdf", whole, (GOOD,), is_good=True),
        Sample("hai-chu-ky.pdf", twice, (GOOD, GOOD), is_good=True),
        Sample("sua-noi-dung.pdf", changed, (BROKEN,), is_good=False),
    ]


def _cms(pki: Pki) -> list[Sample]:
    signer, key = pki.person("binh")
    prepared = prepare_cms(LETTER, signer, at=pdfs.NOW, digest="sha256")
    value = pdfs.value_of(key, prepared)
    cms = finish_cms(
        prepared,
        value,
        timestamp=pki.stamp(cms_stamped(prepared, value)),
        evidence=pki.evidence("binh"),
    )
    changed = LETTER.replace("Ước".encode(), "Ưóc".encode())
    return [
        Sample("danh-sach.txt", LETTER, (GOOD,), is_good=True, beside=cms),
        Sample("danh-sach-sua.txt", changed, (BROKEN,), is_good=False, beside=cms),
    ]


def _proofs() -> list[Sample]:
    whole = make_proof()
    changed = whole.replace(b'\\"new\\":56', b'\\"new\\":96')
    assert changed != whole
    return [
        Sample("minh-chung.json", whole, (), is_good=True),
        Sample("minh-chung-sua.json", changed, (), is_good=False),
    ]


def _package(pki: Pki) -> Sample:
    held = io.BytesIO()
    label, place = STEPS[0]
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hoc-ba.xml", signed_container(pki, Level.B_LT))
        archive.writestr("phu-luc.xml", sign_in(pki, CONTAINER, label, place, Level.B_LT))
    return Sample("goi.zip", held.getvalue(), (*(GOOD,) * 5, GOOD), is_good=False)
