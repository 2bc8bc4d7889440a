"""Danh sách trường: the schools of a province from one spreadsheet, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from khue.access.api import Actor
from khue.intake.api import read_table
from khue.ledger.api import Author, Operation
from khue.organisations.queries.cards import OrganisationCard
from khue.organisations.queries.codes import codes
from khue.organisations.queries.tree import children_of, school_codes
from khue.organisations.rules.facts import SchoolFacts
from khue.organisations.rules.levels import ManagingBody, levels_of_group, managing_body
from khue.organisations.services.founding import FOUNDER
from khue.organisations.services.tree import create_school
from khue.organisations.services.work import OrganisationRefused
from kit.sheets.headers import Column, Row
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page, excel_bytes
from kit.vietnamese import search_key, tidy

COLUMNS = (
    Column("code", "Mã trường", ("Mã đơn vị", "Mã trường (CSDL ngành)"), required=True),
    Column("name", "Tên trường", ("Tên đơn vị",), required=True),
    Column("level_group", "Nhóm cấp học", ("Cấp học", "Nhóm cấp"), required=True),
    Column("commune", "Xã, phường", ("Xã/phường", "Xã", "Mã xã"), required=True),
    Column("school_type", "Loại trường", ("Loại hình trường",)),
    Column("address", "Địa chỉ"),
    Column("phone", "Điện thoại", ("Số điện thoại",)),
    Column("email", "Thư điện tử", ("Email",)),
)


CODE_PAGES = {"Nhóm cấp học": "level-groups", "Loại trường": "school-types"}
WIDTHS = {"code": 14, "name": 40, "address": 36}
ROWS_TO_FILL = 200
LONGEST = {"code": 35, "name": 200, "address": 300, "phone": 20, "email": 120}


@dataclass(frozen=True)
class Lists:
    """What the cells may name, by code and by name without marks."""

    communes: Mapping[str, OrganisationCard]
    groups: Mapping[str, str]
    types: Mapping[str, str]


@dataclass(frozen=True)
class Taken:
    """How many schools came and how many stood already; what was refused, row by row."""

    made: int
    standing: int
    refused: tuple[str, ...]


def load_schools(
    *,
    now: datetime,
    today: date,
    department: OrganisationCard,
    book: Workbook,
    actor: Actor = FOUNDER,
) -> Taken:
    """Write every school of the sheet that does not stand; nothing when a row is refused.

    Raises SheetRefused where no sheet has the columns, Refused by the gate.
    """
    reading = read_table(book, COLUMNS, {})
    lists = _lists(department, today)
    known = school_codes()
    new = [row for row in reading.rows if tidy(row.text("code")) not in known]
    refused: list[str] = []
    operation = Operation(Author(actor.account_id or None, actor.name), now)
    with transaction.atomic():
        for row in new:
            try:
                _create(actor, operation, department, lists, row)
            except OrganisationRefused as why:
                refused.append(f"Dòng {row.number}: {why.sentence}")
        transaction.set_rollback(bool(refused))
    made = 0 if refused else len(new)
    return Taken(made, len(reading.rows) - len(new), tuple(refused))


def schools_template(department: OrganisationCard, today: date) -> bytes:
    """A workbook to fill in, with the lists that its cells may name beside it."""
    titles = {one.key: f"{one.title} *" if one.required else one.title for one in COLUMNS}
    fields = [Field(key, title, width=WIDTHS.get(key, 24)) for key, title in titles.items()]
    named = [Field("code", "Mã", "code"), Field("name", "Tên", width=44)]
    note = "Cột có dấu * phải ghi. Nhóm cấp học, xã, phường, loại trường: ghi tên hay mã đều được."
    communes = [one for one in children_of(department.id) if one.kind == "commune"]
    return excel_bytes(
        [
            Page("Trường", fields, [], note=note, empty_rows=ROWS_TO_FILL),
            Page("Xã, phường", named, [{"code": one.code, "name": one.name} for one in communes]),
            *(Page(name, named, _code_rows(listed, today)) for name, listed in CODE_PAGES.items()),
        ]
    )


def _code_rows(listed: str, today: date) -> list[dict[str, object]]:
    return [{"code": one.code, "name": one.name} for one in codes(listed, on=today)]


def _lists(department: OrganisationCard, today: date) -> Lists:
    communes = [one for one in children_of(department.id) if one.kind == "commune"]
    return Lists(
        {key: one for one in communes for key in (one.code, search_key(one.name))},
        _by_name("level-groups", today),
        _by_name("school-types", today),
    )


def _by_name(listed: str, today: date) -> dict[str, str]:
    return {
        key: one.code for one in codes(listed, on=today) for key in (one.code, search_key(one.name))
    }


def _create(
    actor: Actor, operation: Operation, department: OrganisationCard, lists: Lists, row: Row
) -> None:
    _refuse_long(row)
    commune = lists.communes.get(_key(row, "commune"))
    if commune is None:
        raise _unknown("Xã, phường", row.text("commune"), "commune")
    facts = _facts(row, lists, commune)
    body = managing_body(levels_of_group(facts.level_group))
    create_school(
        actor=actor,
        now=operation.at,
        parent_id=commune.id if body == ManagingBody.COMMUNE else department.id,
        facts=facts,
        operation=operation,
    )


def _refuse_long(row: Row) -> None:
    titles = {one.key: one.title for one in COLUMNS}
    for name, most in LONGEST.items():
        if len(tidy(row.text(name))) > most:
            sentence = f"{titles[name]} dài quá {most} ký tự. Hãy ghi gọn lại."
            raise OrganisationRefused("TOO_LONG", sentence, name)


def _facts(row: Row, lists: Lists, commune: OrganisationCard) -> SchoolFacts:
    return SchoolFacts(
        code=tidy(row.text("code")),
        name=tidy(row.text("name")),
        level_group=_listed(row, "level_group", lists.groups, "Nhóm cấp học"),
        school_type=_listed(row, "school_type", lists.types, "Loại trường"),
        commune_code=commune.commune_code,
        address=tidy(row.text("address")),
        phone=tidy(row.text("phone")),
        email=tidy(row.text("email")),
    )


def _listed(row: Row, name: str, known: Mapping[str, str], title: str) -> str:
    wanted = _key(row, name)
    if wanted and wanted not in known:
        raise _unknown(title, row.text(name), name)
    return known.get(wanted, "")


def _key(row: Row, name: str) -> str:
    text = tidy(row.text(name))
    return text if text.isdecimal() else search_key(text)


def _unknown(title: str, text: str, field: str) -> OrganisationRefused:
    sentence = f"{title} “{text}” không có trong danh mục. Hãy ghi đúng tên hoặc mã."
    return OrganisationRefused("UNKNOWN", sentence, field)
