"""Phần thêm vào chỉ gồm chữ ký: the quick answer for increments as signing writes them.

It says yes only when every object of the old revision is what it was, but for the form, the list
of notes on a page and the catalog, and these only grew by signature fields, proof and timestamps.
A no means: let the whole analysis decide.
"""

from __future__ import annotations

import re

from khue.signing.rules.pades.file import PdfFile, Place
from khue.signing.rules.pades.syntax import Entries, entries, items, reference

_BLANK = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*[\r\n])+"
FEW = 32
_POINTER = re.compile(rb"(?<!\d)0*(\d{1,10})" + _BLANK + rb"\d+" + _BLANK + rb"R")
_POINTS_ON = re.compile(_BLANK + rb"\d+" + _BLANK + rb"R(?![^\0\t\n\f\r ()<>\[\]{}/%])")
_STABLE = (b"/Root", b"/Info", b"/Encrypt")
_GROWS_IN_CATALOG = {b"/AcroForm", b"/DSS", b"/Extensions"}
_STORE = {b"/Type", b"/Certs", b"/OCSPs", b"/CRLs", b"/VRI"}


def only_adds_signatures(old: PdfFile, new: PdfFile) -> bool:
    """Whether the later revision adds signatures, proof and nothing else to the earlier one."""
    if any(old.trailer.get(key) != new.trailer.get(key) for key in _STABLE):
        return False
    return all(_is_harmless(old, new, number) for number in _changed_numbers(old, new))


def opens_hidden_door(old: PdfFile, new: PdfFile) -> bool:
    """Whether the old revision already pointed at objects that only came later."""
    numbers = {number for number in _changed_numbers(old, new) if _is_new(old, number)}
    parts = (old.data, *old.object_streams()) if numbers else ()
    return any(_points_at_any(part, numbers) for part in parts)


def _points_at_any(data: bytes, numbers: set[int]) -> bool:
    if len(numbers) > FEW:
        return any(int(one[1]) in numbers for one in _POINTER.finditer(data))
    return any(_points_at(data, b"%d" % number) for number in numbers)


def _points_at(data: bytes, number: bytes) -> bool:
    """Whether there is a reference to an object of this number."""
    at = data.find(number)
    while at >= 0:
        if _POINTS_ON.match(data, at + len(number)) and not _is_tail_of_number(data, at):
            return True
        at = data.find(number, at + 1)
    return False


def _is_tail_of_number(data: bytes, at: int) -> bool:
    """Whether other digits than zeros stand right before."""
    while at and data[at - 1] == ord("0"):
        at -= 1
    return data[max(at - 1, 0) : at].isdigit()


def _changed_numbers(old: PdfFile, new: PdfFile) -> set[int]:
    before = {section.start for section in old.sections}
    later = [section for section in new.sections if section.start not in before]
    return {number for section in later for number in section.numbers()}


def _is_new(old: PdfFile, number: int) -> bool:
    return old.place(number) in {None, Place()}


def _is_harmless(old: PdfFile, new: PdfFile, number: int) -> bool:
    if _is_new(old, number):
        return number >= old.size
    if new.place(number) in {None, Place()}:
        return False
    before, after = old.value(number), new.value(number)
    if before[:1] == after[:1] == b"[":
        return _only_longer(old, new, before, after)
    if before[:2] != b"<<" or after[:2] != b"<<":
        return False
    return _grew(old, new, number, entries(before), entries(after))


def _grew(old: PdfFile, new: PdfFile, number: int, before: Entries, after: Entries) -> bool:
    if number == reference(old.trailer[b"/Root"]):
        return _catalog_grew(old, new, before, after)
    if number == reference(old.catalog.get(b"/AcroForm", b"")):
        return _form_grew(old, new, before, after)
    if number == reference(old.catalog.get(b"/DSS", b"")):
        return set(after) <= _STORE
    is_page = before.get(b"/Type") == b"/Page"
    return is_page and _list_grew(old, new, before, after, b"/Annots", set())


def _catalog_grew(old: PdfFile, new: PdfFile, before: Entries, after: Entries) -> bool:
    keys = set(before) | set(after)
    if any(before.get(key) != after.get(key) for key in keys - _GROWS_IN_CATALOG):
        return False
    if before.get(b"/Extensions", after.get(b"/Extensions")) != after.get(b"/Extensions"):
        return False
    form = after.get(b"/AcroForm", b"null")
    if before.get(b"/AcroForm") == form:
        return True
    if b"/AcroForm" in before and reference(before[b"/AcroForm"]) is not None:
        return False
    return _form_grew(old, new, old.entries(before.get(b"/AcroForm", b"null")), new.entries(form))


def _form_grew(old: PdfFile, new: PdfFile, before: Entries, after: Entries) -> bool:
    return _list_grew(old, new, before, after, b"/Fields", {b"/SigFlags"})


def _list_grew(
    old: PdfFile, new: PdfFile, before: Entries, after: Entries, key: bytes, free: set[bytes]
) -> bool:
    """All is the same but one list, which is longer (or stands in its own object, told there)."""
    others = (set(before) | set(after)) - free - {key}
    if any(before.get(one) != after.get(one) for one in others):
        return False
    first, second = before.get(key, b"[]"), after.get(key, b"[]")
    return first == second or _only_longer(old, new, old.resolve(first), new.resolve(second))


def _only_longer(old: PdfFile, new: PdfFile, before: bytes, after: bytes) -> bool:
    """The list begins as it was; what was put behind it are new signature fields."""
    if not before[:1] == after[:1] == b"[":
        return False
    kept, told = items(before), items(after)
    added = told[len(kept) :]
    return told[: len(kept)] == kept and all(_is_new_signature(old, new, one) for one in added)


def _is_new_signature(old: PdfFile, new: PdfFile, meant: bytes) -> bool:
    number = reference(meant)
    if number is None or number < old.size or not _is_new(old, number):
        return False
    told = new.entries(meant)
    value = reference(told.get(b"/V", b""))
    is_field = told.get(b"/FT") == b"/Sig" and b"/Kids" not in told and b"/AA" not in told
    return is_field and value is not None and value >= old.size
