"""Trường chữ ký trong PDF: the pages, the form and its signature fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from khue.signing.rules.pades.file import PdfFile
from khue.signing.rules.pades.syntax import (
    Entries,
    UnfitPdf,
    array,
    dictionary,
    items,
    reference,
    text_of,
)
from khue.signing.rules.pades.update import Increment

LOCKED = (
    "Người phát hành đã khóa tệp PDF này, không cho thêm chữ ký. Hãy xin bản chưa khóa từ nơi phát "
    "hành."
)
FIELD_NAME = "ChuKySo"
MOST_FIELDS = 5000


@dataclass(frozen=True, slots=True)
class Field:
    """A signature field: its full name, the object that it is, and what is told there."""

    name: str
    meant: bytes
    told: Entries

    @property
    def is_signed(self) -> bool:
        return self.told.get(b"/V", b"null") != b"null"


def fields(pdf: PdfFile) -> Iterator[Field]:
    """Every signature field of the form, by its full name."""
    form = pdf.entries(pdf.catalog.get(b"/AcroForm", b"null"))
    waiting = [Field("", one, {}) for one in pdf.items(form.get(b"/Fields", b"[]"))]
    seen: set[bytes] = set()
    while waiting:
        one = waiting.pop(0)
        if one.meant in seen:
            continue
        seen.add(one.meant)
        if len(seen) > MOST_FIELDS:
            raise UnfitPdf
        whole, below = _opened(pdf, one)
        waiting += below
        if not below and whole.told.get(b"/FT") == b"/Sig":
            yield whole


def _opened(pdf: PdfFile, one: Field) -> tuple[Field, list[Field]]:
    """A field with what it inherits and its full name, and the fields below it."""
    own = pdf.entries(one.meant)
    told = one.told | own
    name = ".".join(
        part for part in (one.name, text_of(pdf.resolve(own.get(b"/T", b"()")))) if part
    )
    kept: Entries = {key: told[key] for key in (b"/FT", b"/V") if key in told}
    kids = _fields_below(pdf, told)
    return Field(name, one.meant, told), [Field(name, kid, kept) for kid in kids]


def _fields_below(pdf: PdfFile, told: Entries) -> list[bytes]:
    """The kids that are fields by themselves, not only places where one field is shown."""
    kids = pdf.items(told.get(b"/Kids", b"[]"))
    return [kid for kid in kids if b"/T" in pdf.entries(kid)]


def refuse_locked(pdf: PdfFile) -> None:
    """A file certified by its maker as final (DocMDP, P = 1) takes no further signature."""
    permissions = pdf.entries(pdf.catalog.get(b"/Perms", b"null"))
    certified = pdf.entries(permissions.get(b"/DocMDP", b"null"))
    for one in pdf.items(certified.get(b"/Reference", b"[]")):
        told = pdf.entries(pdf.entries(one).get(b"/TransformParams", b"null"))
        if told.get(b"/P") == b"1":
            raise UnfitPdf(LOCKED)


def free_name(taken: set[str]) -> str:
    number = 1
    while f"{FIELD_NAME}{number}" in taken:
        number += 1
    return f"{FIELD_NAME}{number}"


def all_names(pdf: PdfFile) -> set[str]:
    """The names of all fields of the form that stand at its top."""
    form = pdf.entries(pdf.catalog.get(b"/AcroForm", b"null"))
    told = (pdf.entries(one) for one in pdf.items(form.get(b"/Fields", b"[]")))
    return {text_of(one[b"/T"]) for one in told if b"/T" in one}


def add_to_form(increment: Increment, field: bytes) -> None:
    """The form names the field and says that there are signatures, only ever added to."""
    form = increment.pdf.entries(increment.pdf.catalog.get(b"/AcroForm", b"null"))
    _change_form(increment, {**form, **_longer(increment, form, b"/Fields", field)})


def say_that_signed(increment: Increment) -> None:
    """The form says that there are signatures and that the file may only grow."""
    _change_form(increment, increment.pdf.entries(increment.pdf.catalog.get(b"/AcroForm", b"null")))


def _change_form(increment: Increment, form: Entries) -> None:
    raw = increment.pdf.catalog.get(b"/AcroForm")
    changed = {**form, b"/SigFlags": b"3"}
    if raw is None:
        replace_catalog(increment, {b"/AcroForm": increment.add(dictionary(changed))})
    elif reference(raw) is None:
        replace_catalog(increment, {b"/AcroForm": dictionary(changed)})
    elif changed != increment.pdf.entries(raw):
        increment.replace(raw, dictionary(changed))


def add_to_page(increment: Increment, page: bytes, field: bytes) -> None:
    told = increment.pdf.entries(page)
    changed = _longer(increment, told, b"/Annots", field)
    if changed:
        increment.replace(page, dictionary({**told, **changed}))


def _longer(increment: Increment, told: Entries, key: bytes, one: bytes) -> Entries:
    """A list with one more: written in its own object when it has one, else handed back."""
    raw = told.get(key, b"[]")
    value = increment.pdf.resolve(raw)
    longer = array([*(items(value) if value[:1] == b"[" else []), one])
    if reference(raw) is None:
        return {key: longer}
    increment.replace(raw, longer)
    return {}


def replace_catalog(increment: Increment, more: Entries) -> None:
    root = increment.pdf.trailer[b"/Root"]
    increment.replace(root, dictionary({**increment.pdf.catalog, **more}))
