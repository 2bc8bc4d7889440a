"""Đọc chữ ký trong PDF: whole or broken, what they cover, and what came after them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import partial

from khue.signing.rules.cms.reading import (
    UNREADABLE,
    VALUE,
    DigestOf,
    Opened,
    UnfitCms,
    open_cms,
    read_signer,
)
from khue.signing.rules.pades.changes import changes_between
from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.proofs import evidence_of
from khue.signing.rules.pades.ranges import Placed, placed_signatures
from khue.signing.rules.pades.syntax import UnfitPdf, text_of
from khue.signing.rules.shapes import Evidence, Format, FoundSignature, Status

TIMESTAMP = b"/ETSI.RFC3161"
OLD_KIND = b"/adbe.pkcs7.sha1"
READABLE = {b"/ETSI.CAdES.detached", b"/adbe.pkcs7.detached", OLD_KIND}

WHOLE_FILE = "toàn bộ tệp"
ONE_REVISION = "phiên bản {number} của tệp"
NOT_A_REVISION = "phạm vi ký không kết thúc ở cuối một phiên bản của tệp"

CHANGED_LATER = "Tệp đã bị sửa sau khi ký ({changed})."
AFTER_SIGNING = (
    "Tệp đã bị sửa sau khi ký ({changed}). Nội dung đang hiển thị không còn là nội dung đã được "
    "ký; hãy xin lại tệp gốc từ nơi phát hành."
)
STRANGE_TAIL = (
    "Tệp bị cắt cụt hoặc có dữ liệu lạ ở cuối, không thuộc phần đã ký. Hãy tải lại hoặc xin lại "
    "tệp gốc từ nơi phát hành."
)
UNLINKED = (
    "Tệp chứa chữ ký đã bị gỡ khỏi danh sách chữ ký của tài liệu. Hãy xin lại tệp gốc từ nơi phát "
    "hành."
)

_RANGE = re.compile(rb"/ByteRange[\0\t\n\f\r ]*\[[\0\t\n\f\r ]*0[\0\t\n\f\r ]+\d")
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'?(\d\d)'?)?")


@dataclass(frozen=True, slots=True)
class Told:
    """A file read: its signatures in order, the file at the end of each, and later changes."""

    pdf: PdfFile
    placed: tuple[Placed, ...]
    ends: tuple[PdfFile | None, ...]
    changed: tuple[tuple[str, ...], ...]
    """For each signature, what was changed after it and must not have been."""


def _read(data: bytes) -> Told:
    pdf = PdfFile(data)
    placed = tuple(placed_signatures(pdf))
    ends = tuple(_at_the_end_of(pdf, one) for one in placed)
    return Told(pdf, placed, ends, _later_changes(pdf, placed, ends))


def _at_the_end_of(pdf: PdfFile, one: Placed) -> PdfFile | None:
    """The file as it stood when this was signed, or None when no revision ends there."""
    if one.faults:
        return None
    if not pdf.data[one.total :].strip():
        return pdf
    starts = {section.start for section in pdf.sections}
    try:
        then = PdfFile(pdf.data[: one.total])
    except UnfitPdf:
        return None
    whole = then.last.start in starts and then.data.rstrip().endswith(b"%%EOF")
    return then if whole else None


def _later_changes(
    pdf: PdfFile, placed: tuple[Placed, ...], ends: tuple[PdfFile | None, ...]
) -> tuple[tuple[str, ...], ...]:
    known = [one for one in ends if one is not None and one is not pdf]
    steps = changes_between(pdf, [*known, pdf]) if known else []
    found: list[tuple[str, ...]] = []
    for end in ends:
        if end is None or end is pdf:
            found.append(())
            continue
        later = steps[known.index(end) :]
        found.append(tuple(dict.fromkeys(word for words in later for word in words)))
    return tuple(found)


def read_pades(pdf: bytes) -> list[FoundSignature]:
    """Every signature in a PDF, the earliest first. Raises UnfitPdf when it cannot be read.

    A signature is BROKEN when its own bytes were changed, when it does not cover a whole revision,
    or when a later increment changed what a reader sees.
    """
    return _signatures(_read(pdf))


def pdf_faults(pdf: bytes) -> tuple[str, ...]:
    """Sentences on the file as a whole; () when nothing stands outside its signatures."""
    try:
        return _faults(_read(pdf))
    except UnfitPdf as unfit:
        return (unfit.sentence,)


def read_pades_and_faults(pdf: bytes) -> tuple[list[FoundSignature], tuple[str, ...]]:
    """Both at once, for whoever wants both. Raises UnfitPdf when the file cannot be read."""
    told = _read(pdf)
    return _signatures(told), _faults(told)


def _signatures(told: Told) -> list[FoundSignature]:
    proof = evidence_of(told.pdf)
    found = []
    for number, (one, end) in enumerate(zip(told.placed, told.ends, strict=True)):
        if one.told.get(b"/SubFilter") == TIMESTAMP:
            continue
        signature = _found(told, one, proof)
        signature = _with_changes(signature, one, end, told.changed[number])
        found.append(_stamped_later(told, signature, number))
    return found


def _found(told: Told, one: Placed, proof: Evidence) -> FoundSignature:
    try:
        opened = open_cms(one.contents)
        signer = opened.signers[0]
    except (UnfitCms, IndexError):
        return _unreadable(one)
    if one.told.get(b"/SubFilter") not in READABLE:
        return _unreadable(one)
    digest_of = _digest_of(told, one, opened)
    read = read_signer(signer, _helped(opened, proof), digest_of)
    told_time = _date(one)
    return replace(
        read,
        id=one.field.name,
        format=Format.PADES,
        claimed_at=told_time or read.claimed_at,
        covers=(_covered(told, one),),
        broken=one.faults or read.broken,
        evidence=_joined(read.evidence, proof),
        facts={**_facts(one), **read.facts},
    )


def _digest_of(told: Told, one: Placed, opened: Opened) -> DigestOf:
    """What the value covers: the bytes of the range; in the old kind their SHA-1, held inside."""
    if one.told.get(b"/SubFilter") != OLD_KIND:
        return partial(one.digest, told.pdf.data)
    same = opened.content == one.digest(told.pdf.data, "sha1")
    inner = opened.content if same and opened.content else b""
    return lambda name: hashlib.new(name, inner).digest()


def _helped(opened: Opened, proof: Evidence) -> Opened:
    """The signer's certificate may stand in the file's store instead of in the CMS."""
    return replace(opened, certificates=(*opened.certificates, *proof.certificates))


def _joined(read: Evidence, proof: Evidence) -> Evidence:
    return Evidence(
        proof.certificates,
        tuple(dict.fromkeys((*read.ocsp, *proof.ocsp))),
        tuple(dict.fromkeys((*read.crls, *proof.crls))),
    )


def _unreadable(one: Placed) -> FoundSignature:
    return FoundSignature(
        id=one.field.name,
        format=Format.PADES,
        certificate=b"",
        claimed_at=_date(one),
        broken=(VALUE,),
        fault=Status.BROKEN,
        facts={**_facts(one), "fault": UNREADABLE},
    )


def _facts(one: Placed) -> dict[str, str]:
    names = {"stated_reason": b"/Reason", "location": b"/Location", "name": b"/Name"}
    told = {key: text_of(one.told[raw]) for key, raw in names.items() if raw in one.told}
    return told | {"subfilter": one.told.get(b"/SubFilter", b"/")[1:].decode("latin-1")}


def _covered(told: Told, one: Placed) -> str:
    if not told.pdf.data[one.total :].strip():
        return WHOLE_FILE
    return ONE_REVISION.format(number=told.placed.index(one) + 1)


def _with_changes(
    found: FoundSignature, one: Placed, end: PdfFile | None, changed: tuple[str, ...]
) -> FoundSignature:
    if one.faults or end is None:
        words = one.faults or (NOT_A_REVISION,)
        return _broken(replace(found, intact=False, broken=words), f"{words[0].capitalize()}.")
    if one.told.get(b"/SubFilter") == OLD_KIND:
        found = replace(found, fault=Status.WEAK)
    if changed:
        told = CHANGED_LATER.format(changed=", ".join(changed))
        return _broken(replace(found, broken=(*found.broken, *changed)), told)
    return found


def _broken(found: FoundSignature, why: str) -> FoundSignature:
    facts = {**found.facts, "fault": why}
    return replace(found, fault=found.fault or Status.BROKEN, facts=facts)


def _stamped_later(told: Told, found: FoundSignature, number: int) -> FoundSignature:
    """A signature without its own timestamp is dated by a document timestamp over it."""
    if found.timestamps or not found.intact:
        return found
    for one in told.placed[number + 1 :]:
        if one.told.get(b"/SubFilter") == TIMESTAMP and not one.faults:
            covered = one.covered(told.pdf.data)
            return replace(found, timestamps=(one.contents,), stamped=covered)
    return found


def _date(one: Placed) -> datetime | None:
    found = _DATE.match(text_of(one.told[b"/M"])) if b"/M" in one.told else None
    if not found:
        return None
    *numbers, sign, hours, minutes = found.groups()
    shift = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        year, month, day, hour, minute, second = map(int, numbers)
        zone = timezone(-shift if sign == "-" else shift)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _faults(told: Told) -> tuple[str, ...]:
    faults = []
    words = dict.fromkeys(word for changed in told.changed for word in changed)
    if words:
        faults.append(AFTER_SIGNING.format(changed=", ".join(words)))
    claimed = len(_RANGE.findall(told.pdf.data))
    if claimed and not told.pdf.data.rstrip().endswith(b"%%EOF"):
        faults.append(STRANGE_TAIL)
    elif claimed > len(told.placed):
        faults.append(UNLINKED)
    return tuple(faults)
