"""The pages of the gate: who opens which, and what happens on them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from khue.access.api import OutsidePlace, Refused
from khue.attendance.api import AttendanceRefused
from khue.attendance.models import Card, GateDevice, GateEvent, GateSettings, SchoolHours
from khue.attendance.queries.gate import code_digest
from khue.attendance.queries.staff_time import staff_times
from khue.attendance.services.card_printing import print_cards
from khue.attendance.services.cards import (
    issue_cards,
    register_card,
    replace_card,
    report_found,
    report_lost,
)
from khue.attendance.services.gate import Passing, open_device, pass_gate
from khue.ledger.api import history_of, reads_of
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, TODAY, Cast
from tests.gate_places import make_card, make_device, make_hours, vn

PEOPLE = ("hoa", "nam", "mai", "thu", "binh", "lan", "minh", "dung", "stranger", "nobody")
AWAY = 302
OFFICE_ONLY = (403, 403, 200, 200, 403, 403, 403, 403, 403, AWAY)
TABLE = {
    "attendance.hours": OFFICE_ONLY,
    "attendance.devices": OFFICE_ONLY,
    "attendance.gate_day": OFFICE_ONLY,
    "attendance.cards": OFFICE_ONLY,
    "attendance.register": OFFICE_ONLY,
    "attendance.staff_time": OFFICE_ONLY,
    "attendance.own_time": (200, 200, 200, 200, 200, 200, 200, 200, 200, AWAY),
}


@pytest.mark.parametrize("name", TABLE)
def test_page_and_person(cast: Cast, name: str) -> None:
    answers = {who: cast.client(who).get(reverse(name)).status_code for who in PEOPLE}
    assert answers == dict(zip(PEOPLE, TABLE[name], strict=True))


@pytest.mark.parametrize("name", [one for one in TABLE if one != "attendance.own_time"])
def test_another_school_does_not_exist(cast: Cast, name: str) -> None:
    address = f"{reverse(name)}?school={cast.other_school.pk}"
    assert cast.client("mai").get(address).status_code == 404


@pytest.fixture
def at_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))


def post(cast: Cast, name: str, sent: dict[str, Any], who: str = "thu", **more: Any) -> Any:
    return cast.client(who).post(reverse(name, **more), sent)


HOURS = {
    "session": "am",
    "starts_on": "",
    "opens_at": "6h15",
    "begins_at": "7:00",
    "ends_at": "11.30",
    "late_after": "5",
    "absent_after": "40",
    "weekdays": ["0", "1", "2", "3", "4"],
}


def set_hours(cast: Cast, **changed: Any) -> Any:
    first = vietnam_day(timezone.now())
    return post(cast, "attendance.hours", {**HOURS, "starts_on": f"{first:%d/%m/%Y}", **changed})


def test_hours_are_set_from_a_day_on(cast: Cast, at_school: None) -> None:
    assert set_hours(cast).status_code == 302
    row = SchoolHours.objects.get()
    assert (f"{row.opens_at:%H:%M}", row.weekdays, row.absent_after_minutes) == (
        "06:15",
        "1111100",
        40,
    )
    assert "muộn sau 5 phút" in history_of(f"hours:{cast.school.pk}")[0].new
    page = cast.client("mai").get(reverse("attendance.hours")).content.decode()
    assert "Đang áp dụng" in page


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"begins_at": "12:00"}, "giờ vào học trước giờ tan học"),
        ({"weekdays": []}, "Mục này chưa điền"),
        ({"absent_after": "3"}, "không ít hơn số phút cho phép muộn"),
        ({"opens_at": "25:00"}, "ví dụ 07:00"),
        ({"session": "toi"}, "Hãy chọn một mục trong danh sách"),
        ({"late_after": "x"}, "Hãy ghi một số từ 0 đến 60"),
    ],
)
def test_hours_that_cannot_be_say_why(cast: Cast, changed: dict[str, Any], part: str) -> None:
    assert part in set_hours(cast, **changed).content.decode()


def test_days_that_are_over_keep_their_hours(cast: Cast, at_school: None) -> None:
    before = f"{vietnam_day(timezone.now()) - timedelta(days=30):%d/%m/%Y}"
    assert set_hours(cast, starts_on=before).status_code == 302
    page = set_hours(cast, starts_on=before, begins_at="7:30").content.decode()
    assert "những ngày đã qua đã tính theo giờ cũ" in page
    coming = vietnam_day(timezone.now()) + timedelta(days=3)
    set_hours(cast, starts_on=f"{coming:%d/%m/%Y}")
    first, later = SchoolHours.objects.order_by("starts_on")
    for row, left in [(first, 2), (later, 1)]:
        post(cast, "attendance.drop_hours", {}, args=[row.pk])
        assert SchoolHours.objects.count() == left


def test_how_the_gate_is_used_is_chosen_and_told(cast: Cast, at_school: None) -> None:
    sent = {
        "takes": "take",
        "fever_from": "37,8",
        "twice_seconds": "15",
        "borrowed_seconds": "90",
        "tells_family": "on",
    }
    assert post(cast, "attendance.gate_choices", sent).status_code == 302
    row = GateSettings.objects.get()
    assert (row.takes, row.fever_from, row.tells_family) == ("take", 378, True)
    assert "Tự điểm danh" in history_of(f"gate:{cast.school.pk}")[0].new
    wrong = post(cast, "attendance.gate_choices", {**sent, "borrowed_seconds": "5"})
    assert "Hãy xem lại các số" in wrong.content.decode()


def test_a_device_is_paired_renamed_and_ended(cast: Cast, at_school: None) -> None:
    page = post(cast, "attendance.devices", {"name": "Cổng sau", "direction": "in"})
    assert "Mã ghép nối" in page.content.decode()
    device = make_device(cast.school)
    sent = {"name": "<b>Cổng</b> chính", "direction": "out"}
    assert post(cast, "attendance.device", sent, args=[device.pk]).status_code == 302
    shown = cast.client("mai").get(reverse("attendance.devices")).content.decode()
    assert "&lt;b&gt;Cổng&lt;/b&gt; chính" in shown
    post(cast, "attendance.end_device", {}, args=[device.pk])
    assert GateDevice.objects.get().ended_at is not None
    assert open_device(device.secret) is None
    with scoped(Scope(schools=(cast.school.pk,))):
        verbs = [line.action for line in history_of(f"gate-device:{device.pk}")]
    assert verbs == ["end", "change"]


def test_nobody_elsewhere_touches_a_device_or_a_card(cast: Cast) -> None:
    with scoped(EVERYTHING):
        device = make_device(cast.other_school)
        card = make_card(cast.other_school, cast.other_student, "MATHEKHAC", "000001")
    sent = {"name": "Của tôi", "direction": "in", "do": "lost"}
    assert post(cast, "attendance.device", sent, args=[device.pk]).status_code == 404
    assert post(cast, "attendance.card_act", sent, args=[card.pk]).status_code == 404


# Cards.


def issue(cast: Cast, group: str = "") -> int:
    return issue_cards(actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, group=group)


def test_a_whole_school_gets_its_cards_once(cast: Cast, at_school: None) -> None:
    assert issue(cast) == 8
    numbers = sorted(Card.objects.values_list("number", flat=True))
    assert numbers == [f"{one:06}" for one in range(1, 9)]
    with pytest.raises(AttendanceRefused):
        issue(cast)
    texts = "".join(Card.objects.values_list("sealed_code", flat=True))
    assert texts.startswith("v1.")


def test_only_who_may_issues_cards(cast: Cast, at_school: None) -> None:
    for who in ("hoa", "binh"):
        with pytest.raises(Refused):
            issue_cards(actor=cast.people[who].actor, now=NOW, school_id=cast.school.pk)
    with pytest.raises(OutsidePlace), scoped(EVERYTHING):
        issue_cards(actor=cast.mai.actor, now=NOW, school_id=cast.other_school.pk)


def card_of(cast: Cast) -> Card:
    return Card.objects.get(student=cast.minh.student, state="active")


def test_lost_found_replaced(cast: Cast, at_school: None) -> None:
    issue(cast, str(cast.school_class.pk))
    actor, card = cast.thu.actor, card_of(cast)
    report_lost(actor=actor, now=NOW, card_id=card.pk)
    with pytest.raises(AttendanceRefused):
        report_lost(actor=actor, now=NOW, card_id=card.pk)
    report_found(actor=actor, now=NOW, card_id=card.pk)
    assert card_of(cast).pk == card.pk
    report_lost(actor=actor, now=NOW, card_id=card.pk)
    assert "số 000005" in replace_card(actor=actor, now=NOW, card_id=card.pk)
    for act in (report_found, replace_card):
        with pytest.raises(AttendanceRefused):
            act(actor=actor, now=NOW, card_id=card.pk)
    states = list(Card.objects.filter(student=cast.minh.student).values_list("state", flat=True))
    assert sorted(states) == ["active", "retired"]
    told = [(line.old, line.new) for line in history_of(f"card:{card.pk}")]
    assert told[0] == ("Báo mất", "Đã thay")


def register(cast: Cast, holder: str, read: str) -> str:
    return register_card(
        actor=cast.thu.actor,
        now=NOW,
        school_id=cast.school.pk,
        group=str(cast.school_class.pk),
        holder=holder,
        read=read,
    )


def test_a_bought_card_is_registered_by_a_tap(cast: Cast, at_school: None) -> None:
    minh, duong = (f"hs:{one.pk}" for one in (cast.minh.student, cast.classmates[0]))
    assert register(cast, minh, " 04:a2:2b:9c\r") == cast.minh.name
    card = card_of(cast)
    assert card.code_digest == code_digest(cast.school.pk, "04A22B9C")
    with pytest.raises(AttendanceRefused, match=cast.minh.name):
        register(cast, duong, "04A22B9C")
    for holder, read in [(minh, "--"), ("hs:0", "0411223344"), ("x", "0411223344")]:
        with pytest.raises(AttendanceRefused):
            register(cast, holder, read)
    replace_card(actor=cast.thu.actor, now=NOW, card_id=card.pk)
    assert register(cast, duong, "04A22B9C") == cast.classmates[0].name


def test_registering_walks_through_a_class(cast: Cast, at_school: None) -> None:
    address = f"{reverse('attendance.register')}?class={cast.school_class.pk}"
    client = cast.client("thu")
    assert "còn 4 người" in client.get(address).content.decode()
    sent = {"holder": f"hs:{cast.minh.student.pk}", "read": "0011223344"}
    assert client.post(address, sent).status_code == 302
    assert "còn 3 người" in client.get(address).content.decode()
    again = client.post(address, {**sent, "read": "?"})
    assert "Chưa đọc được thẻ" in again.content.decode()


def test_cards_are_printed_with_photos_and_told(cast: Cast, at_school: None) -> None:
    from khue.records.services.photos import put_photo

    issue(cast)
    out = BytesIO()
    Image.new("RGB", (354, 472), "teal").save(out, "JPEG")
    put_photo(
        actor=cast.mai.actor, now=NOW, student_id=cast.minh.student.pk, content=out.getvalue()
    )
    given: dict[str, Any] = {"actor": cast.thu.actor, "now": NOW, "school_id": cast.school.pk}
    whole = print_cards(**given)
    assert whole.startswith(b"%PDF")
    told = history_of(f"gate:{cast.school.pk}")[0]
    assert (told.action, told.new) == ("print", "8 thẻ, số 000001 đến 000008")
    one = print_cards(**given, group=str(cast.school_class.pk), card_id=card_of(cast).pk)
    assert len(one) < len(whole)
    with pytest.raises(AttendanceRefused):
        print_cards(**given, group=str(cast.sister_class.pk))


def test_the_pages_of_cards(cast: Cast, at_school: None) -> None:
    client = cast.client("thu")
    assert client.post(reverse("attendance.issue_cards"), {"class": "can-bo"}).status_code == 302
    whole = client.get(reverse("attendance.cards")).content.decode()
    assert "Cấp 4 thẻ còn thiếu" in whole
    room = client.get(f"{reverse('attendance.cards')}?class={cast.school_class.pk}")
    assert cast.minh.name in room.content.decode()
    found = client.get(f"{reverse('attendance.cards')}?q=nong+thi+hoa").content.decode()
    assert cast.hoa.name in found
    card = Card.objects.get(staff=cast.hoa.staff)
    assert post(cast, "attendance.card_act", {"do": "lost"}, args=[card.pk]).status_code == 302
    assert Card.objects.get(pk=card.pk).state == "lost"
    pdf = client.post(reverse("attendance.print_cards"), {"class": "can-bo"})
    assert pdf["Content-Type"] == "application/pdf"


# The day.


@pytest.fixture
def morning(cast: Cast) -> None:
    """A pupil came in time, one too late with a fever, one lost a card, a teacher came."""
    with scoped(EVERYTHING):
        make_hours(cast.school)
        make_card(cast.school, cast.minh.student, "MATHEMINH", "000001")
        make_card(cast.school, cast.classmates[0], "MATHEDUONG", "000002")
        make_card(cast.school, cast.classmates[1], "MATHEAN", "000003", state="lost")
        make_card(cast.school, cast.hoa.staff, "MATHEHOA", "000004")
        secret = make_device(cast.school).secret
    device = open_device(secret)
    assert device is not None
    taps: list[tuple[str, Any, dict[str, Any]]] = [
        ("MATHEMINH", vn(6, 50), {}),
        ("MATHEDUONG", vn(7, 12), {"temperature": 382, "health": "Ho nhiều"}),
        ("MATHEAN", vn(6, 55), {}),
        ("MATHEHOA", vn(7, 20), {}),
        ("MATHEHOA", vn(11, 40), {}),
    ]
    for code, at, more in taps:
        pass_gate(device=device, now=at, passings=[Passing(uuid4(), code, at, **more)])


def test_the_day_at_the_gate(cast: Cast, morning: None) -> None:
    address = f"{reverse('attendance.gate_day')}?on={TODAY.isoformat()}"
    page = cast.client("thu").get(address).content.decode()
    assert "Cần xem (2)" in page
    assert "Thẻ đã báo mất" in page
    assert "38,2 °C" in page
    assert "Ho nhiều" not in page
    part = cast.client("thu").get(f"{address}&refresh=1").content.decode()
    assert "<html" not in part
    assert cast.minh.name in part


def test_a_declaration_is_read_with_a_note(cast: Cast, morning: None) -> None:
    address = f"{reverse('attendance.declarations')}?on={TODAY.isoformat()}"
    page = cast.client("thu").post(address).content.decode()
    assert "Ho nhiều" in page
    with scoped(Scope(schools=(cast.school.pk,))):
        read = reads_of(f"student:{cast.classmates[0].pk}")
    assert [line.actor_name for line in read] == [cast.thu.name]
    assert cast.client("hoa").post(address).status_code == 403


def test_time_of_the_staff(cast: Cast, morning: None) -> None:
    people = staff_times(
        cast.mai.actor, cast.school.pk, TODAY.replace(day=1), TODAY.replace(day=30)
    )
    hoa = next(one for one in people if one.name == cast.hoa.name)
    day = hoa.days[TODAY]
    assert (day.first_in, day.last_out, day.late_minutes) == (vn(7, 20), vn(11, 40), 20)
    assert (hoa.present, hoa.hours, hoa.late) == (1, "4:20", 1)
    month = f"?month={TODAY:%Y-%m}"
    page = cast.client("mai").get(reverse("attendance.staff_time") + month).content.decode()
    assert "07:20" in page
    own = cast.client("hoa").get(reverse("attendance.own_time") + month).content.decode()
    assert "07:20" in own
    assert (
        "07:20"
        not in cast.client("binh").get(reverse("attendance.own_time") + month).content.decode()
    )


def test_passings_are_seen_by_the_school_and_the_family_alone(cast: Cast, morning: None) -> None:
    seen = {
        "school": (Scope(schools=(cast.school.pk,)), 5),
        "neighbour": (Scope(schools=(cast.other_school.pk,)), 0),
        "province": (Scope(provinces=(cast.department.pk,)), 0),
        "family": (Scope(students=(cast.minh.student.pk,)), 1),
    }
    for who, (scope, many) in seen.items():
        with scoped(scope):
            assert GateEvent.objects.count() == many, who
            if who != "school":
                assert not Card.objects.exists()
                assert not GateDevice.objects.exists()
                assert not GateSettings.objects.exists()


@pytest.mark.parametrize("name", ["devices", "cards", "hours", "staff_time", "gate_day"])
def test_every_page_of_the_gate_stands_below_its_own_entry(cast: Cast, name: str) -> None:
    page = cast.client("thu").get(reverse(f"attendance.{name}")).content.decode()
    current = [one for one in page.split("<a ") if 'aria-current="page"' in one[:300]]
    assert any("Cổng trường" in one[:900] for one in current)
