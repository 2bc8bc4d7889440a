"""Kết chuyển năm học: the plan, the moves, twice the same request, and the way back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khue.access.api import OutsidePlace, Refused
from khue.background.api import Progress, Work
from khue.gradebook.models import YearClosing
from khue.gradebook.queries.closing import open_closing, plan_of_school
from khue.gradebook.rules.closing import Fate, Target, default_target, fate_of, next_name
from khue.gradebook.services.closing_work import close_in_background
from khue.gradebook.services.closing_year import ClosingRefused, close_year, undo_closing
from khue.gradebook.services.reassessing import AgainChange, enter_reassessed
from khue.gradebook.tests.yearwork import (
    AUGUST,
    FIRST_DAY,
    fill_programme,
    finish_year,
    make_next_class,
)
from khue.records.api import leave_school, move_to_class
from kit.fences import EVERYTHING, scoped
from tests.cast import YEAR, Cast, enrol, make_class, make_student, table

EVERYONE = ["hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "ha", "stranger", "nobody"]
LEADERS_AND_OFFICE = [403, 403, 200, 200, 403, 403, 403, 403, 403, 403, 302]
ELSEWHERE = [403, 403, 404, 404, 403, 403, 403, 403, 403, 403, 302]
TABLE = {
    "/ket-chuyen/?school={school}&year=2026": LEADERS_AND_OFFICE,
    "/ket-chuyen/lop/{class}/": LEADERS_AND_OFFICE,
    "/ket-chuyen/?school={other}&year=2026": ELSEWHERE,
    "/ket-chuyen/lop/{other_class}/": ELSEWHERE,
    "/ket-chuyen/999999/": ELSEWHERE,
}
COLUMNS = [
    *["id", "student_id", "school_id", "school_class_id", "year", "grade", "status"],
    *["entry_kind", "starts_on", "ends_on", "leaving_reason", "note"],
]


@pytest.mark.parametrize("path", TABLE)
def test_each_person_gets_what_her_place_gives(cast: Cast, path: str) -> None:
    at = path.format(
        school=cast.school.pk,
        other=cast.other_school.pk,
        **{"class": cast.school_class.pk, "other_class": cast.other_class.pk},
    )
    got = {who: cast.client(who).get(at).status_code for who in EVERYONE}
    assert got == dict(zip(EVERYONE, TABLE[path], strict=True))


@pytest.mark.parametrize(
    ("outcome", "last", "judged", "fate"),
    [
        ("PROMOTED", False, True, Fate.PROMOTED),
        ("COMPLETED", False, True, Fate.PROMOTED),
        ("PROMOTED", True, True, Fate.COMPLETED),
        ("RETAINED", True, True, Fate.RETAINED),
        ("RETAINED", False, True, Fate.RETAINED),
        ("REASSESS", False, True, Fate.WAITING),
        ("SUMMER_TRAINING", True, True, Fate.WAITING),
        ("PRINCIPAL_DECIDES", False, True, Fate.WAITING),
        ("HELP", False, True, Fate.WAITING),
        ("", False, True, Fate.WAITING),
        ("", False, False, Fate.PROMOTED),
        ("", True, False, Fate.COMPLETED),
    ],
)
def test_the_way_follows_from_the_decision(
    *, outcome: str, last: bool, judged: bool, fate: Fate
) -> None:
    assert fate_of(outcome, is_last_grade=last, judged=judged) is fate


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("8A", "9A"), ("10A1", "11A1"), ("9/2", "10/2"), ("Lớp 6B", "Lớp 7B"), ("Mầm", "Mầm")],
)
def test_a_class_goes_on_under_its_name(name: str, wanted: str) -> None:
    assert next_name(name) == wanted


def test_the_default_class_is_that_of_the_name_or_the_only_one() -> None:
    classes = [Target(1, "9A", ("09",)), Target(2, "9B", ("09",)), Target(3, "8A", ("08",))]
    assert default_target("9B", "09", classes) == classes[1]
    assert default_target("9C", "09", classes) is None
    assert default_target("8Z", "08", classes) == classes[2]
    assert default_target("9A", "10", classes) is None


@pytest.fixture
def june(cast: Cast) -> Cast:
    """8A decided: Minh and Dương promoted, Ân waits for the summer, Ánh is retained."""
    with scoped(EVERYTHING):
        fill_programme(cast)
        make_next_class(cast.school, "9A", "09")
        make_next_class(cast.school, "9B", "09")
        make_next_class(cast.school, "8A", "08")
    weak = {cast.maths.pk: 30}
    duong, an, anh = cast.classmates
    finish_year(
        cast,
        {
            cast.minh.student: ({}, "T", "T"),
            duong: ({}, "T", "K"),
            an: (dict.fromkeys([cast.maths.pk, cast.literature.pk], 30), "T", "T"),
            anh: (weak | {cast.literature.pk: 20}, "K", "CĐ"),
        },
    )
    return cast


def next_class(name: str) -> Any:
    return table("organisations.SchoolClass").objects.get(name=name, year=YEAR + 1)


def seats(cast: Cast) -> list[tuple[Any, ...]]:
    with scoped(EVERYTHING):
        rows = table("records.Enrolment").objects.filter(school=cast.school)
        return list(rows.order_by("id").values_list(*COLUMNS))


def close(cast: Cast, who: str = "mai", **more: Any) -> Any:
    with scoped(EVERYTHING):
        return close_year(
            actor=cast.people[who].actor,
            now=AUGUST,
            school_id=cast.school.pk,
            year=YEAR,
            first_day=more.pop("first_day", FIRST_DAY),
            **more,
        )


def undo(cast: Cast, closing_id: int, who: str = "mai") -> Any:
    with scoped(EVERYTHING):
        return undo_closing(actor=cast.people[who].actor, now=AUGUST, closing_id=closing_id)


def newest(student: Any) -> Any:
    with scoped(EVERYTHING):
        rows = table("records.Enrolment").objects.select_related("school_class")
        return rows.filter(student=student).order_by("-starts_on", "-id").first()


def test_everyone_goes_where_the_decision_says(june: Cast) -> None:
    done = close(june)
    duong, an, anh = june.classmates
    assert done.moved == 3
    assert newest(june.minh.student).school_class.name == "9A"
    assert newest(duong).school_class.name == "9A"
    assert (newest(anh).school_class.name, newest(anh).year) == ("8A", YEAR + 1)
    assert (newest(an).year, newest(an).ends_on) == (YEAR, None)
    with scoped(EVERYTHING):
        old = table("records.Enrolment").objects.filter(year=YEAR, school=june.school)
        status = dict(old.values_list("student_id", "status"))
    assert status[anh.pk] == "retained"
    assert status[duong.pk] == "completed"


def test_the_plan_writes_nothing(june: Cast) -> None:
    before = seats(june)
    with scoped(EVERYTHING):
        plan = plan_of_school(june.mai.actor, june.school.pk, YEAR)
    assert (plan.ready, plan.count(Fate.WAITING)) == (3, 1)
    assert "đánh giá lại" in plan.classes[0].lines[0].line.outcome_text.lower() or any(
        "học tập" in one.why for one in plan.classes[0].lines
    )
    assert seats(june) == before
    with scoped(EVERYTHING):
        assert not YearClosing.objects.exists()


def test_twice_the_same_request_moves_nobody_twice(june: Cast) -> None:
    close(june)
    before = seats(june)
    again = close(june)
    assert (again.closing_id, again.moved) == (None, 0)
    assert seats(june) == before
    with scoped(EVERYTHING):
        assert YearClosing.objects.count() == 1


def test_undo_gives_exactly_the_seats_from_before(june: Cast) -> None:
    before = seats(june)
    done = close(june)
    assert undo(june, done.closing_id).moved == 3
    assert seats(june) == before
    with scoped(EVERYTHING):
        assert YearClosing.objects.get().state == "undone"
    assert undo(june, done.closing_id).moved == 0
    assert close(june).moved == 3


CHOICES = st.lists(st.sampled_from(["9A", "9B", "8A", "later", "plan"]), min_size=4, max_size=4)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(wanted=CHOICES)
def test_whatever_is_chosen_undo_restores_it(june: Cast, wanted: list[str]) -> None:
    before = seats(june)
    with scoped(EVERYTHING):
        ids = {one: next_class(one).pk for one in ("9A", "9B", "8A")} | {"later": -1}
    pupils = [june.minh.student, *june.classmates]
    chosen = {one.pk: ids[way] for one, way in zip(pupils, wanted, strict=True) if way != "plan"}
    try:
        done = close(june, choices=chosen)
    except ClosingRefused:
        assert seats(june) == before
        return
    if done.closing_id is not None:
        assert undo(june, done.closing_id).moved == done.moved
    assert seats(june) == before


@pytest.mark.parametrize("choice", ["old", "wrong grade", "out", "other school"])
def test_a_choice_that_cannot_be_moves_nobody(june: Cast, choice: str) -> None:
    with scoped(EVERYTHING):
        wrong = {
            "old": june.sister_class.pk,
            "wrong grade": next_class("8A").pk,
            "out": 0,
            "other school": make_next_class(june.other_school, "9A", "09").pk,
        }[choice]
    before = seats(june)
    with pytest.raises(ClosingRefused):
        close(june, choices={june.minh.student.pk: wrong})
    assert seats(june) == before


@pytest.mark.parametrize("day", [date(2027, 5, 28), date(2026, 9, 5), date(2028, 1, 1)])
def test_the_first_day_lies_in_the_new_year(june: Cast, day: date) -> None:
    with pytest.raises(ClosingRefused, match="Ngày vào lớp mới"):
        close(june, first_day=day)


@pytest.mark.parametrize(
    ("who", "kind"), [("binh", Refused), ("nam", OutsidePlace), ("dung", Refused)]
)
def test_others_close_nothing(june: Cast, who: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        close(june, who)
    done = close(june)
    with pytest.raises(kind):
        undo(june, done.closing_id, who)


def test_a_last_grade_leaves_with_its_programme_done_and_returns(cast: Cast) -> None:
    with scoped(EVERYTHING):
        ninth = make_class(cast.school, "9C", "09")
        pupil = make_student(cast.school, "Lò Văn Chín")
        enrol(pupil, ninth)
        line = table("records.RegisterEntry").objects.create(
            school=cast.school, student=pupil, number=77, entered_on=date(2023, 9, 5)
        )
        table("gradebook.StudentResult").objects.create(
            year=YEAR,
            student=pupil,
            school=cast.school,
            province=cast.department,
            school_class=ninth,
            grade="09",
            outcome="PROMOTED",
        )
    before = seats(cast)
    done = close(cast, class_ids=[ninth.pk])
    assert newest(pupil).status == "completed"
    with scoped(EVERYTHING):
        line.refresh_from_db()
        assert line.left_reason == "Hoàn thành chương trình"
        assert open_closing(cast.mai.actor, done.closing_id).lines[0].fate is Fate.COMPLETED
    undo(cast, done.closing_id)
    with scoped(EVERYTHING):
        line.refresh_from_db()
    assert (line.left_on, line.left_reason) == (None, "")
    assert seats(cast) == before


def test_who_changed_class_since_stays_and_is_named(june: Cast) -> None:
    done = close(june)
    minh = june.minh.student
    with scoped(EVERYTHING):
        move_to_class(
            actor=june.thu.actor,
            now=AUGUST,
            student_id=minh.pk,
            class_id=next_class("9B").pk,
            on=FIRST_DAY + timedelta(days=7),
        )
        leave_school(
            actor=june.thu.actor,
            now=AUGUST,
            student_id=june.classmates[0].pk,
            on=FIRST_DAY + timedelta(days=9),
            reason_code="1",
        )
    back = undo(june, done.closing_id)
    assert back.moved == 1
    assert "9B" in back.refused[minh.name]
    assert "thôi học" in back.refused[june.classmates[0].name]
    with scoped(EVERYTHING):
        assert YearClosing.objects.get().state == "applied"
    page = june.client("mai").get(f"/ket-chuyen/{done.closing_id}/").content.decode()
    assert "không hoàn tác được" in page


def test_marks_of_the_new_year_keep_a_pupil(june: Cast) -> None:
    done = close(june)
    with scoped(EVERYTHING):
        book = table("organisations.ClassSubject").objects.create(
            school=june.school,
            school_class=next_class("9A"),
            subject=june.maths.subject,
            form="score",
            regular_marks=4,
            periods_term1=70,
            periods_term2=70,
            position=1,
        )
        table("gradebook.MarkRow").objects.create(
            year=YEAR + 1,
            class_subject=book,
            term=1,
            student=june.minh.student,
            school=june.school,
            province=june.department,
            tx1=80,
        )
    back = undo(june, done.closing_id)
    assert back.refused == {
        june.minh.name: "Năm học mới đã có điểm, nhận xét hoặc ghi nhận của em."
    }
    assert back.moved == 2


def test_after_the_closing_the_summer_of_a_pupil_is_over(june: Cast) -> None:
    an = june.classmates[1]
    change = [AgainChange(an.pk, june.maths.pk, "", "8")]
    with scoped(EVERYTHING):
        enter_reassessed(
            actor=june.hoa.actor, now=AUGUST, class_id=june.school_class.pk, changes=change
        )
        second = [AgainChange(an.pk, june.literature.pk, "", "8")]
        enter_reassessed(
            actor=june.thu.actor, now=AUGUST, class_id=june.school_class.pk, changes=second
        )
    assert close(june).moved == 4
    with scoped(EVERYTHING):
        [told] = enter_reassessed(
            actor=june.hoa.actor,
            now=AUGUST,
            class_id=june.school_class.pk,
            changes=[AgainChange(an.pk, june.maths.pk, "8,0", "2")],
        )
    assert "đã được kết chuyển" in told.sentence


def test_the_page_of_a_class_asks_before_it_writes(june: Cast) -> None:
    client, path = june.client("thu"), f"/ket-chuyen/lop/{june.school_class.pk}/"
    before = seats(june)
    given = {"first_day": "06/09/2027", f"em-{june.minh.student.pk}": "de-sau"}
    asked = client.post(path, given).content.decode()
    assert "2 học sinh được kết chuyển" in asked
    assert "Vào lớp 9A" in asked
    assert seats(june) == before
    answer = client.post(path, {**given, "step": "confirm"})
    assert answer.status_code == 302
    assert newest(june.minh.student).year == YEAR
    assert newest(june.classmates[0]).year == YEAR + 1
    done = client.get(answer.headers["Location"]).content.decode()
    assert june.classmates[0].name in done
    client.post(f"{answer.headers['Location']}hoan-tac/")
    assert seats(june) == before


def test_the_whole_school_from_its_page(june: Cast) -> None:
    path = f"/ket-chuyen/truong/{june.school.pk}/{YEAR}/"
    client = june.client("mai")
    assert client.post(path, {"first_day": "nay mai"}).status_code == 302
    answer = client.post(path, {"first_day": "06/09/2027"}, follow=True)
    assert "Đã kết chuyển 3 học sinh." in answer.content.decode()


def test_a_large_school_closes_in_the_background(june: Cast) -> None:
    with scoped(EVERYTHING):
        told = close_in_background(
            Work(
                task_id=uuid4(),
                actor=june.mai.actor,
                now=AUGUST,
                arguments={"school": june.school.pk, "year": YEAR, "first_day": "2027-09-06"},
                school_id=june.school.pk,
                progress=Progress(),
            )
        )
    assert told["text"].startswith("Đã kết chuyển 3 học sinh.")
