"""Attendance is taken by hand: what is kept, what is refused, who is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.access.api import OutsidePlace, Refused
from khue.attendance.api import (
    AttendanceRefused,
    Entry,
    Taken,
    absences_in,
    absences_of_student,
    absent_in,
    alerts,
    answer_note,
    ask_leave,
    classes_today,
    not_taken_today,
    paper_marks,
    register_absence_listener,
    sessions_absent,
    take_attendance,
    withdraw_note,
)
from khue.attendance.models import Absence, Taking
from khue.attendance.queries.days import class_day
from khue.attendance.queries.notes import notes_of_child, notes_to_answer
from khue.attendance.queries.pupils import month_page
from khue.attendance.services import work
from khue.attendance.services.reading import read_notes
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, TODAY, YEAR, Cast, enrol, make_student, table

YESTERDAY = TODAY - timedelta(days=1)
SUNDAY = date(2026, 11, 15)


@pytest.fixture(autouse=True)
def at_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))


def take(cast: Cast, kinds: dict[Any, str], **more: Any) -> Taken:
    """Cô Hoa takes the attendance of 8A in the morning of the day."""
    given: dict[str, Any] = {
        "actor": cast.hoa.actor,
        "now": NOW,
        "class_id": cast.school_class.pk,
        "day": TODAY,
        "session": "am",
        "entries": [Entry(one.pk, kind) for one, kind in kinds.items()],
        "base_version": 0,
    }
    return take_attendance(**given | more)


def test_one_list_keeps_only_who_is_not_there(cast: Cast) -> None:
    duong, an, _ = cast.classmates
    taken = take(cast, {duong: "p", an: "m"})
    assert (taken.status, taken.taking.version, taken.taking.size) == ("saved", 1, 4)
    assert dict(Absence.objects.values_list("student_id", "kind")) == {duong.pk: "p", an.pk: "m"}
    assert absent_in(cast.school_class.pk, TODAY, "am", 3) == [(an.name, "m"), (duong.name, "p")]
    assert sessions_absent([duong.pk, an.pk], YEAR) == {duong.pk: (1, 0)}


def test_everybody_present_is_kept_too(cast: Cast) -> None:
    assert take(cast, {}).taking.version == 1
    assert [line.new for line in history_of(ledger(cast))] == ["Có mặt đủ"]


def ledger(cast: Cast, day: date = TODAY) -> str:
    return f"attendance:{cast.school_class.pk}.{day.isoformat()}.am0"


def test_a_change_tells_the_ledger_old_and_new(cast: Cast) -> None:
    duong = cast.classmates[0]
    take(cast, {duong: "k"})
    take(cast, {duong: "p"}, base_version=1)
    line = history_of(ledger(cast))[0]
    assert (line.old, line.new) == ("Nghỉ không phép", "Nghỉ có phép")
    assert duong.name in line.label


def test_two_teachers_do_not_overwrite_each_other(cast: Cast) -> None:
    duong, an, _ = cast.classmates
    take(cast, {duong: "k"})
    second = take(cast, {an: "p"}, actor=cast.binh.actor)
    assert second.status == "conflict"
    assert second.taking.by == cast.hoa.name
    assert [one.kind for one in second.standing.values()] == ["k"]
    assert Absence.objects.get().student_id == duong.pk


def test_two_teachers_who_saw_the_same_agree(cast: Cast) -> None:
    duong = cast.classmates[0]
    take(cast, {duong: "k"})
    assert take(cast, {duong: "k"}, actor=cast.binh.actor).status == "same"


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"day": SUNDAY, "actor": "binh"}, "Chủ Nhật"),
        ({"day": TODAY + timedelta(days=1)}, "Chưa đến ngày"),
        ({"day": date(2027, 7, 1)}, "ngoài năm học"),
        ({"day": date(2027, 1, 1)}, "nghỉ"),
        ({"session": "xx"}, "không có"),
        ({"period": 99}, "không có"),
        ({"day": YESTERDAY, "actor": "binh"}, "lý do"),
    ],
)
def test_a_day_that_cannot_be_taken_says_why(cast: Cast, more: dict[str, Any], part: str) -> None:
    if "actor" in more:
        more = more | {"actor": cast.people[more["actor"]].actor}
    with pytest.raises(AttendanceRefused) as refused:
        take(cast, {}, **more)
    assert part in refused.value.sentence
    assert not Taking.objects.exists()


def test_a_past_day_is_corrected_by_the_homeroom_teacher_with_a_reason(cast: Cast) -> None:
    with pytest.raises(Refused):
        take(cast, {}, day=YESTERDAY, reason="Quên")
    duong = cast.classmates[0]
    take(cast, {duong: "k"}, day=YESTERDAY, reason="Quên ghi", actor=cast.binh.actor)
    line = history_of(ledger(cast, YESTERDAY))[0]
    assert (line.action, line.reason) == ("correct", "Quên ghi")


def test_who_came_later_or_left_is_named(cast: Cast) -> None:
    with scoped(EVERYTHING):
        new, gone = (make_student(cast.school, name) for name in ("Mới Đến", "Đã Đi"))
        enrol(new, cast.school_class, starts_on=TODAY)
        enrol(gone, cast.school_class, ends_on=date(2026, 10, 1), status="transferred_out")
    binh = {"actor": cast.binh.actor, "reason": "Sửa", "day": YESTERDAY}
    for pupil, part in [(new, "vào lớp từ ngày 20/11/2026"), (gone, "rời lớp ngày 01/10/2026")]:
        with pytest.raises(AttendanceRefused) as refused:
            take(cast, {pupil: "k"}, **binh)
        assert part in refused.value.sentence
    with pytest.raises(AttendanceRefused, match="không có trong danh sách"):
        take(cast, {cast.other_student: "k"})


def test_nonsense_is_not_kept(cast: Cast) -> None:
    duong = cast.classmates[0]
    for entry in (Entry(duong.pk, "x"), Entry(duong.pk, "k", 5), Entry(duong.pk, "m", 999)):
        with pytest.raises(AttendanceRefused):
            take(cast, {}, entries=[entry])


def test_only_who_stands_in_the_class_may(cast: Cast) -> None:
    for name in ("nam", "lan", "minh", "stranger"):
        with pytest.raises((OutsidePlace, Refused)):
            take(cast, {}, actor=cast.people[name].actor)
    with pytest.raises(Refused):
        take(cast, {}, actor=cast.dung.actor)


def test_followers_hear_who_changed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(work, "_listeners", {})
    register_absence_listener("test", lambda *told: heard.append(told[:2]))
    take(cast, {cast.classmates[0]: "k"})
    assert heard == [(cast.school_class.pk, [cast.classmates[0].pk])]


def ask(cast: Cast, **more: Any) -> int:
    given: dict[str, Any] = {
        "actor": cast.lan.actor,
        "now": NOW,
        "student_id": cast.minh.student.pk,
        "first_day": YESTERDAY,
        "last_day": TODAY,
        "reason": "Cháu bị sốt",
    }
    with scoped(Scope(students=(cast.minh.student.pk,))):
        return ask_leave(**given | more)


def test_a_yes_turns_absences_into_absences_with_permission(cast: Cast) -> None:
    minh = cast.minh.student
    take(cast, {minh: "k"})
    note = ask(cast)
    assert [one.reason for one in notes_to_answer(cast.binh.actor, TODAY)] == ["Cháu bị sốt"]
    changed = answer_note(actor=cast.binh.actor, now=NOW, note_id=note, approve=True)
    kept = Absence.objects.get()
    assert (changed, kept.kind, kept.source) == (1, "p", "note")
    assert Taking.objects.get().version == 2
    assert take(cast, {}).status == "conflict"


def test_a_pupil_with_leave_is_absent_with_permission_whatever_is_tapped(cast: Cast) -> None:
    note = ask(cast)
    answer_note(actor=cast.binh.actor, now=NOW, note_id=note, approve=True)
    day = class_day(
        actor=cast.hoa.actor, now=NOW, class_id=cast.school_class.pk, day=TODAY, session="am"
    )
    assert [one.name for one in day.pupils if one.excused] == [cast.minh.name]
    taken = take(cast, {cast.minh.student: "k"})
    assert taken.standing[cast.minh.student.pk].kind == "p"


def test_the_reason_is_sealed(cast: Cast) -> None:
    ask(cast)
    kept = table("attendance.ExcuseNote").objects.values_list("reason", flat=True).get()
    assert "sốt" not in kept


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"last_day": YESTERDAY - timedelta(days=1)}, "sau buổi nghỉ đầu"),
        ({"last_day": TODAY + timedelta(days=60)}, "dài hơn"),
        ({"first_day": TODAY - timedelta(days=20)}, "trong vòng"),
        ({"reason": "  "}, "lý do"),
        ({"first_session": "xx"}, "buổi sáng hoặc"),
    ],
)
def test_a_request_that_cannot_be_sent_says_why(
    cast: Cast, more: dict[str, Any], part: str
) -> None:
    with pytest.raises(AttendanceRefused) as refused:
        ask(cast, **more)
    assert part in refused.value.sentence


def test_a_request_is_sent_once_answered_once_and_withdrawn_in_time(cast: Cast) -> None:
    first = ask(cast)
    with pytest.raises(AttendanceRefused, match="đã có đơn"):
        ask(cast)
    with scoped(Scope(students=(cast.minh.student.pk,))):
        withdraw_note(actor=cast.lan.actor, now=NOW, note_id=first)
        with pytest.raises(AttendanceRefused):
            withdraw_note(actor=cast.lan.actor, now=NOW, note_id=first)
    second = ask(cast)
    with pytest.raises(AttendanceRefused, match="lý do không đồng ý"):
        answer_note(actor=cast.binh.actor, now=NOW, note_id=second, approve=False)
    answer_note(actor=cast.binh.actor, now=NOW, note_id=second, approve=False, answer="Thi")
    with pytest.raises(AttendanceRefused, match="đã được xử lý"):
        answer_note(actor=cast.binh.actor, now=NOW, note_id=second, approve=True)
    states = [one.state for one in notes_of_child(cast.lan.actor, cast.minh.student.pk)]
    assert states == ["refused", "withdrawn"]


def test_only_the_homeroom_teacher_and_the_office_answer(cast: Cast) -> None:
    note = ask(cast)
    with pytest.raises(Refused):
        answer_note(actor=cast.hoa.actor, now=NOW, note_id=note, approve=True)
    with pytest.raises(OutsidePlace):
        answer_note(actor=cast.nam.actor, now=NOW, note_id=note, approve=True)
    with pytest.raises(OutsidePlace):
        ask(cast, student_id=cast.classmates[0].pk)


def test_a_teacher_who_reads_the_reason_of_a_family_is_written_down(cast: Cast) -> None:
    """The reason speaks of health: who opens the inbox leaves a line, the family does not."""
    note = ask(cast)
    lines = read_notes(actor=cast.binh.actor, now=NOW)
    assert [one.reason for one in lines] == ["Cháu bị sốt"]
    with scoped(Scope(students=(cast.minh.student.pk,))):
        assert notes_of_child(cast.lan.actor, cast.minh.student.pk)[0].reason == "Cháu bị sốt"
    assert read_notes(actor=cast.mai.actor, now=NOW, answered=True) == []
    with scoped(EVERYTHING):
        names = ("account_id", "subject", "fields", "school_id", "province_id")
        reads = list(table("ledger.SensitiveRead").objects.values_list(*names))
    school = cast.school
    about = (f"excuse:{note}", "lý do xin nghỉ", school.pk, school.province_id)
    assert reads == [(cast.binh.account.pk, *about)]


def test_many_periods_are_read_in_two_statements(cast: Cast) -> None:
    """What was taken in the period goes first; where it was not, the session decides."""
    duong, an, _ = cast.classmates
    take(cast, {duong: "p"})
    take(cast, {an: "k"}, period=3)
    room = cast.school_class.pk
    wanted = [(room, TODAY, "am", period) for period in range(1, 6)]
    with CaptureQueriesContext(connection) as asked:
        found = absences_in([*wanted, (room, YESTERDAY, "am", 1)])
    assert len(asked) == 2
    assert [found[one] for one in wanted] == [
        [(an.name, "k")] if one[3] == 3 else [(duong.name, "p")] for one in wanted
    ]
    assert found[room, YESTERDAY, "am", 1] == []
    assert all(found[one] == absent_in(*one) for one in wanted)


def test_the_book_reads_the_marks_of_a_whole_year_in_two_statements(cast: Cast) -> None:
    """Every pupil absent on every third of 240 days, some of them in single periods."""
    where = {"school": cast.school, "province": cast.department, "year": YEAR}
    room = {"school_class": cast.school_class, **where}
    first, children = date(2026, 9, 7), [cast.minh.student, *cast.classmates]
    days = [first + timedelta(days=one) for one in range(240)]
    Absence.objects.bulk_create(
        Absence(
            **room, student=child, day=day, session="am", period=day.day % 2, kind="pk"[number % 2],
            written_by="A", written_at=NOW,
        )
        for child in children
        for number, day in enumerate(days)
        if number % 3 == 0
    )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        marks = paper_marks(cast.school_class.pk)
    assert len(asked) == 2
    assert {len(one) for one in marks.values()} <= set(range(35, 81))


def fill(cast: Cast, kinds: str) -> None:
    """Em Dương's mornings up to today, six a week; "." is presence."""
    where = {"school": cast.school, "province": cast.department, "year": YEAR}
    days = [TODAY - timedelta(days=back) for back in range(60)]
    days = [day for day in days if day.weekday() < 6][: len(kinds)]
    for day, kind in zip(reversed(days), kinds, strict=True):
        told = {**where, "school_class": cast.school_class, "day": day, "session": "am"}
        Taking.objects.create(**told, taken_by="A", taken_by_id=1, taken_at=NOW)
        if kind != ".":
            Absence.objects.create(
                **told, student=cast.classmates[0], kind=kind, written_by="A", written_at=NOW
            )


def test_alerts_name_the_rule(cast: Cast) -> None:
    fill(cast, "....kkk")
    found = alerts(cast.binh.actor, TODAY)
    assert [one.name for one in found] == [cast.classmates[0].name]
    assert [sign.rule.key for sign in found[0].signs] == ["run_without"]
    assert "3 buổi liền từ 18/11/2026" in found[0].signs[0].seen
    assert alerts(cast.mai.actor, TODAY, cast.school.pk) == found
    assert alerts(cast.nam.actor, TODAY) == []


def test_the_month_has_marks_and_totals(cast: Cast) -> None:
    fill(cast, "pkm.")
    shown = month_page(
        actor=cast.hoa.actor,
        class_id=cast.school_class.pk,
        year=2026,
        month=11,
        today=TODAY,
    )
    line = next(one for one in shown.lines if one.name == cast.classmates[0].name)
    assert [mark for mark in line.days if mark] == ["P", "K", "M"]
    assert (line.count.total, line.late, shown.count.total) == (2, 1, 2)
    assert shown.free[14].startswith("Trường không học Chủ Nhật")
    assert paper_marks(cast.school_class.pk) == {
        cast.classmates[0].pk: {date(2026, 11, 17): "P", date(2026, 11, 18): "K"}
    }


def test_the_school_sees_who_is_where(cast: Cast) -> None:
    take(cast, {cast.classmates[0]: "k"})
    found = {one.card.name: one for one in classes_today(cast.mai.actor, TODAY, cast.school.pk)}
    now = found["8A"].in_session("am")
    assert (found["8A"].size, now.absent, now.taken) == (4, 1, True)
    assert not found["8B"].in_session("am").taken


def test_a_teacher_is_told_what_was_not_taken(cast: Cast) -> None:
    assert [(card.name, session) for card, session in not_taken_today(cast.hoa.actor, NOW)] == [
        ("8A", "am")
    ]
    take(cast, {})
    assert not_taken_today(cast.hoa.actor, NOW) == []
    sunday = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    assert not_taken_today(cast.hoa.actor, sunday) == []


def test_another_school_sees_nothing_even_without_the_gate(cast: Cast) -> None:
    take(cast, {cast.classmates[0]: "k"})
    ask(cast)
    for scope in (Scope(schools=(cast.other_school.pk,)), Scope(students=(cast.other_student.pk,))):
        with scoped(scope):
            assert not Taking.objects.exists()
            assert absences_of_student(cast.classmates[0].pk, YEAR) == []
            assert not table("attendance.ExcuseNote").objects.exists()


def test_the_family_sees_its_own_child_only(cast: Cast) -> None:
    take(cast, {cast.classmates[0]: "k", cast.minh.student: "m"})
    with scoped(Scope(students=(cast.minh.student.pk,))):
        assert [one.told for one in absences_of_student(cast.minh.student.pk, YEAR)] == ["Đi muộn"]
        assert absences_of_student(cast.classmates[0].pk, YEAR) == []
