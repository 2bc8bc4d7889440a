"""The file of a gate that could not send: each passing on its own day, once."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from khue.access.api import OutsidePlace, Refused
from khue.attendance.api import AttendanceRefused
from khue.attendance.forms.gate_file import GateFile, read_gate_file
from khue.attendance.models import GateDevice, GateEvent
from khue.attendance.services.gate import open_device, pass_gate
from khue.attendance.services.gate_file import FileTaken, take_gate_file
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from kit.refusal import Refusal
from tests.cast import NOW, TODAY, Cast
from tests.gate_places import make_card, make_device, make_hours, vn

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def secret(cast: Cast) -> str:
    with scoped(EVERYTHING):
        make_hours(cast.school)
        make_card(cast.school, cast.minh.student, "KHOAMINH22", "000001")
        made: str = make_device(cast.school).secret
    return made


def tap(hour: int, minute: int, day: date, code: str = "KHOAMINH22") -> dict[str, Any]:
    at = vn(hour, minute, day=day).isoformat()
    return {"id": str(uuid4()), "code": code, "at": at, "direction": "auto"}


def file_of(cast: Cast, *passings: object, **more: Any) -> bytes:
    told = {
        "format": "khue-luot-cong/1",
        "school": cast.school.organisation.name,
        "device": "Cổng chính",
    }
    return json.dumps({**told, "passings": passings, **more}).encode()


def take(cast: Cast, content: bytes, who: str = "thu") -> FileTaken:
    read = read_gate_file(content)
    assert isinstance(read, GateFile)
    with scoped(EVERYTHING):
        return take_gate_file(
            actor=cast.people[who].actor,
            now=NOW,
            device_id=GateDevice.objects.get().pk,
            school_name=read.school,
            passings=read.passings,
            bad=read.bad,
        )


def test_yesterday_counts_as_yesterday_and_only_once(cast: Cast, secret: str) -> None:
    sent = file_of(
        cast,
        tap(11, 40, YESTERDAY),
        tap(6, 50, YESTERDAY),
        tap(7, 12, YESTERDAY, "THELA"),
        tap(6, 50, TODAY - timedelta(days=40)),
        {"id": "x"},
    )
    assert take(cast, sent) == FileTaken(counted=2, uncounted=2, before=0, bad=1)
    assert take(cast, sent) == FileTaken(counted=0, uncounted=0, before=4, bad=1)
    with scoped(EVERYTHING):
        rows = GateEvent.objects.filter(day=YESTERDAY, student=cast.minh.student).order_by("at")
        seen = [(one.direction, one.verdict, one.received_at) for one in rows]
        assert seen == [("in", "good", NOW), ("out", "good", NOW)]
        lines = history_of(f"gate-device:{GateDevice.objects.get().pk}")
    assert "2 lượt được tính" in str(lines[-1].new)


def test_what_the_machine_sent_after_all_is_not_taken_again(cast: Cast, secret: str) -> None:
    given = tap(6, 50, YESTERDAY)
    read = read_gate_file(file_of(cast, given))
    assert isinstance(read, GateFile)
    device = open_device(secret)
    assert device is not None
    pass_gate(device=device, now=vn(6, 50, day=YESTERDAY), passings=read.passings)
    assert take(cast, file_of(cast, given)) == FileTaken(0, 0, 1, 0)


def test_a_clock_that_was_an_hour_wrong_is_put_right(cast: Cast, secret: str) -> None:
    with scoped(EVERYTHING):
        GateDevice.objects.update(clock_off_seconds=3600)
    assert take(cast, file_of(cast, tap(7, 50, YESTERDAY))).counted == 1
    with scoped(EVERYTHING):
        assert GateEvent.objects.get().at == vn(6, 50, day=YESTERDAY)


def test_only_who_leads_the_gate_of_this_school(cast: Cast, secret: str) -> None:
    sent = file_of(cast, tap(6, 50, YESTERDAY))
    for who, why in (("hoa", Refused), ("nam", OutsidePlace)):
        with pytest.raises(why):
            take(cast, sent, who)
    with pytest.raises(AttendanceRefused, match="không phải của Trường"):
        take(cast, file_of(cast, tap(6, 50, YESTERDAY), school="Trường THCS Khác"))


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"\xff\xfe", "không phải tệp lượt"),
        (b"[" * 5000, "không phải tệp lượt"),
        (b'{"format": "khue-luot-cong/2", "passings": []}', "không phải tệp lượt"),
        (b'{"format": "khue-luot-cong/1", "passings": {}}', "không phải tệp lượt"),
        (b'{"format": "khue-luot-cong/1", "passings": [1, null]}', "không có lượt nào"),
        (b" " * 8_000_001, "quá lớn"),
    ],
)
def test_another_file_is_told_so(content: bytes, part: str) -> None:
    read = read_gate_file(content)
    assert isinstance(read, Refusal)
    assert part in read.sentence


def test_the_page_takes_the_file(cast: Cast, secret: str) -> None:
    with scoped(EVERYTHING):
        device = GateDevice.objects.get().pk
    client, address = cast.client("thu"), reverse("attendance.gate_file")
    page = client.get(reverse("attendance.devices")).content.decode()
    assert "Nạp lượt từ tệp" in page
    at = (timezone.now() - timedelta(days=1)).isoformat()
    content = file_of(cast, {"id": str(uuid4()), "code": "KHOAMINH22", "at": at})
    upload = SimpleUploadedFile("luot.json", content, content_type="application/json")
    answer = client.post(address, {"device": device, "file": upload}, follow=True)
    assert "Đã nạp tệp" in answer.content.decode()
    assert "Chưa chọn tệp" in client.post(address, {"device": device}, follow=True).content.decode()
