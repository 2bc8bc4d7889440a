"""From the school to the gateway and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from khue.sector.rules.retries import FOLLOW_EVERY, MOST_ATTEMPTS
from khue.sector.rules.states import Push
from khue.sector.services.checking import check_school
from khue.sector.services.stages import push_again
from khue.sector.tests.gateway import Gateway, Habits
from khue.sector.tests.stage import (
    NOW,
    load_codes,
    make_ready,
    run_push,
    states,
    target_of,
    walk_to_approval,
)
from tests.cast import Cast, make_staff, table

DONE = {1: 2, 2: 2, 3: 2, 4: 2}
LATER = timedelta(hours=2)


@pytest.fixture
def ready(everything: Cast, gateway: Gateway) -> Cast:
    """A school with whole files, approved by everybody; nothing was sent yet."""
    make_ready(everything)
    walk_to_approval(everything)
    return everything


def again(cast: Cast) -> None:
    push_again(actor=cast.mai.actor, now=NOW, target=target_of(cast))
    run_push()


def sent(gateway: Gateway, part: str) -> list[dict[str, Any]]:
    return [row for body in gateway.packages for row in body.get(part, [])]


def kind_state(cast: Cast, kind: int) -> Any:
    return table("sector.KindState").objects.get(school=cast.school, kind=kind)


def fault_lines(cast: Cast) -> list[tuple[str, str, str]]:
    rows = table("sector.FaultRow").objects.filter(school=cast.school)
    return list(rows.values_list("part", "field", "problem"))


def test_a_whole_school_arrives_with_its_codes(ready: Cast, gateway: Gateway) -> None:
    run_push()
    assert fault_lines(ready) == [("class", "MaGvcnCn", "crossing")]
    assert states(ready) == DONE
    assert gateway.counts() == {"school": 1, "staff": 4, "class": 2, "student": 4}
    codes = dict(table("sector.SentRecord").objects.values_list("record_id", "ministry_code"))
    assert codes == {key: one.code for key, one in gateway.held.items()}


def test_what_is_sent_later_speaks_in_the_codes_that_came_back(
    ready: Cast, gateway: Gateway
) -> None:
    run_push()
    staff, classes = gateway.of("staff"), gateway.of("class")
    room = classes[str(ready.school_class.pk)].message
    assert room["MaGvcnCn"] == staff[str(ready.binh.staff.pk)].code
    maths = next(one for one in room["DsMonHoc"] if one["MaMonHoc"] == "15")
    assert maths["DsGiaoVien"] == [{"HocKy": 1, "MaGiaoVien": staff[str(ready.hoa.staff.pk)].code}]
    minh = gateway.of("student")[str(ready.minh.student.pk)].message
    assert minh["MaLopHocDn"] == minh["MaLopHocCn"] == classes[str(ready.school_class.pk)].code


def test_unchanged_data_are_not_sent_again(ready: Cast, gateway: Gateway) -> None:
    run_push()
    again(ready)
    # Once the codes are known, classes and pupils name themselves by them: one more version.
    before = len(gateway.packages)
    versions = {key: one.version for key, one in gateway.held.items()}
    again(ready)
    assert len(gateway.packages) == before
    assert {key: one.version for key, one in gateway.held.items()} == versions
    assert states(ready) == DONE


def test_only_what_changed_goes_as_an_update_under_the_next_version(
    ready: Cast, gateway: Gateway
) -> None:
    run_push()
    again(ready)
    gateway.packages.clear()
    minh = ready.minh.student
    version = gateway.of("student")[str(minh.pk)].version
    table("records.Student").objects.filter(pk=minh.pk).update(birth_place="Xã Suối Trong")
    again(ready)
    rows = sent(gateway, "LstHocSinh")
    assert [(one["ClientId"], one["SuKien"], one["PhienBan"]) for one in rows] == [
        (str(minh.pk), "UPDATE", version + 1)
    ]


def test_what_is_gone_is_cancelled_and_says_no_more(ready: Cast, gateway: Gateway) -> None:
    made = make_staff(ready.school, "Lò Văn Tạm", "M")
    table("records.Staff").objects.filter(pk=made.pk).update(rank_code="x")
    site = table("organisations.Site").objects.create(school=ready.school, code="2", name="Điểm 2")
    run_push()
    assert gateway.of("site")[str(site.pk)].event == "NEW"
    site_id = site.pk
    site.delete()
    again(ready)
    held = gateway.of("site")[str(site_id)]
    assert (held.event, held.version) == ("CANCEL", 2)
    assert "TenDiemTruong" not in held.message


def test_a_class_of_last_year_is_not_cancelled(ready: Cast, gateway: Gateway) -> None:
    run_push()
    rows = table("sector.SentRecord").objects.filter(part="class")
    rows.filter(local_id=ready.sister_class.pk).update(year=2025)
    table("organisations.SchoolClass").objects.filter(pk=ready.sister_class.pk).update(year=2025)
    again(ready)
    assert gateway.of("class")[str(ready.sister_class.pk)].event == "NEW"


def test_a_record_with_a_fault_stays_behind_until_it_is_mended(
    everything: Cast, gateway: Gateway
) -> None:
    cast = everything
    make_ready(cast)
    minh = table("records.Student").objects.filter(pk=cast.minh.student.pk)
    minh.update(born="2013")
    walk_to_approval(cast)
    run_push()
    assert states(cast) == {**DONE, 4: Push.AGAIN}
    assert str(cast.minh.student.pk) not in gateway.of("student")
    assert ("student", "NgaySinh", "missing") in fault_lines(cast)
    minh.update(born="2013-03-09")
    again(cast)
    assert states(cast) == DONE
    assert gateway.of("student")[str(cast.minh.student.pk)].message["NgaySinh"] == (
        "2013-03-09T00:00:00.0"
    )


def test_a_refusal_of_the_gateway_comes_back_to_the_record(ready: Cast, gateway: Gateway) -> None:
    minh = str(ready.minh.student.pk)
    gateway.habits.refuse = {f"student.{minh}": ("MaDanToc", "DANH_MUC")}
    run_push()
    assert states(ready) == {**DONE, 4: Push.WRONG_CONTENT}
    told = table("sector.FaultRow").objects.get(problem="refused")
    assert told.label == ready.minh.name
    check_school(actor=ready.mai.actor, now=NOW, target=target_of(ready))
    told = table("sector.FaultRow").objects.get(problem="refused")
    assert str(told.local_id) == minh
    assert "mã không có trong danh mục" in told.sentence
    assert "Mã dân tộc" in told.sentence
    gateway.habits = Habits()
    gateway.packages.clear()
    again(ready)
    assert states(ready) == DONE
    assert [one["ClientId"] for one in sent(gateway, "LstHocSinh")].count(minh) == 1
    assert not table("sector.FaultRow").objects.filter(problem="refused").exists()
    assert (gateway.of("student")[minh].event, gateway.of("student")[minh].version) == ("NEW", 2)


def test_a_missing_password_is_told_and_nothing_goes(
    everything: Cast, gateway: Gateway, settings: Settings
) -> None:
    settings.SECTOR = {}
    make_ready(everything)
    walk_to_approval(everything)
    run_push()
    assert set(states(everything).values()) == {Push.NO_PASSWORD}
    assert gateway.packages == []


def test_a_wrong_account_stops_the_province_after_one_attempt(
    ready: Cast, gateway: Gateway
) -> None:
    gateway.password = "đã đổi"
    run_push()
    run_push()
    assert set(states(ready).values()) == {Push.WRONG_ACCOUNT}
    assert gateway.refused_logins == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda gateway: gateway.active.clear(), "không hoạt động"),
        (lambda gateway: setattr(gateway, "open", False), "ngoài thời gian"),
    ],
)
def test_a_school_that_the_gateway_refuses_is_told_why(
    ready: Cast, gateway: Gateway, change: Callable[[Gateway], object], said: str
) -> None:
    change(gateway)
    run_push()
    assert set(states(ready).values()) == {Push.ERROR}
    assert said in kind_state(ready, 1).trouble
    assert gateway.held == {}


def test_a_window_that_closed_meanwhile_stops_the_push(ready: Cast, gateway: Gateway) -> None:
    run_push(ahead=timedelta(days=40))
    assert set(states(ready).values()) == {Push.ERROR}
    assert "đã đóng ngày 31/10/2026" in kind_state(ready, 1).trouble
    assert gateway.packages == []


def test_a_line_cut_after_the_gateway_took_the_package_counts_once(
    ready: Cast, gateway: Gateway
) -> None:
    gateway.habits = Habits(drop=True, times=1)
    run_push()
    assert states(ready) == {1: Push.PUSHING, 2: 0, 3: 0, 4: 0}
    run_push(ahead=LATER)
    assert states(ready) == DONE
    first, second = gateway.packages[:2]
    assert first == second
    assert {one.version for one in gateway.held.values()} == {1}
    receipt = table("sector.Receipt").objects.get(package=first["MaGoi"])
    assert (receipt.taken, receipt.ignored, receipt.refused) == (0, 1, 0)


@pytest.mark.parametrize(
    "habits",
    [
        {"status": 500},
        {"status": 429, "retry_after": 60},
        {"nonsense": True},
        {"silent": True},
        {"drop": True},
    ],
)
def test_trouble_that_stays_is_tried_a_few_times_and_then_told(
    ready: Cast, gateway: Gateway, habits: dict[str, Any]
) -> None:
    gateway.habits = Habits(**habits)
    for attempt in range(MOST_ATTEMPTS + 2):
        run_push(ahead=LATER * attempt)
    state = kind_state(ready, 1)
    assert state.status == Push.ERROR
    assert f"Đã thử {MOST_ATTEMPTS} lần" in state.trouble
    gateway.habits = Habits()
    push_again(actor=ready.mai.actor, now=NOW, target=target_of(ready))
    run_push(ahead=LATER)
    assert states(ready) == DONE
    assert {one.version for one in gateway.held.values()} == {1}


def test_the_gateway_says_how_long_to_wait(ready: Cast, gateway: Gateway) -> None:
    gateway.habits = Habits(status=429, retry_after=1800, times=1)
    run_push()
    run_push(ahead=timedelta(minutes=29))
    assert gateway.packages == []
    assert kind_state(ready, 1).trouble == "Cổng tiếp nhận yêu cầu gửi chậm lại."
    run_push(ahead=timedelta(minutes=31))
    assert states(ready) == DONE


def test_after_the_clock_was_set_back_the_push_does_not_wait_for_its_time(
    ready: Cast, gateway: Gateway
) -> None:
    gateway.habits = Habits(status=429, retry_after=1800, times=1)
    run_push(ahead=timedelta(hours=3))
    assert gateway.packages == []
    run_push()
    assert states(ready) == DONE


def test_large_kinds_go_in_several_packages(
    ready: Cast, gateway: Gateway, settings: Settings
) -> None:
    settings.SECTOR = gateway.settings(chunk=3)
    run_push()
    sizes = [
        (one["LoaiDuLieu"], len(one.get("LstHocSinh") or one.get("LstCanBo") or [1]))
        for one in gateway.packages
        if one["LoaiDuLieu"] in {2, 4}
    ]
    assert sizes == [(2, 3), (2, 1), (4, 3), (4, 1)]
    assert table("sector.Receipt").objects.filter(answered_at__isnull=True).count() == 0


def test_what_the_ministry_makes_of_it_is_asked_until_it_is_done(
    ready: Cast, gateway: Gateway
) -> None:
    run_push()
    gateway.states = {1: 9, 2: 13, 3: 11, 4: 12}
    run_push(ahead=FOLLOW_EVERY)
    assert states(ready) == {1: 9, 2: 13, 3: 11, 4: 12}
    gateway.states = dict.fromkeys(range(1, 5), 13)
    run_push(ahead=FOLLOW_EVERY * 2)
    assert states(ready) == {1: 13, 2: 13, 3: 13, 4: 12}


def test_personal_data_pass_only_in_the_message(
    everything: Cast, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    cast = everything
    caplog.set_level("DEBUG")
    make_ready(cast)
    walk_to_approval(cast)
    gateway.habits = Habits(drop=True, times=1)
    run_push()
    run_push(ahead=LATER)
    number = next(iter(gateway.of("staff").values())).message["SoCmnd"]
    assert number.startswith("0200850")
    entries = table("ledger.Entry").objects.values_list("old", "new", "label", "reason")
    assert number not in json.dumps([list(one) for one in entries], default=str)
    assert number not in caplog.text
    kept = table("sector.Outgoing").objects.all()
    assert all(number not in one.content_sealed for one in kept)
    assert {one.content_sealed for one in kept if one.state == "held"} == {""}
    actions = set(table("ledger.Entry").objects.values_list("action", flat=True))
    assert {"set_window", "stage_submitted", "stage_approved", "push", "supplement"} <= actions


def test_the_gateway_of_a_department_is_found_by_the_code_of_its_province(
    ready: Cast, gateway: Gateway
) -> None:
    nodes = table("organisations.Organisation").objects.filter(pk=ready.department.pk)
    nodes.update(code="S20", province_code="20")
    run_push()
    assert states(ready) == DONE


def test_a_rank_is_told_by_the_number_of_the_list_where_it_has_one(
    ready: Cast, gateway: Gateway
) -> None:
    codes = table("organisations.Code").objects
    for name, code, details in [
        ("ranks", "11", {"rank_code": "V.07.05.14"}),
        ("teacher-ranks-2021", "V.07.04.32", {}),
    ]:
        codes.create(list=name, code=code, name=code, details=details, position=1)
    staff = table("records.Staff").objects.filter(home_school=ready.school)
    staff.filter(pk=ready.hoa.staff.pk).update(rank_code="V.07.05.14")
    run_push()
    held = {key: one.message["MaNgach"] for key, one in gateway.of("staff").items()}
    assert held.pop(str(ready.hoa.staff.pk)) == "11"
    assert set(held.values()) == {"V.07.04.32"}
    assert states(ready)[2] == Push.SUCCESS


def test_a_wrong_value_that_nobody_demands_is_left_out_and_told(
    everything: Cast, gateway: Gateway
) -> None:
    cast = everything
    make_ready(cast)
    codes = table("organisations.Code").objects
    codes.create(list="countries", code="704", name="Việt Nam", position=1)
    table("records.Student").objects.filter(pk=cast.minh.student.pk).update(nationality="VNM")
    walk_to_approval(cast)
    run_push()
    assert states(cast) == DONE
    assert "MaQuocTich" not in gateway.of("student")[str(cast.minh.student.pk)].message
    told = table("sector.FaultRow").objects.get(field="MaQuocTich", local_id=cast.minh.student.pk)
    assert (told.blocks, "gửi mà không có mục này" in told.sentence) == (False, True)


def test_a_code_that_ended_holds_the_record_back(everything: Cast, gateway: Gateway) -> None:
    cast = everything
    make_ready(cast)
    load_codes()
    codes = table("organisations.Code").objects.filter(list="ethnic-groups", code="01")
    codes.update(valid_to=date(2026, 9, 1))
    check_school(actor=cast.mai.actor, now=NOW, target=target_of(cast))
    assert ("student", "MaDanToc", "ended_code") in fault_lines(cast)
    assert kind_state(cast, 4).faulty == 4


def test_a_disabled_pupil_of_a_poor_family_is_told_to_the_sector(
    everything: Cast, gateway: Gateway
) -> None:
    from khue.records.api import SensitiveFacts, set_sensitive

    cast = everything
    make_ready(cast)
    facts = SensitiveFacts(policies=("08",), disability="02", religion="01")
    set_sensitive(actor=cast.mai.actor, now=NOW, student_id=cast.minh.student.pk, facts=facts)
    walk_to_approval(cast)
    run_push()
    minh = gateway.of("student")[str(cast.minh.student.pk)].message
    assert (minh["KhuyetTat"], minh["MaLoaiKhuyetTat"], minh["IsHoNgheo"]) == (1, "02", 1)
    assert gateway.of("class")[str(cast.school_class.pk)].message["IsLopCoTreKhuyetTat"] == 1
    assert gateway.of("school")[str(cast.school.pk)].message["HocSinhKhuyetTat"] == 1
