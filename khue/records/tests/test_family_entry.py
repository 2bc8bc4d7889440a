"""Slips for families, and a parent who adds a second child."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from khue.access.api import TooManyAttempts
from khue.access.services.signing_in import sign_in
from khue.records.models import Guardian, Guardianship, LinkCode, LookupCode
from khue.records.queries.family_slips import class_place_of, slip_lines
from khue.records.rules.lookup_codes import print_lookup_code, read_lookup_code, with_check_digit
from khue.records.rules.refusals import RecordRefused
from khue.records.services.families import block_guardian, unblock_guardian
from khue.records.services.family_codes import new_link_code
from khue.records.services.family_slips import print_class_slips
from khue.records.services.linking import WrongLink, link_child, undo_link
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key
from tests.cast import NOW, TODAY, Cast, table

HERE, AUTUMN = "10.1.1.1", date(2026, 8, 1)


def add(child: Any, name: str, phone: str = "", relation: str = "mother") -> Any:
    with scoped(EVERYTHING):
        guardian = Guardian.objects.create(
            name=name, name_search=search_key(name), phone=phone, created_at=NOW
        )
        return Guardianship.objects.create(
            student=child, guardian=guardian, relation=relation, starts_on=AUTUMN
        )


def print_slips(cast: Cast, *links: Any) -> Any:
    with scoped(EVERYTHING):
        return print_class_slips(
            actor=cast.thu.actor,
            now=NOW,
            class_id=cast.school_class.pk,
            guardianship_ids={one.pk for one in links},
        )


def code_for(cast: Cast, child: Any) -> str:
    with scoped(EVERYTHING):
        return new_link_code(
            student_id=child.pk,
            guardian_id=cast.lan.guardian.pk,
            now=NOW,
            until=NOW + timedelta(days=30),
        )


def link(cast: Cast, code: str, born: str, *, minutes: int = 0, relation: str = "mother") -> str:
    return link_child(
        actor=cast.lan.actor,
        now=NOW + timedelta(minutes=minutes),
        code=code,
        born=date.fromisoformat(born),
        relation=relation,
        address=HERE,
    )


def test_slips_make_the_missing_accounts_and_open_the_first_door(cast: Cast) -> None:
    mother = add(cast.classmates[0], "Đặng Thị Mơ")
    made = print_slips(cast, mother)
    assert [(one.name, one.login, one.relation) for one in made] == [("Đặng Thị Mơ", "modt", "Mẹ")]
    child = made[0].children[0]
    assert (child.name, child.class_name) == ("Đặng Thùy Dương", "8A")
    assert read_lookup_code(child.lookup)
    with scoped(EVERYTHING):
        assert sign_in(login="modt", secret=made[0].code, address=HERE, device="", now=NOW)


def test_twins_in_one_class_share_one_slip(cast: Cast) -> None:
    mother = add(cast.classmates[0], "Đặng Thị Mơ", "0911222333")
    with scoped(EVERYTHING):
        other = Guardianship.objects.create(
            student=cast.classmates[1],
            guardian=mother.guardian,
            relation="mother",
            starts_on=AUTUMN,
        )
    made = print_slips(cast, mother, other)
    assert [one.login for one in made] == ["0911222333"]
    assert len(made[0].children) == 2


def test_printing_again_ends_the_old_slip_and_the_old_link_code(cast: Cast) -> None:
    mother = add(cast.classmates[0], "Đặng Thị Mơ")
    first, second = print_slips(cast, mother)[0], print_slips(cast, mother)[0]
    assert first.code != second.code
    assert first.children[0].lookup == second.children[0].lookup
    with scoped(EVERYTHING):
        assert LinkCode.objects.filter(ended_at=None).count() == 1
        account = table("access.Account").objects.get(login=second.login)
        assert account.first_code_digest
    with pytest.raises(WrongLink):
        link(cast, first.children[0].link, cast.classmates[0].born)


def test_who_is_in_use_is_not_ticked_and_who_is_blocked_is_not_listed(cast: Cast) -> None:
    father = add(cast.minh.student, "Triệu Văn Sắc", relation="father")
    mother = add(cast.classmates[0], "Đặng Thị Mơ")
    with scoped(EVERYTHING):
        Guardianship.objects.filter(pk=father.pk).update(blocked_reason="QĐ 1")
        place = class_place_of(cast.thu.actor, cast.school_class.pk, TODAY)
        lines = slip_lines(cast.thu.actor, place, TODAY)
    assert {one.name: one.waits for one in lines} == {"Đặng Thị Mơ": True, "Đàm Thị Lan": False}
    assert print_slips(cast, father) == []
    del mother


def test_the_page_prints_what_was_ticked(cast: Cast) -> None:
    mother = add(cast.classmates[0], "Đặng Thị Mơ")
    office = cast.client("thu")
    address = f"/lop/{cast.school_class.pk}/phieu-gia-dinh/"
    assert "Nông Văn Ân" in office.get(address).text
    page = office.post(address, {"ids": [mother.pk]}).text
    assert re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", page)
    assert "data:image/svg+xml" in page
    assert "Hãy đánh dấu ít nhất một người" in office.post(address, {"ids": ["x", "-1"]}).text
    one = f"/hoc-sinh/{cast.classmates[0].pk}/phieu-gia-dinh/"
    assert office.get(one).status_code == 200
    assert cast.client("hoa").get(address).status_code in {403, 404}


def test_a_parent_adds_a_child_of_another_school(cast: Cast) -> None:
    code = code_for(cast, cast.other_student)
    assert link(cast, code.lower(), cast.other_student.born) == "Lục Văn Sơn"
    children = cast.client("lan").get("/").text
    assert "Lục Văn Sơn" in children
    with scoped(EVERYTHING):
        row = Guardianship.objects.get(student=cast.other_student)
        assert (row.linked_at, row.relation) == (NOW, "mother")
        told = table("ledger.Entry").objects.filter(subject=f"student:{row.student_id}")
        assert "tự gắn con" in told.latest("pk").label
    with pytest.raises(WrongLink):
        link(cast, code, cast.other_student.born)


def test_the_page_links_and_tells(cast: Cast) -> None:
    code = code_for(cast, cast.classmates[0])
    with scoped(EVERYTHING):
        LinkCode.objects.update(expires_at=timezone.now() + timedelta(days=1))
    born = date.fromisoformat(cast.classmates[0].born)
    client = cast.client("lan")
    given = {"code": code, "born": f"{born:%d/%m/%Y}", "relation": "guardian"}
    wrong = client.post("/con/them/", {**given, "born": "1/1/2001"})
    assert (wrong.status_code, "chưa đúng" in wrong.text) == (422, True)
    assert "Đã gắn Đặng Thùy Dương" in client.post("/con/them/", given, follow=True).text
    assert "Đặng Thùy Dương" in client.get("/", follow=True).text


def test_wrong_codes_and_dates_are_counted(cast: Cast) -> None:
    code = code_for(cast, cast.other_student)
    for _ in range(5):
        with pytest.raises(WrongLink):
            link(cast, code, "2001-01-01")
    with pytest.raises(TooManyAttempts):
        link(cast, code, cast.other_student.born)
    with pytest.raises(WrongLink):
        link(cast, code, cast.other_student.born, minutes=20)


@pytest.mark.parametrize("days", [-1, 31])
def test_an_expired_code_links_nobody(cast: Cast, days: int) -> None:
    code = code_for(cast, cast.other_student)
    if days > 0:
        with pytest.raises(WrongLink):
            link(cast, code, cast.other_student.born, minutes=days * 24 * 60)
    else:
        assert link(cast, code, cast.other_student.born)


def test_a_blocked_guardian_is_refused_without_the_reason(cast: Cast) -> None:
    namesake = add(cast.other_student, cast.lan.guardian.name)
    with scoped(EVERYTHING):
        Guardianship.objects.filter(pk=namesake.pk).update(blocked_reason="QĐ 12 của Tòa án")
    code = code_for(cast, cast.other_student)
    with pytest.raises(RecordRefused) as refused:
        link(cast, code, cast.other_student.born)
    assert "Tòa" not in refused.value.sentence
    assert "hạn chế" not in refused.value.sentence
    with scoped(EVERYTHING):
        assert LinkCode.objects.get().used_at is None


def test_a_child_that_is_there_already_is_told(cast: Cast) -> None:
    code = code_for(cast, cast.minh.student)
    with pytest.raises(RecordRefused, match="đã có trong trang gia đình"):
        link(cast, code, cast.minh.student.born)


def test_a_pupil_adds_nobody(cast: Cast) -> None:
    assert cast.client("minh").get("/con/them/").status_code == 403
    assert cast.client("hoa").get("/con/them/").status_code == 403


def test_the_school_undoes_a_link_at_once(cast: Cast) -> None:
    link(cast, code_for(cast, cast.classmates[0]), cast.classmates[0].born)
    with scoped(EVERYTHING):
        row = Guardianship.objects.get(student=cast.classmates[0])
        undo_link(actor=cast.thu.actor, now=NOW, guardianship_id=row.pk, reason="Gắn nhầm em")
        own = Guardianship.objects.get(guardian=cast.lan.guardian)
    assert "Đặng Thùy Dương" not in cast.client("lan").get("/", follow=True).text
    assert all(one.place != f"child:{cast.classmates[0].pk}" for one in cast.lan.actor.grants)
    answer = cast.client("thu").post(f"/nguoi-than/{own.pk}/go-lien-ket/", {"reason": "x"})
    assert answer.status_code == 404


def test_the_family_page_shows_who_linked_alone(cast: Cast) -> None:
    link(cast, code_for(cast, cast.classmates[0]), cast.classmates[0].born)
    page = cast.client("thu").get(f"/hoc-sinh/{cast.classmates[0].pk}/gia-dinh/").text
    assert "Phụ huynh tự gắn" in page
    assert "Gỡ liên kết" in page


def test_unblocking_needs_its_reason(cast: Cast) -> None:
    with scoped(EVERYTHING):
        row = Guardianship.objects.get(guardian=cast.lan.guardian)
        block_guardian(actor=cast.thu.actor, now=NOW, guardianship_id=row.pk, reason="QĐ 1")
        with pytest.raises(RecordRefused, match="căn cứ"):
            unblock_guardian(actor=cast.thu.actor, now=NOW, guardianship_id=row.pk, reason=" ")


seven = st.integers(0, 9_999_999).map(lambda number: with_check_digit(f"{number:07}"))


@given(seven, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(code: str, where: int, more: int) -> None:
    wrong = code[:where] + str((int(code[where]) + more) % 10) + code[where + 1 :]
    assert read_lookup_code(code) == code
    assert read_lookup_code(wrong) is None


@given(seven, st.integers(0, 6))
def test_two_neighbours_in_the_wrong_order_are_always_seen(code: str, where: int) -> None:
    wrong = code[:where] + code[where + 1] + code[where] + code[where + 2 :]
    assert read_lookup_code(wrong) == (code if wrong == code else None)


@pytest.mark.parametrize("typed", ["", "1234567", "abcdefgh", "123456789", "１２３４５６７１"])
def test_what_is_no_code(typed: str) -> None:
    assert read_lookup_code(typed) is None


def test_a_code_is_printed_in_two_groups_and_read_back() -> None:
    assert print_lookup_code("12345671") == "1234 5671"
    assert read_lookup_code("1234 5671") == "12345671"


def test_the_database_keeps_the_form_of_a_code(cast: Cast) -> None:
    with scoped(EVERYTHING), pytest.raises(IntegrityError), transaction.atomic():
        LookupCode.objects.create(student=cast.minh.student, code="12")
