"""Kết quả học kì, cả năm: a kind of data of the later periods, with what was concluded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from khue.sector.queries.dossier import Dossier, open_dossier
from khue.sector.queries.messages import compose
from khue.sector.queries.messages.results import printed
from khue.sector.rules.periods import Period
from khue.sector.rules.result_keys import result_key, student_of_result
from khue.sector.rules.states import Kind, Push, kinds_of, parts_of
from khue.sector.services.stages import push_again
from khue.sector.services.windows import Days
from khue.sector.tests.gateway import Gateway
from khue.sector.tests.stage import (
    complete_files,
    open_window,
    run_push,
    target_of,
    walk_to_approval,
)
from tests.cast import YEAR, Cast, table

JANUARY = datetime(2027, 1, 25, 2, 0, tzinfo=UTC)
DAYS = Days(date(2027, 1, 18), date(2027, 2, 10), date(2027, 1, 20))
IN_MAY = date(2027, 5, 31)


def conclude(cast: Cast, student: Any, **levels: Any) -> None:
    where = {"year": YEAR, "student": student, "school": cast.school}
    table("gradebook.StudentResult").objects.create(
        **where, province_id=cast.department.pk, school_class=cast.school_class, **levels
    )


def average(cast: Cast, student: Any, term: int, mark: int) -> None:
    table("gradebook.MarkRow").objects.create(
        year=YEAR,
        class_subject=cast.maths,
        term=term,
        student=student,
        school=cast.school,
        province_id=cast.department.pk,
        average=mark,
    )


def told(cast: Cast, part: str, on: date = IN_MAY) -> dict[str, Any]:
    dossier = open_dossier(cast.school.pk, YEAR, on, with_results=True)
    assert isinstance(dossier, Dossier)
    return dict(compose(dossier, part)[result_key(cast.minh.student.pk, YEAR)].message)


def test_a_term_tells_marks_and_both_levels(everything: Cast) -> None:
    minh = everything.minh.student
    conclude(everything, minh, learning1=1, conduct1=0)
    average(everything, minh, 1, 82)
    found = told(everything, "result1")
    assert (found["hocky"], found["mahocluc"], found["mahanhkiem"]) == (1, 2, 1)
    assert found["diemmon"] == [{"mamonhoc": "15", "diem": "8.2"}]
    assert "colenlop" not in found


def test_the_year_tells_what_holds_after_the_summer(everything: Cast) -> None:
    minh = everything.minh.student
    conclude(
        everything,
        minh,
        learning_year=3,
        learning_after=2,
        conduct_year=1,
        absent_with=3,
        absent_without=1,
        outcome="REASSESS",
        decided="PROMOTED",
    )
    found = told(everything, "result3")
    assert (found["mahocluc"], found["mahanhkiem"]) == (3, 2)
    assert (found["songaynghi"], found["colenlop"], found["corenluyenlai"]) == (4, 1, 0)


def test_who_left_has_no_result_here(everything: Cast) -> None:
    seats = table("records.Enrolment").objects.filter(student=everything.minh.student)
    seats.update(status="transferred_out", ends_on=date(2026, 12, 1))
    with pytest.raises(KeyError):
        told(everything, "result1")


@pytest.mark.parametrize(
    ("mark", "text"),
    [
        (None, ""),
        (-1, ""),
        (-2, ""),
        (0, "0.0"),
        (85, "8.5"),
        (100, "10.0"),
        (101, "Đ"),
        (102, "CĐ"),
    ],
)
def test_a_mark_as_the_message_writes_it(mark: int | None, text: str) -> None:
    assert printed(mark) == text


def test_the_periods_tell_what_exists_by_then() -> None:
    assert Kind.RESULT not in kinds_of(Period.START)
    assert parts_of(Period.MIDDLE, Kind.RESULT) == ("result1",)
    assert parts_of(Period.END, Kind.RESULT) == ("result1", "result2", "result3")
    assert parts_of(Period.MIDDLE, Kind.STUDENT) == ("student",)


def test_the_key_of_a_result_lasts_and_differs_by_year() -> None:
    assert student_of_result(result_key(12, 2026)) == 12
    assert result_key(12, 2026) != result_key(12, 2027)


@pytest.fixture
def january(everything: Cast, gateway: Gateway) -> Cast:
    complete_files(everything)
    open_window(everything, DAYS, JANUARY, Period.MIDDLE)
    conclude(everything, everything.minh.student, learning1=1, conduct1=0)
    return everything


def results(cast: Cast) -> Any:
    return table("sector.KindState").objects.get(school=cast.school, kind=Kind.RESULT)


def test_results_go_after_the_pupils_and_a_correction_is_one_more_version(
    january: Cast, gateway: Gateway
) -> None:
    cast = january
    walk_to_approval(cast, JANUARY, Period.MIDDLE)
    run_push(JANUARY)
    key = str(result_key(cast.minh.student.pk, YEAR))
    held = gateway.of("result1")
    assert set(held) == {key}
    assert held[key].message["mahocsinh"] == gateway.of("student")[str(cast.minh.student.pk)].code
    assert results(cast).status == Push.AGAIN
    faults = table("sector.FaultRow").objects.filter(part="result1")
    assert {one.sentence for one in faults} == {"Học sinh chưa có kết quả nào của kì này."}
    assert results(cast).faulty == faults.count() > 0
    table("gradebook.StudentResult").objects.update(learning1=0)
    push_again(actor=cast.mai.actor, now=JANUARY, target=target_of(cast, Period.MIDDLE))
    run_push(JANUARY)
    after = gateway.of("result1")[key]
    assert (after.event, after.version, after.message["mahocluc"]) == ("UPDATE", 2, 1)


def test_a_refused_result_is_told_by_the_name_of_its_pupil(january: Cast, gateway: Gateway) -> None:
    cast = january
    walk_to_approval(cast, JANUARY, Period.MIDDLE)
    key = str(result_key(cast.minh.student.pk, YEAR))
    gateway.habits.refuse = {f"result1.{key}": ("mahocluc", "DANH_MUC")}
    run_push(JANUARY)
    fault = table("sector.FaultRow").objects.get(problem="refused")
    assert (fault.part, fault.label) == ("result1", cast.minh.name)
