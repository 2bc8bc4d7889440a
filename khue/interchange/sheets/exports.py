"""Gói của nhiều trường được làm ở hậu trường: what the worker does when a program ordered one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from khue.access.api import scope_of
from khue.background.api import Work, WorkRefused, register_work
from khue.interchange.queries.oneroster_parts import Asked
from khue.interchange.queries.places import schools_for
from khue.interchange.queries.running_year import running_year
from khue.interchange.rules.scopes import SCHOOLS
from khue.interchange.services.admitting import Program
from khue.interchange.services.exports import WORK, Sealed, program_of_export
from khue.interchange.services.reading_log import note_sensitive
from khue.interchange.sheets.oneroster_csv import Written, sheets_opened, write_bundle
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped

MARK_FILES = frozenset({"categories", "lineItems", "results", "scoreScales"})
NO_LONGER = "Kết nối đã bị thu hồi nên gói không được làm."
FIELDS = "dân tộc, quốc tịch, nơi sinh (gói OneRoster CSV)"


def register() -> None:
    register_work(WORK, make_export)


def make_export(work: Work) -> dict[str, Any]:
    """Write the archive that was ordered, with the rights of the program."""
    export_id = UUID(work.arguments["export"])
    with scoped(EVERYTHING):
        found = program_of_export(export_id)
    if found is None:
        raise WorkRefused(NO_LONGER)
    program, gradebook = found
    sealed = Sealed(export_id)
    with scoped(scope_of(program.actor)):
        made = _written(work, program, sealed, gradebook=gradebook)
    sealed.end(now=work.now, records=dict(made.records))
    return {"text": f"Đã làm xong gói cho “{program.name}”."}


def _written(work: Work, program: Program, sealed: Sealed, *, gradebook: bool) -> Written:
    today = vietnam_day(work.now)
    year = running_year(program.actor, [SCHOOLS], today)
    asked = Asked(program.actor, today, work.now, year)
    schools = schools_for(program.actor, SCHOOLS)
    without = frozenset() if gradebook else MARK_FILES
    work.progress.begin(len(schools) * sheets_opened(asked, without))

    def looked(students: dict[int, tuple[int, int]]) -> None:
        note_sensitive(program=program, now=work.now, students=students, fields=FIELDS)

    def step(name: str) -> None:
        work.progress.step(work.progress.done + 1, f"{name}.csv")

    return write_bundle(*(sealed.file(), asked, schools), looked=looked, step=step, without=without)
