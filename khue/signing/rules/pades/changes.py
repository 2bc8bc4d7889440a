"""Thay đổi sau khi ký: what later increments did to a signed PDF.

Further signatures, timestamps and proof (DSS) are fine; anything that changes what a reader sees is
not. pyHanko's difference analysis decides; what it refuses is named here in words.
"""

from __future__ import annotations

from itertools import pairwise

from khue.signing.rules.pades.additions import only_adds_signatures, opens_hidden_door
from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.forms import fields
from khue.signing.rules.pades.pages import page_at, page_count
from khue.signing.rules.pades.syntax import BLANKS, Entries, UnfitPdf, array, reference

UNCLEAR = "cấu trúc tệp"
PAGE = "trang {number}"
MOST_NAMED = 5


def revisions_of(pdf: PdfFile) -> int:
    return sum(not one.hidden for one in pdf.sections)


def changes_between(whole: PdfFile, revisions: list[PdfFile]) -> list[tuple[str, ...]]:
    """For each revision in order but the last: what the next one changed that it must not."""
    return [_changed(whole, old, new) for old, new in pairwise(revisions)]


def _changed(whole: PdfFile, old: PdfFile, new: PdfFile) -> tuple[str, ...]:
    try:
        if old.last.start == new.last.start:
            return ()
        if opens_hidden_door(old, new):
            return tuple(named_changes(old, new))
        if only_adds_signatures(old, new):
            return ()
        return _analysed(whole, old, new)
    except (UnfitPdf, ValueError, KeyError, RecursionError):
        return tuple(named_changes(old, new))


def _analysed(whole: PdfFile, old: PdfFile, new: PdfFile) -> tuple[str, ...]:
    from khue.signing.rules.pades.differences import differences

    found = differences(
        whole.data,
        total=revisions_of(whole),
        revisions=range(revisions_of(old) - 1, revisions_of(new)),
        signatures=lambda: {one.name for one in fields(new)},
    )
    return (UNCLEAR,) if found is None else found


def named_changes(old: PdfFile, new: PdfFile) -> list[str]:
    """The pages whose content is not what it was, else only that something is different."""
    try:
        count = page_count(new)
        if count != page_count(old):
            return ["số trang"]
        pages = [one for one in range(count) if _page_differs(old, new, one)]
    except UnfitPdf:
        return [UNCLEAR]
    return [PAGE.format(number=one + 1) for one in pages[:MOST_NAMED]] or [UNCLEAR]


def _page_differs(old: PdfFile, new: PdfFile, index: int) -> bool:
    before, after = page_at(old, index), page_at(new, index)
    return _seen(old, before) != _seen(new, after)


def _seen(pdf: PdfFile, page: bytes) -> list[tuple[bytes, bytes, object]]:
    told: Entries = {k: v for k, v in pdf.entries(page).items() if k != b"/Annots"}
    notes = [
        one for one in pdf.items(pdf.entries(page).get(b"/Annots", b"[]")) if _is_note(pdf, one)
    ]
    told[b"/Annots"] = array(notes)
    return [
        (key, value.translate(None, BLANKS), _places(pdf, value))
        for key, value in sorted(told.items())
    ]


def _is_note(pdf: PdfFile, meant: bytes) -> bool:
    return pdf.entries(meant).get(b"/FT") != b"/Sig"


def _places(pdf: PdfFile, value: bytes) -> object:
    """Where what a page points at stands: an object told anew stands elsewhere."""
    meant = [value] if reference(value) is not None else pdf.items(value)
    numbers = [reference(one) for one in meant]
    return [pdf.place(one) for one in numbers if one is not None]
