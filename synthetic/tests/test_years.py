"""The school years of a small province, in a real database, by the product's own measures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from khue.gradebook.api import recount_progress
from khue.sector.queries.dossier import open_dossier
from khue.sector.queries.lists import code_book
from khue.sector.services.checking import check_part
from kit.fences import EVERYTHING, scoped
from synthetic.build import province_of, standing
from synthetic.faults import KINDS, chosen_schools
from synthetic.moves import planned_moves
from synthetic.past_moves import past_move
from synthetic.plan import LAST_YEAR, YEAR
from synthetic.province import plan_province
from synthetic.school import plan_school
from synthetic.year_work import check_years
from tests.cast import table

# A lower secondary school and a primary school.
SCHOOLS = 2
UNTIL = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


def told(command: str, *options: str) -> str:
    out = StringIO()
    call_command(command, *options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def years(db: None) -> Iterator[None]:
    told("synthesise", "--schools", str(SCHOOLS), "--until", UNTIL.isoformat())
    with scoped(EVERYTHING):
        yield


def rows(label: str, **where: Any) -> Any:
    return table(label).objects.filter(**where)


def test_pupils_move_between_neighbours_that_have_their_grade() -> None:
    moves = planned_moves(plan_province(1, 12))
    assert {one.grade for one in moves} == {"03", "07", "11"}
    assert all(one.source != one.target for one in moves)
    assert all(one.target.pupils[one.grade] >= 12 for one in moves)


def test_somebody_came_from_the_neighbour_between_the_terms_of_last_year() -> None:
    province = plan_province(1, 12)
    told = [
        past_move(one, plan_school(province, one.source), plan_school(province, one.target))
        for one in planned_moves(province)
    ]
    made = [one for one in told if one]
    assert len(made) == 5
    for one in made:
        assert one.room in one.source.classes_of(LAST_YEAR)
        assert one.room.grades == (one.seat.band.grade,)
        assert one.seat.class_id in {room.id for room in one.target.classes_of(LAST_YEAR)}


def test_the_years_are_what_the_product_would_have_made_of_them(years: None) -> None:
    _nothing_to_recompute()
    _known_totals_hold()
    _corrections_and_books_stand_in_the_ledger()
    _figures_and_faults_are_counted()
    _little_is_held_back_from_the_sector()


def _figures_and_faults_are_counted() -> None:
    row = standing()
    assert row
    department = province_of(row).department_id
    found = rows("statistics.Figure", place_id=department, year=YEAR)
    told = {one.theme: one.counts for one in found}
    assert told["enrolment"]["pupils"] > 400
    assert told["messages"]["notices"] >= SCHOOLS
    assert rows("oversight.FaultCount", total__gt=0).count() == SCHOOLS
    assert not rows("messaging.Message").exclude(state__in=("delivered", "failed")).exists()


def _little_is_held_back_from_the_sector() -> None:
    row = standing()
    assert row
    province, book, held = province_of(row), code_book(UNTIL), 0
    for school in province.schools:
        dossier = open_dossier(province.school_id(school), YEAR, UNTIL)
        assert dossier
        for part in ("school", "site", "staff", "class"):
            assert all(one.may_go for one in check_part(dossier, part, book)), part
        held += sum(not one.may_go for one in check_part(dossier, "student", book))
    known = row.totals["years"]["fault:no_birthday"]
    assert 0 < known <= held <= known + SCHOOLS


def _nothing_to_recompute() -> None:
    assert "0 differ" in told("recompute", "--check")
    assert recount_progress(now=NOON) == 0


def _known_totals_hold() -> None:
    assert "Mọi số liệu đều khớp" in told("synthesise", "--check")
    row = standing()
    assert row
    province = province_of(row)
    known = {line.what: line.found for line in check_years(row, province)}
    for kind in KINDS:
        if not kind.natural:
            laid = len(chosen_schools(kind, province.schools))
            assert known[f"Lỗi: {kind.title}"] == laid, kind.key


def _corrections_and_books_stand_in_the_ledger() -> None:
    corrections = rows("gradebook.Correction", state="applied")
    entries = rows("ledger.Entry", action="correct")
    assert corrections.count() == entries.count() > 0
    one = corrections[0]
    subject = f"mark:{one.class_subject_id}.{one.period}.{one.student_id}"
    entry = entries.get(subject=subject)
    assert entry.old != entry.new
    assert rows("ledger.Entry", action="import", subject__startswith="class_subject:").count() > 100
