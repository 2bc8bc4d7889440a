"""A family and a teacher talk: who may read, what is told when, once for one intent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from khue.access.api import OutsidePlace, Role, child_place, scope_of
from khue.contactbook.queries.starting import contact_choices
from khue.contactbook.queries.thread_page import thread_page
from khue.contactbook.queries.threads import complaints_for, threads_for, unread_messages
from khue.contactbook.rules.policies import FamilyPolicy, value_of
from khue.contactbook.rules.talk import MOST_AN_HOUR
from khue.contactbook.services.policies import set_family_policy
from khue.contactbook.services.thread_ends import (
    close_thread,
    complain,
    read_thread,
    reopen_thread,
)
from khue.contactbook.services.thread_work import TalkRefused
from khue.contactbook.services.threads import Written, start_thread, write_message
from kit.fences import EVERYTHING, scoped, set_scope
from tests.cast import NOW, Cast, Person, make_account, make_cast, make_grant, table
from tests.test_two_at_once import at_once

NIGHT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""22:30 in Viet Nam."""
OTHERS = ["nam", "mai", "thu", "binh", "minh", "dung", "ha", "stranger"]


def enter(person: Person) -> Person:
    """The fence of this person, as a request sets it."""
    set_scope(scope_of(person.actor))
    return person


def lan_writes(cast: Cast, text: str = "Cháu quên vở.", *, now: datetime = NOW) -> Written:
    """Chị Lan begins to talk with cô Hoa, who teaches maths."""
    return start_thread(
        actor=enter(cast.lan).actor,
        now=now,
        student_id=cast.minh.student.pk,
        to=str(cast.hoa.account.pk),
        subject="Bài tập Toán",
        text=text,
        intent=uuid4(),
    )


def answer(cast: Cast, thread_id: int, text: str = "Không sao.", **more: Any) -> Written:
    given: dict[str, Any] = {"intent": uuid4(), "now": NOW, **more}
    return write_message(actor=enter(cast.hoa).actor, thread_id=thread_id, text=text, **given)


def test_a_parent_writes_and_the_teacher_answers(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    assert unread_messages(enter(cast.hoa).account.pk) == 1
    read_thread(actor=cast.hoa.actor, now=NOW, thread_id=thread)
    assert unread_messages(cast.hoa.account.pk) == 0
    answer(cast, thread)
    line = threads_for(enter(cast.lan).actor, now=NOW)[0]
    assert (line.other, line.unread, line.last_text) == (cast.hoa.name, 1, "Không sao.")
    page = thread_page(cast.lan.actor, thread, NOW)
    assert [one.text for one in page.messages] == ["Cháu quên vở.", "Không sao."]
    assert [one.seen for one in page.messages] == [True, False]


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_may_open_it(cast: Cast, name: str) -> None:
    thread = lan_writes(cast).thread_id
    person = enter(cast.people[name])
    with pytest.raises(OutsidePlace):
        read_thread(actor=person.actor, now=NOW, thread_id=thread)
    with pytest.raises(OutsidePlace):
        write_message(
            actor=person.actor, now=NOW, thread_id=thread, text="Chen vào", intent=uuid4()
        )
    assert threads_for(person.actor, now=NOW) == []
    assert unread_messages(person.account.pk) == 0


def test_a_father_whom_a_court_keeps_away_reads_nothing(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    with scoped(EVERYTHING):
        father = _father(cast, blocked="Quyết định 12/2026 của tòa án")
    enter(father)
    assert threads_for(father.actor, now=NOW) == []
    with pytest.raises(OutsidePlace):
        read_thread(actor=father.actor, now=NOW, thread_id=thread)


def test_a_father_of_the_family_reads_and_answers(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    with scoped(EVERYTHING):
        father = _father(cast, blocked="")
    enter(father)
    written = write_message(
        actor=father.actor, now=NOW, thread_id=thread, text="Bố đây ạ.", intent=uuid4()
    )
    assert written.thread_id == thread


def _father(cast: Cast, *, blocked: str) -> Person:
    account = make_account("0912000009", "Triệu Văn Tiến", "guardian")
    guardian = table("records.Guardian").objects.create(
        name=account.name, name_search="trieu van tien", account=account, created_at=NOW
    )
    child = cast.minh.student
    table("records.Guardianship").objects.create(
        student=child,
        guardian=guardian,
        relation="father",
        starts_on=date(2026, 8, 1),
        blocked_reason=blocked,
    )
    where = {"school": cast.school, "province": cast.department}
    make_grant(account, Role.GUARDIAN, child_place(child.pk), child.name, **where)
    return Person(account.name, account, guardian=guardian)


def test_the_same_intent_is_one_message(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    intent = uuid4()
    first = answer(cast, thread, intent=intent)
    again = answer(cast, thread, "Bấm hai lần", intent=intent)
    assert (again.message_id, again.again) == (first.message_id, True)
    assert len(thread_page(cast.hoa.actor, thread, NOW).messages) == 2


def test_the_same_intent_is_one_conversation(cast: Cast) -> None:
    enter(cast.lan)
    given: dict[str, Any] = {
        "actor": cast.lan.actor,
        "now": NOW,
        "student_id": cast.minh.student.pk,
        "to": "office",
        "subject": "Giấy xác nhận",
        "text": "Xin giấy xác nhận.",
        "intent": UUID(int=7),
    }
    first, second = start_thread(**given), start_thread(**given)
    assert first.thread_id == second.thread_id
    assert len(threads_for(cast.lan.actor, now=NOW)) == 1


def test_an_intent_of_somebody_else_is_refused(cast: Cast) -> None:
    intent = uuid4()
    thread = lan_writes(cast).thread_id
    answer(cast, thread, intent=intent)
    with pytest.raises(TalkRefused, match="trang khác"):
        write_message(
            actor=enter(cast.lan).actor, now=NOW, thread_id=thread, text="x", intent=intent
        )


def test_a_message_of_the_night_waits_until_morning(cast: Cast) -> None:
    written = lan_writes(cast, now=NIGHT)
    assert written.waits
    assert written.told_at == datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    assert threads_for(enter(cast.hoa).actor, now=NIGHT)[0].unread == 0
    morning = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    assert threads_for(cast.hoa.actor, now=morning)[0].unread == 1


def test_a_school_may_tell_at_once(cast: Cast) -> None:
    enter(cast.mai)
    chosen = FamilyPolicy(after_hours="tell")
    set_family_policy(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, policy=chosen)
    assert not lan_writes(cast, now=NIGHT).waits


def test_what_a_family_may_send_in_an_hour_has_an_end(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    given: dict[str, Any] = {"actor": cast.lan.actor, "thread_id": thread, "text": "Và nữa"}
    for turn in range(MOST_AN_HOUR - 1):
        write_message(**given, now=NOW + timedelta(seconds=turn), intent=uuid4())
    with pytest.raises(TalkRefused, match="một giờ"):
        write_message(**given, now=NOW + timedelta(minutes=1), intent=uuid4())
    write_message(**given, now=NOW + timedelta(hours=2), intent=uuid4())


@pytest.mark.parametrize("text", ["", "   \n", "dài" * 1000])
def test_nothing_and_too_much_are_refused(cast: Cast, text: str) -> None:
    with pytest.raises(TalkRefused):
        lan_writes(cast, text)
    assert threads_for(cast.lan.actor, now=NOW) == []


def test_a_parent_cannot_write_to_a_teacher_of_another_class(cast: Cast) -> None:
    with pytest.raises(TalkRefused, match="không dạy em"):
        start_thread(
            actor=enter(cast.lan).actor,
            now=NOW,
            student_id=cast.minh.student.pk,
            to=str(cast.nam.account.pk),
            subject="Chào thầy",
            text="Chào thầy",
            intent=uuid4(),
        )


def begin_as(person: Person, student_id: int) -> Written:
    return start_thread(
        actor=enter(person).actor,
        now=NOW,
        student_id=student_id,
        to="",
        subject="Em học tiến bộ",
        text="Em đã tiến bộ nhiều.",
        intent=uuid4(),
    )


def test_a_teacher_begins_with_a_pupil_of_hers_only(cast: Cast) -> None:
    assert begin_as(cast.hoa, cast.minh.student.pk).thread_id
    for name in ("nam", "dung", "ha", "stranger"):
        with pytest.raises(OutsidePlace):
            begin_as(cast.people[name], cast.minh.student.pk)


def test_a_family_without_an_account_cannot_be_written_to(cast: Cast) -> None:
    with pytest.raises(TalkRefused, match="chưa có tài khoản"):
        begin_as(cast.binh, cast.classmates[0].pk)


def test_a_pupil_writes_only_where_the_school_allows_it(cast: Cast) -> None:
    given: dict[str, Any] = {
        "now": NOW,
        "student_id": cast.minh.student.pk,
        "to": str(cast.hoa.account.pk),
        "subject": "Em hỏi bài",
        "text": "Em chưa hiểu bài 3.",
    }
    with pytest.raises(TalkRefused, match="chưa mở"):
        start_thread(actor=enter(cast.minh).actor, intent=uuid4(), **given)
    with scoped(EVERYTHING):
        table("contactbook.ContactPolicy").objects.create(
            school=cast.school,
            starts_on=date(2026, 9, 1),
            value=value_of(FamilyPolicy(pupils_write=True)),
        )
    mine = start_thread(actor=cast.minh.actor, intent=uuid4(), **given)
    lan_writes(cast)
    assert [one.id for one in threads_for(enter(cast.minh).actor, now=NOW)] == [mine.thread_id]
    assert len(threads_for(enter(cast.lan).actor, now=NOW)) == 2


def test_a_closed_conversation_is_opened_again(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    close_thread(actor=enter(cast.hoa).actor, now=NOW, thread_id=thread)
    with pytest.raises(TalkRefused, match="đã đóng"):
        answer(cast, thread)
    reopen_thread(actor=enter(cast.lan).actor, now=NOW, thread_id=thread)
    assert answer(cast, thread).thread_id == thread


def test_when_the_teacher_leaves_the_class_it_is_only_read(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    with scoped(EVERYTHING):
        table("timetable.TeachingAssignment").objects.filter(staff=cast.hoa.staff).update(
            ends_on=date(2026, 11, 1)
        )
    with pytest.raises(TalkRefused, match="không còn dạy"):
        write_message(
            actor=enter(cast.lan).actor, now=NOW, thread_id=thread, text="Cô ơi", intent=uuid4()
        )
    assert "không còn dạy" in thread_page(cast.lan.actor, thread, NOW).read_only


def test_when_the_child_leaves_the_school_it_is_only_read(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    with scoped(EVERYTHING):
        table("records.Enrolment").objects.filter(student=cast.minh.student).update(
            status="left", ends_on=date(2026, 11, 1)
        )
    assert "không còn học" in thread_page(enter(cast.lan).actor, thread, NOW).read_only


def test_leaders_read_after_a_complaint_and_it_is_written_down(cast: Cast) -> None:
    thread = lan_writes(cast).thread_id
    assert complaints_for(enter(cast.mai).actor, now=NOW) == []
    complain(actor=enter(cast.lan).actor, now=NOW, thread_id=thread, reason="Cô trả lời muộn.")
    assert [one.id for one in complaints_for(enter(cast.mai).actor, now=NOW)] == [thread]
    page = read_thread(actor=cast.mai.actor, now=NOW, thread_id=thread)
    assert (page.seat, page.complaint) == ("leader", "Cô trả lời muộn.")
    with scoped(EVERYTHING):
        reads = table("ledger.SensitiveRead").objects.filter(subject=f"thread:{thread}")
        assert [one.account_id for one in reads] == [cast.mai.account.pk]
    with pytest.raises(TalkRefused, match="chỉ đọc"):
        write_message(
            actor=cast.mai.actor, now=NOW, thread_id=thread, text="Tôi xem rồi", intent=uuid4()
        )


def test_the_office_shares_one_inbox(cast: Cast) -> None:
    written = start_thread(
        actor=enter(cast.lan).actor,
        now=NOW,
        student_id=cast.minh.student.pk,
        to="office",
        subject="Giấy xác nhận",
        text="Xin giấy xác nhận.",
        intent=uuid4(),
    )
    for name in ("thu", "mai"):
        assert unread_messages(enter(cast.people[name]).account.pk) == 1
    for name in ("hoa", "binh"):
        with pytest.raises(OutsidePlace):
            thread_page(enter(cast.people[name]).actor, written.thread_id, NOW)


def test_conversations_are_found_without_diacritics(cast: Cast) -> None:
    lan_writes(cast)
    enter(cast.hoa)
    assert threads_for(cast.hoa.actor, text="bai tap trieu", now=NOW)
    assert threads_for(cast.hoa.actor, text="hóa học", now=NOW) == []


def test_the_homeroom_teacher_comes_first(cast: Cast) -> None:
    set_scope(scope_of(cast.lan.actor))
    people = contact_choices(cast.minh.student.pk, NOW.date())
    assert [key for key, _ in people] == [
        str(cast.binh.account.pk),
        str(cast.hoa.account.pk),
        "office",
    ]


def test_two_who_write_the_same_at_once_write_one_message(committed_database: str) -> None:
    with scoped(EVERYTHING):
        cast = make_cast()
    thread = lan_writes(cast).thread_id
    given: dict[str, Any] = {
        "actor": cast.hoa.actor,
        "now": NOW,
        "thread_id": thread,
        "text": "Không sao.",
        "intent": uuid4(),
    }
    results = at_once(write_message, given, given, scope=scope_of(cast.hoa.actor))
    assert {one.message_id for one in results} == {results[0].message_id}
    assert sorted(one.again for one in results) == [False, True]
