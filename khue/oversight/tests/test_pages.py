"""Work lists of an authority: who is behind, what is wrong, by when, and one word to many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from khue.gradebook.api import recount_progress
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.oversight.rules.work import THEMES
from khue.oversight.services.counting import count_all_faults, follow_changes
from khue.oversight.services.deadlines import Wanted, end_deadline, set_deadline
from khue.oversight.services.work import OversightRefused
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, scoped
from kit.sheets.reading import open_workbook
from tests.cast import NOW, TODAY, Cast, make_school, table


@pytest.fixture
def counted(cast: Cast) -> Cast:
    with scoped(EVERYTHING):
        recount_progress(now=NOW)
    follow_to_the_end(now=NOW)
    count_all_faults(now=NOW)
    return cast


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def list_of(work: str, **asked: Any) -> str:
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return reverse("oversight.list", args=[work]) + (f"?{query}" if query else "")


def counts(school: Any) -> dict[str, int]:
    with scoped(EVERYTHING):
        return dict(table("oversight.FaultCount").objects.get(pk=school.pk).counts)


def test_the_summary_and_every_list_open_for_officers_only(counted: Cast) -> None:
    addresses = [reverse("oversight.work"), *(list_of(one) for one in THEMES)]
    for person in ("dung", "ha"):
        for address in addresses:
            text_of(counted.client(person), address)
    for person in ("mai", "hoa", "lan", "stranger"):
        assert counted.client(person).get(addresses[1]).status_code == 403


def test_a_commune_sees_its_own_schools_only(counted: Cast) -> None:
    page = text_of(counted.client("ha"), list_of("nhap-diem", xem="tat-ca"))
    assert "Trường THCS Sao Khuê" in page
    assert "Trường THCS Đồi Sim" not in page
    elsewhere = list_of("nhap-diem", noi=counted.other_commune.pk)
    assert counted.client("ha").get(elsewhere).status_code == 404


def test_a_school_that_has_not_entered_is_listed_with_whom_to_call(counted: Cast) -> None:
    page = text_of(counted.client("dung"), list_of("nhap-diem"))
    assert "Trường THCS Sao Khuê" in page
    assert "Lương Thị Mai" in page
    assert "0/" in page


def test_the_faults_of_a_school_are_counted_again_when_its_files_change(counted: Cast) -> None:
    follow_changes(now=NOW)
    before = counts(counted.school)
    assert before["number_missing"] == 4
    with scoped(EVERYTHING):
        student = counted.minh.student
        student.personal_number_digest = "khac"
        student.save()
        operation = Operation(Author(None, "Ai đó"), NOW)
        change = Change(
            subject=f"student:{student.pk}", action="change", school_id=counted.school.pk
        )
        append_changes(operation, [change])
    follow_changes(now=NOW)
    assert counts(counted.school)["number_missing"] == before["number_missing"] - 1


def test_a_mark_alone_makes_nobody_check_files(counted: Cast) -> None:
    follow_changes(now=NOW)
    with scoped(EVERYTHING):
        table("oversight.FaultCount").objects.all().delete()
        change = Change(subject="mark:1.1.1", action="change", school_id=counted.school.pk)
        append_changes(Operation(Author(None, "Ai đó"), NOW), [change])
    assert follow_changes(now=NOW) == 1
    with scoped(EVERYTHING):
        assert not table("oversight.FaultCount").objects.exists()


def test_the_faults_of_a_school_name_each_file_for_who_may_see_it(counted: Cast) -> None:
    address = reverse("oversight.faults", args=[counted.school.pk])
    for person in ("dung", "ha", "mai", "thu"):
        page = text_of(counted.client(person), address)
        assert "Học sinh thiếu số định danh cá nhân (4)" in page
        assert reverse("records.student", args=[counted.minh.student.pk]) in page
    statuses = {
        person: counted.client(person).get(address).status_code
        for person in ("nam", "hoa", "lan", "stranger")
    }
    assert statuses == {"nam": 403, "hoa": 403, "lan": 403, "stranger": 403}


def test_the_principal_is_led_to_the_faults_of_her_school(counted: Cast) -> None:
    answer = counted.client("mai").get(reverse("oversight.own_faults"))
    assert answer.headers["Location"] == reverse("oversight.faults", args=[counted.school.pk])


def test_two_files_of_one_child_in_the_province_are_seen_at_both_schools(cast: Cast) -> None:
    with scoped(EVERYTHING):
        twin = cast.other_student
        minh = cast.minh.student
        fields = {"name": minh.name, "name_search": minh.name_search, "born": minh.born}
        type(twin).objects.filter(pk=twin.pk).update(**fields, sex=minh.sex)
    count_all_faults(now=NOW)
    assert counts(cast.school)["twin"] == counts(cast.other_school)["twin"] == 1


def test_a_deadline_tells_who_is_late_and_is_set_once(counted: Cast) -> None:
    dung, wanted = counted.dung.actor, Wanted("nhap-diem", 1, TODAY)
    made = set_deadline(actor=dung, now=NOW, place_id=counted.department.pk, wanted=wanted)
    with pytest.raises(OversightRefused, match="đã có hạn"):
        set_deadline(actor=dung, now=NOW, place_id=counted.department.pk, wanted=wanted)
    with scoped(EVERYTHING):
        rows = table("oversight.Deadline").objects.filter(pk=made)
        rows.update(due_on=TODAY - timedelta(days=900))
    page = text_of(counted.client("ha"), list_of("nhap-diem", xem="tre", ky=1))
    assert "Trễ hạn" in page
    end_deadline(actor=dung, now=NOW, deadline_id=made)
    page = text_of(counted.client("ha"), list_of("nhap-diem", ky=1))
    assert "chưa đặt hạn" in page


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("diem-danh", None, TODAY), "không đặt được hạn"),
        (Wanted("so", None, TODAY), "theo học kì"),
        (Wanted("hoc-ba", None, TODAY - timedelta(days=1)), "đã qua"),
    ],
)
def test_a_deadline_without_sense_is_refused(cast: Cast, wanted: Wanted, said: str) -> None:
    with pytest.raises(OversightRefused, match=said):
        set_deadline(actor=cast.dung.actor, now=NOW, place_id=cast.department.pk, wanted=wanted)


def test_a_deadline_is_set_and_ended_on_its_page(counted: Cast) -> None:
    dung, page = counted.client("dung"), reverse("oversight.deadlines")
    day = (TODAY + timedelta(days=4000)).strftime("%d/%m/%Y")
    given = {"noi": counted.department.pk, "theme": "hoc-ba", "term": "", "due_on": day}
    assert dung.post(page, given).status_code == 302
    assert day in text_of(dung, page)
    made = table("oversight.Deadline").objects.latest("pk")
    dung.post(reverse("oversight.end_deadline", args=[made.pk]))
    assert "Chưa đặt hạn nào" in text_of(dung, page)
    assert counted.client("ha").post(
        reverse("oversight.end_deadline", args=[made.pk])
    ).status_code in {403, 404}


def remind(cast: Cast, person: str = "dung", **more: Any) -> Any:
    given = {"noi": cast.department.pk, "ids": [cast.school.pk], **more}
    return cast.client(person).post(reverse("oversight.remind", args=["nhap-diem"]), given)


def readers() -> set[str]:
    with scoped(EVERYTHING):
        return set(table("contactbook.Receipt").objects.values_list("name", flat=True))


def test_a_preview_says_who_will_read_before_anything_is_sent(counted: Cast) -> None:
    page = remind(counted, ids=[counted.school.pk, counted.other_school.pk]).content.decode()
    assert "Nhắc 1 trường" in page
    assert "1 trường chưa có hiệu trưởng hay giáo vụ" in page
    assert "Trường THCS Đồi Sim" in page
    assert readers() == set()


def test_a_reminder_reaches_leaders_and_office_once_and_stands_in_the_history(
    counted: Cast,
) -> None:
    words = {
        "gui": "1",
        "intent": str(uuid4()),
        "title": "Đề nghị nhập điểm",
        "text": "{truong} ơi",
    }
    for _ in range(2):
        assert remind(counted, **words).status_code == 302
    assert readers() == {"Lương Thị Mai", "Vi Thị Thu"}
    with scoped(EVERYTHING):
        assert table("contactbook.Receipt").objects.count() == 2
        assert table("oversight.Reminder").objects.count() == 1
    assert "Đề nghị nhập điểm" in text_of(counted.client("dung"), reverse("oversight.reminders"))
    assert "Đề nghị nhập điểm" in text_of(counted.client("mai"), reverse("contactbook.my_notices"))


def test_nobody_is_reminded_without_a_tick_or_elsewhere(counted: Cast) -> None:
    assert remind(counted, ids=[]).status_code == 302
    elsewhere = remind(counted, "ha", noi=counted.commune.pk, ids=[counted.other_school.pk])
    assert "Nhắc 0 trường" in elsewhere.content.decode()
    assert remind(counted, "ha").status_code in {403, 404}
    assert remind(counted, "mai").status_code == 403
    assert readers() == set()


def test_a_list_and_the_faults_leave_as_workbooks(counted: Cast) -> None:
    dung = counted.client("dung")
    book = open_workbook(dung.get(reverse("oversight.list_excel", args=["nhap-diem"])).content)
    assert any(row and row[0] == "Trường THCS Sao Khuê" for row in book.sheets[0].rows)
    address = reverse("oversight.faults_excel", args=[counted.school.pk])
    rows = open_workbook(dung.get(address).content).sheets[0].rows
    assert any("Triệu Quang Minh" in row for row in rows)


def test_every_list_says_of_when_its_figures_are(counted: Cast) -> None:
    dung = counted.client("dung")
    assert "số liệu lúc" in text_of(dung, list_of("nhap-diem"))
    assert "soát lúc" in text_of(dung, list_of("loi"))
    assert "soát lúc" in text_of(dung, reverse("oversight.faults", args=[counted.school.pk]))


def test_a_list_that_does_not_exist_is_not_found(counted: Cast) -> None:
    assert counted.client("dung").get(list_of("khong-co")).status_code == 404


def test_a_list_of_work_asks_as_often_for_many_schools_as_for_two(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    with scoped(EVERYTHING):
        for number in range(25):
            make_school(f"X{number}", f"Trường số {number}", cast.commune, cast.department)
    follow_to_the_end(now=NOW)
    dung = cast.client("dung")
    lists = [list_of(one, xem="tat-ca") for one in THEMES]
    for address in (reverse("oversight.work"), reverse("oversight.deadlines"), *lists):
        dung.get(address)
        with django_assert_max_num_queries(16):
            text_of(dung, address)
    assert "1–27 trong 27" in text_of(dung, lists[0])
