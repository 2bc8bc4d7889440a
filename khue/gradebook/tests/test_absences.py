"""The summary follows attendance where the school says so, and the printed months carry P and K."""

from __future__ import annotations

from datetime import timedelta

import pytest

from khue.attendance.api import Entry, take_attendance
from khue.gradebook.models import Policy, StudentResult
from khue.gradebook.queries.class_results import read_class_results
from khue.gradebook.queries.paper_heads import place_of
from khue.gradebook.queries.paper_months import months_of
from khue.gradebook.services.absences import bring_class
from khue.gradebook.services.summaries import SummaryChange, write_summary
from khue.ledger.api import Author, Operation
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, TODAY, YEAR, Cast

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def at_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))


def follow(cast: Cast) -> None:
    with scoped(EVERYTHING):
        Policy.objects.create(
            organisation_id=cast.school.pk,
            key="absence_source",
            from_year=YEAR,
            value="attendance",
        )


def take(cast: Cast, kind: str, version: int = 0) -> None:
    take_attendance(
        actor=cast.hoa.actor,
        now=NOW,
        class_id=cast.school_class.pk,
        day=TODAY,
        session="am",
        entries=[Entry(cast.minh.student.pk, kind)],
        base_version=version,
    )


def kept(cast: Cast) -> list[tuple[int | None, int | None]]:
    rows = StudentResult.objects.filter(student_id=cast.minh.student.pk)
    return list(rows.values_list("absent_with", "absent_without"))


def test_a_school_that_types_keeps_what_is_typed(cast: Cast) -> None:
    take(cast, "k")
    assert kept(cast) == []
    change = SummaryChange(cast.minh.student.pk, "absent_with", "", "3")
    written = write_summary(
        actor=cast.binh.actor, now=NOW, class_id=cast.school_class.pk, changes=[change]
    )
    assert (written[0].status, kept(cast)) == ("saved", [(3, None)])


def test_the_summary_follows_attendance(cast: Cast) -> None:
    follow(cast)
    take(cast, "k")
    assert kept(cast) == [(0, 1)]
    take(cast, "p", 1)
    assert kept(cast) == [(1, 0)]


def test_what_follows_attendance_is_not_typed(cast: Cast) -> None:
    follow(cast)
    change = SummaryChange(cast.minh.student.pk, "absent_with", "", "3")
    written = write_summary(
        actor=cast.binh.actor, now=NOW, class_id=cast.school_class.pk, changes=[change]
    )
    assert written[0].status == "refused"
    assert "lấy từ điểm danh" in written[0].sentence


def test_a_school_that_turns_to_attendance_brings_the_whole_class(cast: Cast) -> None:
    take(cast, "k")
    follow(cast)
    bring_class(cast.school_class.pk, Operation(Author(None, "Hệ thống"), NOW))
    rows = StudentResult.objects.filter(school_class=cast.school_class)
    assert sorted(rows.values_list("absent_with", "absent_without")) == [
        (0, 0),
        (0, 0),
        (0, 0),
        (0, 1),
    ]


def test_the_printed_month_carries_the_marks(cast: Cast) -> None:
    take(cast, "k")
    results = read_class_results(cast.school_class.pk)
    place = place_of(cast.school.pk, YEAR, cast.department.pk, TODAY)
    months = {one.title: one for one in months_of(place, results)}
    november = months["Tháng 11 năm 2026"]
    line = next(one for one in november.lines if one.name == cast.minh.name)
    assert (line.days[19], line.total, line.with_permission, line.without) == ("K", "1", "", "1")
    assert november.total == "1"
    assert all(not one.days for one in months["Tháng 10 năm 2026"].lines)
