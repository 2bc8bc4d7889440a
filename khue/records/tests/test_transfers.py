"""Chuyển trường between two schools of the platform, and out of it."""

from datetime import date

import pytest

from khue.access.api import Actor, OutsidePlace, Role
from khue.records.api import RecordRefused, request_transfer, student_summary
from khue.records.queries.books import transfers_of_school
from khue.records.queries.files import StudentFile, open_file
from khue.records.services.transfers import (
    accept_transfer,
    cancel_transfer,
    leave_platform,
    refuse_transfer,
)
from kit.fences import Scope, scoped
from tests.cast import NOW, Cast, Person, make_account, make_grant, table

DAY = date(2026, 11, 23)


def here(cast: Cast) -> Scope:
    return Scope(schools=(cast.school.pk,))


def there(cast: Cast) -> Scope:
    return Scope(schools=(cast.other_school.pk,))


def clerk_there(cast: Cast) -> Actor:
    """The office of the other school."""
    if "kim" not in cast.people:
        account = make_account("gv.kim", "Hoàng Thị Kim", "staff")
        cast.people["kim"] = Person(account.name, account)
        school = cast.other_school
        make_grant(
            account,
            Role.OFFICE,
            school.organisation.path,
            "Trường THCS Đồi Sim",
            school=school,
            province=cast.department,
        )
    return cast.kim.actor


def ask(cast: Cast) -> int:
    with scoped(here(cast)):
        return request_transfer(
            actor=cast.thu.actor,
            now=NOW,
            student_id=cast.minh.student.pk,
            to_school_id=cast.other_school.pk,
            effective_on=DAY,
            reason="Theo gia đình chuyển chỗ ở",
        )


def accept(cast: Cast, transfer_id: int) -> None:
    with scoped(there(cast)):
        accept_transfer(
            actor=clerk_there(cast),
            now=NOW,
            transfer_id=transfer_id,
            class_id=cast.other_class.pk,
            on=DAY,
        )


def file_seen_here(cast: Cast) -> StudentFile:
    with scoped(here(cast)):
        return open_file(actor=cast.thu.actor, student_id=cast.minh.student.pk)


def test_the_request_waits_in_the_inbox_of_the_other_school(cast: Cast) -> None:
    ask(cast)
    with scoped(there(cast)):
        came, went = transfers_of_school(actor=clerk_there(cast), school_id=cast.other_school.pk)
    assert [one.student_name for one in came] == ["Triệu Quang Minh"]
    assert went == []


def test_only_one_request_waits_at_a_time(cast: Cast) -> None:
    ask(cast)
    with pytest.raises(RecordRefused, match="đang chờ"):
        ask(cast)


def test_the_accepted_student_sits_there_and_the_history_stays_here(cast: Cast) -> None:
    accept(cast, ask(cast))
    with scoped(there(cast)):
        known = student_summary(cast.minh.student.pk)
        seen = open_file(actor=clerk_there(cast), student_id=cast.minh.student.pk)
    assert known is not None
    assert (known.home_school_id, known.class_id) == (cast.other_school.pk, cast.other_class.pk)
    assert [one.school_name for one in seen.studies] == [
        "Trường THCS Đồi Sim",
        "Trường THCS Sao Khuê",
    ]
    assert [line.from_school for line in seen.lines] == ["Trường THCS Sao Khuê"]
    assert not seen.limited


def test_the_old_school_still_reads_its_own_years_and_no_more(cast: Cast) -> None:
    with scoped(here(cast)):
        table("records.Student").objects.filter(id=cast.minh.student.pk).update(
            phone="0912000111", address="Thôn Ba"
        )
    accept(cast, ask(cast))
    seen = file_seen_here(cast)
    assert seen.limited
    assert [one.school_id for one in seen.studies] == [cast.school.pk]
    assert seen.studies[0].status == "transferred_out"
    assert seen.studies[0].ends_on == date(2026, 11, 22)
    assert "phone" not in seen.values
    assert "address" not in seen.values


def test_both_registers_tell_the_transfer(cast: Cast) -> None:
    from khue.records.api import register_students

    with scoped(here(cast)):
        count = register_students(
            actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, day=date(2026, 9, 5)
        )
    assert count == 4
    accept(cast, ask(cast))
    rows = table("records.RegisterEntry").objects
    with scoped(here(cast)):
        left = rows.get(student_id=cast.minh.student.pk, school_id=cast.school.pk)
    with scoped(there(cast)):
        came = rows.get(student_id=cast.minh.student.pk, school_id=cast.other_school.pk)
    assert (left.left_on, left.left_reason) == (DAY, "Chuyển trường")
    assert left.to_school == "Trường THCS Đồi Sim"
    assert (came.number, came.entered_class) == (1, "8A")


def test_the_ledger_of_each_school_tells_its_side(cast: Cast) -> None:
    accept(cast, ask(cast))
    subject = f"student:{cast.minh.student.pk}"
    rows = table("ledger.Entry").objects.filter(subject=subject)
    with scoped(here(cast)):
        assert {"request_transfer", "transfer_out"} <= set(rows.values_list("action", flat=True))
        assert not rows.filter(action="transfer_in").exists()
    with scoped(there(cast)):
        assert {"transfer_in", "enrol"} <= set(rows.values_list("action", flat=True))


def test_the_parent_keeps_seeing_the_child(cast: Cast) -> None:
    accept(cast, ask(cast))
    places = {grant.place for grant in cast.lan.actor.grants}
    assert places == {f"child:{cast.minh.student.pk}"}
    grant = table("access.Grant").objects.filter(
        account=cast.lan.account, school_id=cast.other_school.pk, ended_at__isnull=True
    )
    assert grant.exists()


def test_the_other_school_may_refuse_with_a_reason(cast: Cast) -> None:
    transfer = ask(cast)
    with scoped(there(cast)):
        with pytest.raises(RecordRefused, match="lý do"):
            refuse_transfer(actor=clerk_there(cast), now=NOW, transfer_id=transfer, answer="")
        refuse_transfer(
            actor=clerk_there(cast), now=NOW, transfer_id=transfer, answer="Lớp đã đủ sĩ số"
        )
        with pytest.raises(RecordRefused, match="đã được xử lý"):
            refuse_transfer(actor=clerk_there(cast), now=NOW, transfer_id=transfer, answer="x")
    seen = file_seen_here(cast)
    assert not seen.limited
    assert [move.answer for move in seen.moves] == ["Lớp đã đủ sĩ số"]


def test_only_the_sender_cancels_and_only_the_receiver_answers(cast: Cast) -> None:
    transfer = ask(cast)
    with scoped(there(cast)), pytest.raises(OutsidePlace):
        cancel_transfer(actor=clerk_there(cast), now=NOW, transfer_id=transfer)
    with scoped(here(cast)):
        with pytest.raises(OutsidePlace):
            accept_transfer(
                actor=cast.thu.actor,
                now=NOW,
                transfer_id=transfer,
                class_id=cast.other_class.pk,
                on=DAY,
            )
        cancel_transfer(actor=cast.thu.actor, now=NOW, transfer_id=transfer)


def test_a_class_of_the_sender_is_no_class_to_receive(cast: Cast) -> None:
    transfer = ask(cast)
    with scoped(there(cast)), pytest.raises(RecordRefused, match="trường khác"):
        accept_transfer(
            actor=clerk_there(cast),
            now=NOW,
            transfer_id=transfer,
            class_id=cast.school_class.pk,
            on=DAY,
        )
    assert not file_seen_here(cast).limited


def test_a_day_before_the_entry_moves_nothing(cast: Cast) -> None:
    transfer = ask(cast)
    with scoped(there(cast)), pytest.raises(RecordRefused, match="trước ngày vào lớp"):
        accept_transfer(
            actor=clerk_there(cast),
            now=NOW,
            transfer_id=transfer,
            class_id=cast.other_class.pk,
            on=date(2026, 9, 1),
        )
    assert not file_seen_here(cast).limited


def test_a_student_leaves_the_platform(cast: Cast) -> None:
    with scoped(here(cast)):
        common = {"actor": cast.thu.actor, "now": NOW, "student_id": cast.minh.student.pk}
        with pytest.raises(RecordRefused, match="tên trường"):
            leave_platform(**common, on=DAY, to_school=" ")
        leave_platform(**common, on=DAY, to_school="Trường THCS Ngoài Tỉnh")
        known = student_summary(cast.minh.student.pk)
    assert known is not None
    assert known.status == "transferred_out"


def test_a_school_sees_neither_requests_nor_files_of_others(cast: Cast) -> None:
    ask(cast)
    with scoped(there(cast)):
        assert table("records.Transfer").objects.count() == 1
        assert not table("records.Student").objects.filter(id=cast.minh.student.pk).exists()
    with scoped(Scope(schools=(cast.school.pk + 1000,))):
        assert not table("records.Transfer").objects.exists()
