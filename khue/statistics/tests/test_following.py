"""Figures follow what people write: a class, its school, its commune, the province, the country."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from khue.attendance.api import Entry, take_attendance
from khue.gradebook.api import CellChange, enter_marks, recount_progress
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.records.api import StudentFacts, create_student
from khue.statistics.api import Theme, figures_of
from khue.statistics.services.checking import check_figures
from khue.statistics.services.following import count_again, follow, follow_to_the_end
from khue.statistics.services.hiding import decide_everywhere
from khue.statistics.tests.acts import Day
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, enrol, make_student, table

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def everything(cast: Cast) -> Any:
    with scoped(EVERYTHING):
        recount_progress(now=NOW)
        follow_to_the_end(now=NOW)
        yield


def path(organisation: Any) -> str:
    return str(getattr(organisation, "organisation", organisation).path)


def count(cast: Cast, place: str, theme: Theme, key: str) -> int | None:
    """What the leader of the school or the department reads."""
    reader = cast.mai.actor if place.startswith(path(cast.school)) else cast.dung.actor
    return figures_of(reader, place, YEAR, [theme])[theme].count(key)


def write(cast: Cast, mark: int = 75) -> None:
    change = CellChange(cast.minh.student.pk, "tx1", None, mark)
    enter_marks(
        actor=cast.hoa.actor,
        now=NOW,
        class_subject_id=cast.maths.pk,
        term=1,
        changes=[change],
    )


def take(cast: Cast) -> None:
    take_attendance(
        actor=cast.hoa.actor,
        now=NOW,
        class_id=cast.school_class.pk,
        day=TODAY,
        session="am",
        entries=[Entry(cast.minh.student.pk, "k")],
        base_version=0,
    )


def test_a_mark_moves_the_figure_of_the_class_and_of_everything_above(cast: Cast) -> None:
    above = [path(cast.school), path(cast.commune), path(cast.department)]
    class_place = f"{path(cast.school)}c{cast.school_class.pk}/"
    write(cast)
    assert count(cast, class_place, Theme.ENTRY, "entered.1") == 0
    step = follow(now=NOW)
    assert step is not None
    assert step.batches == 1
    for place in [class_place, *above]:
        assert count(cast, place, Theme.ENTRY, "entered.1") == 1
        assert count(cast, place, Theme.ENTRY, f"subject_entered.1.{cast.maths.subject_id}") == 1


@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_ends_where_counting_from_scratch_ends(cast: Cast, seed: int) -> None:
    day = Day(cast, random.Random(seed))
    for _ in range(12):
        for _ in range(day.chance.randrange(1, 5)):
            day.act()
        follow_to_the_end(now=NOW)
    checked = check_figures(now=NOW)
    assert (checked.differences, checked.told) == ([], [])
    assert checked.figures > 50


def test_the_check_names_the_first_figure_that_is_wrong(cast: Cast) -> None:
    rows = table("statistics.Figure").objects
    rows.filter(kind="commune", theme="entry", place_id=cast.commune.pk).update(counts={"due.1": 1})
    told = [str(one) for one in check_figures(now=NOW).differences]
    assert told == [f"commune {cast.commune.pk}, 2026, entry, books.1: đang lưu 0, đếm lại 3"]


def test_counting_again_withholds_anew_what_another_rule_had_told(cast: Cast) -> None:
    rows = table("statistics.Figure").objects
    assert rows.exclude(hidden=[]).exists()
    rows.update(hidden=[])
    assert check_figures(now=NOW).told
    count_again(now=NOW)
    assert check_figures(now=NOW).told == []


def test_what_is_withheld_is_decided_table_by_table_while_others_write(cast: Cast) -> None:
    """A follower may come between the look at a table and its turn; it waits for no other table."""
    rows, turns = table("statistics.Figure").objects, 0
    rows.update(hidden=[])

    @contextmanager
    def alone() -> Iterator[None]:
        nonlocal turns
        turns += 1
        if turns == 1:
            enrol(make_student(cast.school, "Hoàng Thị Ban"), cast.school_class)
            change = Change(subject=f"class:{cast.school_class.pk}", action="change")
            append_changes(Operation(Author(1, "Ai đó"), NOW), [change])
            assert follow(now=NOW) is not None
        with transaction.atomic():
            yield

    decide_everywhere(alone)
    checked = check_figures(now=NOW)
    assert (checked.differences, checked.told) == ([], [])
    rows.update(hidden=[])
    before = turns
    assert decide_everywhere(alone) == turns - before > 0
    assert check_figures(now=NOW).told == []
    before = turns
    assert decide_everywhere(alone) == turns - before == 0, "what stands is only looked at"


def test_who_comes_on_a_later_day_counts_from_that_day_on(cast: Cast) -> None:
    place, tomorrow = path(cast.school), NOW + timedelta(days=1)
    facts = StudentFacts(name="Lý Thị Mai", sex="F", born="2013-02-01", ethnic_group="09")
    create_student(
        actor=cast.thu.actor,
        now=NOW,
        school_id=cast.school.pk,
        facts=facts,
        class_id=cast.school_class.pk,
        starts_on=TODAY + timedelta(days=1),
    )
    follow_to_the_end(now=NOW)
    assert count(cast, place, Theme.ENROLMENT, "pupils") == 4
    follow_to_the_end(now=tomorrow)
    assert count(cast, place, Theme.ENROLMENT, "pupils") == 5
    assert check_figures(now=tomorrow).differences == []


def test_a_new_day_begins_with_nobody_absent(cast: Cast) -> None:
    take(cast)
    follow_to_the_end(now=NOW)
    assert count(cast, path(cast.department), Theme.ATTENDANCE, "absent_without") == 1
    follow_to_the_end(now=NOW + timedelta(days=1))
    assert count(cast, path(cast.department), Theme.ATTENDANCE, "absent_without") == 0
    assert count(cast, path(cast.department), Theme.ATTENDANCE, "pupils") == 5


def test_books_that_were_counted_anew_by_themselves_are_followed(cast: Cast) -> None:
    before = count(cast, path(cast.school), Theme.ENTRY, "due.1")
    enrol(make_student(cast.school, "Nông Thị Bé"), cast.school_class)
    recount_progress(now=NOW)
    assert follow(now=NOW) is not None
    after = count(cast, path(cast.school), Theme.ENTRY, "due.1")
    assert before is not None
    assert after is not None
    assert after > before


def test_nothing_is_done_while_nothing_happens(cast: Cast) -> None:
    assert follow(now=NOW) is None


def test_a_school_that_moves_takes_its_figures_along(cast: Cast) -> None:
    school = cast.other_school.organisation
    school.parent, school.path = cast.commune, f"{cast.commune.path}{school.pk}/"
    school.save()
    change = Change(f"organisation:{school.pk}", "change", school_id=school.pk)
    with transaction.atomic():
        append_changes(Operation(Author(None, "Thử"), NOW), [change])
    follow_to_the_end(now=NOW)
    assert count(cast, path(cast.commune), Theme.ENROLMENT, "pupils") == 5
    assert count(cast, path(cast.other_commune), Theme.ENROLMENT, "pupils") == 0
    assert check_figures(now=NOW).differences == []
