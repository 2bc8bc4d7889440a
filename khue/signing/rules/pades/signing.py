"""Ký số tệp PDF (PAdES B-B, B-T, B-LT): the signature is an increment behind the file.

Law: NĐ 30/2020/NĐ-CP, phụ lục I.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from khue.signing.rules.algorithms import digest as digest_value
from khue.signing.rules.certificates import facts_of
from khue.signing.rules.cms.making import (
    longest_signature,
    packed,
    plain_signature,
    signature_algorithm,
    signature_of,
    signed_attributes,
    unpacked,
)
from khue.signing.rules.pades.appearance import draw
from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.forms import (
    Field,
    add_to_form,
    add_to_page,
    all_names,
    fields,
    free_name,
    refuse_locked,
    say_that_signed,
)
from khue.signing.rules.pades.pages import page_at, sheet_of
from khue.signing.rules.pades.proofs import lengthen_pades
from khue.signing.rules.pades.syntax import Entries, UnfitPdf, dictionary, text
from khue.signing.rules.pades.update import Increment
from khue.signing.rules.shapes import (
    Evidence,
    Format,
    Level,
    PdfLook,
    Prepared,
    SigningCertificate,
)

VIETNAM = timezone(timedelta(hours=7))
TIMESTAMP_ROOM = 12 * 1024
NO_ROOM = (
    "Dấu thời gian lớn hơn chỗ đã dành trong tệp PDF nên chưa ký được. Hãy ký lại, hoặc báo người "
    "quản trị đổi dịch vụ cấp dấu thời gian."
)
NAME_TAKEN = "Tệp PDF đã có trường tên “{name}”. Hãy đặt tên khác cho trường chữ ký."

_RANGE_WIDTH = 10
_RANGE = b"[0 " + b" ".join([b" " * _RANGE_WIDTH] * 3) + b"]"


def prepare_pades(
    pdf: bytes,
    signer: SigningCertificate,
    look: PdfLook,
    *,
    at: datetime,
    digest: str = "sha256",
    level: Level = Level.B_B,
) -> Prepared:
    """A file one signature short, with room for what the level needs.

    Raises UnfitPdf (a sentence for the user) for a file that cannot be signed, Weak for a weak key.
    """
    room = _room(signer, digest, stamped=level.needs_timestamp)
    increment = Increment(PdfFile(pdf))
    refuse_locked(increment.pdf)
    signature = increment.add(_signature_entry(signer, look, at, room))
    _place_field(increment, signature, look)
    whole = increment.written()
    start, end = _fill_range(whole, increment.offsets[int(signature.split()[0])], room)
    covered = hashlib.new(digest, memoryview(whole)[:start])
    covered.update(memoryview(whole)[end:])
    attributes = signed_attributes(covered.digest(), signer.certificate, None)
    told = packed(bytes(whole), b"%d" % start, b"%d" % end, signer.certificate, *signer.chain)
    return Prepared(Format.PADES, attributes, digest, told)


@lru_cache(maxsize=1024)
def _room(signer: SigningCertificate, digest: str, *, stamped: bool) -> int:
    """Bytes for the CMS; the key and the digest are judged here, before anything is asked."""
    signature_algorithm(signer.certificate, digest)
    attributes = signed_attributes(digest_value(digest, b""), signer.certificate, None)
    longest = bytes(longest_signature(signer.certificate))
    size = len(signature_of(signer, attributes, longest, digest))
    return size + (TIMESTAMP_ROOM if stamped else 0)


def _signature_entry(signer: SigningCertificate, look: PdfLook, at: datetime, room: int) -> bytes:
    there = at.astimezone(VIETNAM)
    told: Entries = {
        b"/Type": b"/Sig",
        b"/Filter": b"/Adobe.PPKLite",
        b"/SubFilter": b"/ETSI.CAdES.detached",
        b"/M": b"(D:%04d%02d%02d%02d%02d%02d+07'00')" % there.timetuple()[:6],
        b"/Name": _name_of(signer.certificate),
    }
    if look.reason:
        told[b"/Reason"] = text(look.reason)
    if look.location:
        told[b"/Location"] = text(look.location)
    told[b"/ByteRange"] = _RANGE
    told[b"/Contents"] = b"<" + b"0" * (2 * room) + b">"
    return dictionary(told)


@lru_cache(maxsize=1024)
def _name_of(certificate: bytes) -> bytes:
    return text(facts_of(certificate).name)


def _fill_range(whole: bytearray, body: int, room: int) -> tuple[int, int]:
    """Tell the signature which bytes it covers: all but its own value."""
    at = whole.index(_RANGE, body)
    start = whole.index(b"/Contents <", at) + len(b"/Contents ")
    end = start + 2 * room + 2
    numbers = [b"%d" % start, b"%d" % end, b"%d" % (len(whole) - end)]
    told = b"[0 " + b" ".join(one.ljust(_RANGE_WIDTH) for one in numbers) + b"]"
    whole[at : at + len(_RANGE)] = told
    return start, end


def _place_field(increment: Increment, signature: bytes, look: PdfLook) -> None:
    pdf = increment.pdf
    waiting = _waiting_field(pdf, look.field_name)
    page = page_at(pdf, look.page)
    shown = _shown(increment, look, page)
    if waiting:
        say_that_signed(increment)
        filled = {**shown, **waiting.told, **_look_of(shown), b"/V": signature}
        increment.replace(waiting.meant, dictionary(filled))
        return
    field = increment.add(_widget(pdf, signature, page, look, shown))
    add_to_form(increment, field)
    add_to_page(increment, page, field)


def _shown(increment: Increment, look: PdfLook, page: bytes) -> Entries:
    """Where the field stands, and its look, upright on a page that is turned."""
    if not look.visible:
        return {b"/Rect": b"[0 0 0 0]"}
    sheet = sheet_of(increment.pdf, page)
    return {
        b"/Rect": b"[%.2f %.2f %.2f %.2f]" % sheet.placed(look.box),
        b"/AP": dictionary({b"/N": draw(increment, look, sheet.matrix)}),
    }


def _look_of(shown: Entries) -> Entries:
    """A field that the file brings keeps its place and takes the look."""
    return {key: value for key, value in shown.items() if key == b"/AP"}


def _waiting_field(pdf: PdfFile, name: str) -> Field | None:
    """An empty signature field of this name that the file brings with it."""
    if not name:
        return None
    for one in fields(pdf):
        if one.name == name and not one.is_signed:
            return one
    return None


def _widget(pdf: PdfFile, signature: bytes, page: bytes, look: PdfLook, shown: Entries) -> bytes:
    taken = all_names(pdf)
    if look.field_name in taken:
        raise UnfitPdf(NAME_TAKEN.format(name=look.field_name))
    told: Entries = {
        b"/Type": b"/Annot",
        b"/Subtype": b"/Widget",
        b"/FT": b"/Sig",
        b"/T": text(look.field_name or free_name(taken)),
        b"/TU": text(" – ".join(("Chữ ký số", *look.lines))),
        b"/F": b"132",
        b"/P": page,
        b"/V": signature,
    }
    return dictionary({**told, **shown})


def pades_stamped(prepared: Prepared, signature: bytes) -> bytes:
    """What a timestamp covers: the signature value."""
    return signature


def _value(
    signer: SigningCertificate, prepared: Prepared, signature: bytes, timestamp: bytes | None
) -> bytes:
    told = (signer, prepared.to_be_signed, signature, prepared.digest)
    return signature_of(*told, timestamp=timestamp) if timestamp else plain_signature(*told)


def finish_pades(
    prepared: Prepared,
    signature: bytes,
    *,
    timestamp: bytes | None = None,
    evidence: Evidence | None = None,
) -> bytes:
    """The whole signed file. Evidence comes as a further increment (DSS)."""
    whole, start, end, certificate, *chain = unpacked(prepared.state)
    signer = SigningCertificate(certificate, tuple(chain))
    made = _value(signer, prepared, signature, timestamp)
    at, room = int(start) + 1, int(end) - int(start) - 2
    value = made.hex().encode()
    if len(value) > room:
        raise UnfitPdf(NO_ROOM)
    signed = whole[:at] + value.ljust(room, b"0") + whole[at + room :]
    return lengthen_pades(signed, evidence=evidence) if evidence else signed
