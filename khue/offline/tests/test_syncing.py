"""What was written on a machine without a line arrives once, and never over somebody's value."""

from __future__ import annotations

import gzip
import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khue.ledger.api import changes_of_operation
from khue.offline.models import DeviceOperation
from khue.offline.services.deciding import decide
from khue.offline.services.devices import DeviceRefused, end_device
from khue.offline.tests.sending import (
    EARLIER,
    mark,
    register,
    send,
    standing,
    type_at_school,
    wanted,
)
from kit.fences import EVERYTHING, Scope, scoped, set_scope
from tests.cast import NOW, PASSWORD, TODAY, Cast, table

MOST_STATEMENTS = 40


@pytest.fixture(autouse=True)
def at_school(cast: Cast) -> None:
    set_scope(Scope(schools=(cast.school.pk,)))


@pytest.fixture
def laptop(cast: Cast) -> uuid.UUID:
    return register(cast.hoa)


def test_a_mark_arrives_with_both_times(cast: Cast, laptop: uuid.UUID) -> None:
    one = mark(cast, None, "7,5")
    assert [(r.status, r.text) for r in send(cast.hoa, laptop, one)] == [("applied", "7,5")]
    (line,) = changes_of_operation(one.id)
    assert (line.new, line.at) == ("7,5", NOW)
    assert "Ghi trên máy lúc" in line.reason


def test_the_same_operation_is_written_once(cast: Cast, laptop: uuid.UUID) -> None:
    one = mark(cast, None, "7")
    send(cast.hoa, laptop, one)
    (again,) = send(cast.hoa, laptop, one)
    assert (again.status, again.again, again.text) == ("already", True, "7,0")
    assert len(changes_of_operation(one.id)) == 1


def test_an_answer_once_given_stays(cast: Cast, laptop: uuid.UUID) -> None:
    one = mark(cast, None, "17")
    (first,) = send(cast.hoa, laptop, one)
    type_at_school(cast, cast.hoa, "8")
    (second,) = send(cast.hoa, laptop, one)
    assert (first.status, second.status) == ("refused", "refused")
    assert first.sentence == second.sentence


def test_two_writings_of_one_cell_follow_one_another(cast: Cast, laptop: uuid.UUID) -> None:
    answers = send(cast.hoa, laptop, mark(cast, None, "7"), mark(cast, 70, "8"))
    assert [one.status for one in answers] == ["applied", "applied"]
    assert standing(cast) == 80


def test_her_own_unsent_value_is_known_by_its_act(cast: Cast, laptop: uuid.UUID) -> None:
    first = mark(cast, None, "7,5")
    second = mark(cast, None, "8", at=NOW.isoformat())
    second = replace(second, base={"after": str(first.id)})
    third = replace(mark(cast, None, "9"), base={"after": str(second.id)})
    answers = [one.status for one in send(cast.hoa, laptop, first, second, third)]
    assert answers == ["applied"] * 3
    assert standing(cast) == 90


def test_what_follows_a_refused_value_starts_where_that_did(cast: Cast, laptop: uuid.UUID) -> None:
    wrong = mark(cast, None, "75,5")
    second = replace(mark(cast, None, "8"), base={"after": str(wrong.id)})
    assert [one.status for one in send(cast.hoa, laptop, wrong, second)] == ["refused", "applied"]


def test_what_follows_a_conflict_is_one_too(cast: Cast, laptop: uuid.UUID) -> None:
    type_at_school(cast, cast.hoa, "5")
    first = mark(cast, None, "7")
    second = replace(mark(cast, None, "8"), base={"after": str(first.id)})
    stranger = replace(mark(cast, None, "9"), base={"after": str(uuid.uuid4())})
    answers = send(cast.hoa, laptop, first, second, stranger)
    assert [one.status for one in answers] == ["conflict"] * 3
    assert standing(cast) == 50


def test_a_value_of_somebody_else_stays_and_both_are_kept(cast: Cast, laptop: uuid.UUID) -> None:
    type_at_school(cast, cast.hoa, "5")
    (answer,) = send(cast.hoa, laptop, mark(cast, None, "9"))
    assert (answer.status, answer.text, answer.author) == ("conflict", "5,0", cast.hoa.name)
    assert standing(cast) == 50


@pytest.mark.parametrize(("mine", "stands"), [(True, 90), (False, 50)])
def test_the_owner_decides(cast: Cast, laptop: uuid.UUID, stands: int, *, mine: bool) -> None:
    type_at_school(cast, cast.hoa, "5")
    one = mark(cast, None, "9")
    send(cast.hoa, laptop, one)
    made = decide(actor=cast.hoa.actor, now=NOW, operation_id=one.id, mine=mine, act=uuid.uuid4())
    assert made.status == "applied"
    assert standing(cast) == stands
    with scoped(EVERYTHING):
        assert DeviceOperation.objects.get(pk=one.id).decided_at == NOW


def test_a_decision_never_writes_over_what_was_not_shown(cast: Cast, laptop: uuid.UUID) -> None:
    type_at_school(cast, cast.hoa, "5")
    one = mark(cast, None, "9")
    send(cast.hoa, laptop, one)
    type_at_school(cast, cast.hoa, "6", base=50)
    made = decide(actor=cast.hoa.actor, now=NOW, operation_id=one.id, mine=True, act=uuid.uuid4())
    assert (made.status, made.text) == ("conflict", "6,0")
    assert standing(cast) == 60


def test_the_device_decides_too(cast: Cast, laptop: uuid.UUID) -> None:
    type_at_school(cast, cast.hoa, "5")
    one = mark(cast, None, "9")
    send(cast.hoa, laptop, one)
    keep = wanted("keep", {}, None, None, decides=[str(one.id)])
    assert [answer.status for answer in send(cast.hoa, laptop, keep)] == ["applied"]
    with scoped(EVERYTHING):
        assert DeviceOperation.objects.get(pk=one.id).decided_by_id == keep.id


def test_a_class_that_is_no_longer_hers_is_refused_and_kept(cast: Cast) -> None:
    device = register(cast.nam)
    (answer,) = send(cast.nam, device, mark(cast, None, "9"))
    assert answer.status == "refused"
    assert "không còn trong phân công" in answer.sentence
    with scoped(EVERYTHING):
        assert DeviceOperation.objects.get().answer == "refused"


def test_one_that_cannot_be_does_not_hold_up_others(cast: Cast, laptop: uuid.UUID) -> None:
    second = cast.classmates[1].pk
    answers = send(
        cast.hoa,
        laptop,
        mark(cast, None, "không"),
        mark(cast, None, "8", student=999_999),
        mark(cast, None, "8", student=second),
    )
    assert [one.status for one in answers] == ["refused", "refused", "applied"]
    assert standing(cast, student=second) == 80


def test_attendance_of_the_day_arrives_in_the_evening(cast: Cast, laptop: uuid.UUID) -> None:
    room = {"class": cast.school_class.pk, "day": TODAY.isoformat(), "session": "am", "period": 0}
    pupil = cast.classmates[0].pk
    answers = send(
        cast.hoa,
        laptop,
        wanted("attendance", {**room, "student": pupil}, None, {"kind": "k"}),
        wanted("attendance", {**room, "student": 0}, None, None),
    )
    assert [one.status for one in answers] == ["applied", "applied"]
    assert table("attendance.Absence").objects.get().student_id == pupil


def test_a_day_that_is_over_is_decided_as_of_that_day(cast: Cast, laptop: uuid.UUID) -> None:
    """She saw it on the day itself; that she decides later needs no right to correct the past."""
    room = {"class": cast.school_class.pk, "day": TODAY.isoformat(), "session": "am", "period": 0}
    place = {**room, "student": cast.classmates[0].pk}
    send(cast.binh, register(cast.binh), wanted("attendance", place, None, {"kind": "p"}))
    hers = wanted("attendance", place, None, {"kind": "k"})
    assert [one.status for one in send(cast.hoa, laptop, hers)] == ["conflict"]
    tomorrow = NOW + timedelta(days=1)
    given: dict[str, Any] = {"operation_id": hers.id, "mine": True, "act": uuid.uuid4()}
    assert decide(actor=cast.hoa.actor, now=tomorrow, **given).status == "applied"
    assert table("attendance.Absence").objects.get().kind == "k"


def test_a_clock_that_is_ahead_is_put_right(cast: Cast, laptop: uuid.UUID) -> None:
    ahead = timedelta(hours=5)
    one = mark(cast, None, "7", at=(EARLIER + ahead).isoformat())
    send(cast.hoa, laptop, one, offset=ahead)
    with scoped(EVERYTHING):
        row = DeviceOperation.objects.get(pk=one.id)
    assert (row.counted_at, row.device_at) == (EARLIER, EARLIER + ahead)


def test_an_ended_device_and_one_of_somebody_else(cast: Cast, laptop: uuid.UUID) -> None:
    with pytest.raises(DeviceRefused, match="tài khoản khác"):
        send(cast.binh, laptop, mark(cast, None, "7"))
    end_device(actor=cast.hoa.actor, now=NOW, device_id=laptop, end=True)
    with pytest.raises(DeviceRefused, match="vẫn còn trên máy"):
        send(cast.hoa, laptop, mark(cast, None, "7"))
    end_device(actor=cast.hoa.actor, now=NOW, device_id=laptop, end=False)
    assert send(cast.hoa, laptop, mark(cast, None, "7"))[0].status == "applied"


def post(cast: Cast, person: str, device: uuid.UUID, **more: Any) -> Any:
    body = {
        "schema": 1,
        "account": cast.people[person].actor.account_id,
        "device": str(device),
        "device_now": datetime.now().astimezone().isoformat(),
        "operations": [],
    }
    client = cast.client(person)
    return client.post("/ngoai-tuyen/dong-bo/", body | more, content_type="application/json")


def test_the_page_of_devices_answers_in_sentences(cast: Cast, laptop: uuid.UUID) -> None:
    assert post(cast, "hoa", laptop).json()["answers"] == []
    assert post(cast, "hoa", laptop, schema=0).status_code == 426
    assert post(cast, "hoa", laptop, account=cast.binh.account.pk).status_code == 409
    assert post(cast, "hoa", uuid.uuid4()).status_code == 410
    assert post(cast, "hoa", laptop, operations=[{"id": 1}]).status_code == 400


def test_the_password_is_asked_for_once_more(cast: Cast) -> None:
    def typed(password: object) -> Any:
        body = {"password": password}
        answer = cast.client("hoa").post(
            "/ngoai-tuyen/mo-khoa/", body, content_type="application/json"
        )
        return answer.status_code, answer.json()

    assert typed("sai")[0] == 403
    assert typed(7)[0] == 400
    status, answer = typed(PASSWORD)
    assert (status, answer["login"]) == (200, cast.hoa.account.login)


def test_a_squeezed_body_is_read_and_a_bomb_is_not(cast: Cast, laptop: uuid.UUID) -> None:
    body = {
        "schema": 1,
        "account": cast.hoa.account.pk,
        "device": str(laptop),
        "device_now": NOW.isoformat(),
        "operations": [],
    }

    def posted(squeezed: bytes) -> int:
        headers = {"Content-Encoding": "gzip"}
        answer = cast.client("hoa").post(
            "/ngoai-tuyen/dong-bo/", squeezed, content_type="application/json", headers=headers
        )
        return int(answer.status_code)

    plain = json.dumps(body).encode()
    assert posted(gzip.compress(plain)) == 200
    assert posted(plain) == 400
    assert posted(gzip.compress(plain)[:-12]) == 400
    assert posted(gzip.compress(b" " * 50_000_000)) == 400


def test_more_marks_of_one_book_take_no_more_statements(cast: Cast, laptop: uuid.UUID) -> None:
    """However many come together, the database is asked as often as for one."""

    def asked(slots: tuple[str, ...]) -> int:
        pupils = [one.pk for one in cast.classmates]
        marks = [mark(cast, None, "8", slot, student=one) for one in pupils for slot in slots]
        with CaptureQueriesContext(connection) as queries:
            answers = send(cast.hoa, laptop, *marks)
        assert {one.status for one in answers} == {"applied"}
        return len(queries)

    asked(("tx1",))
    few = asked(("tx2",))
    assert asked(("tx3", "tx4", "gk")) <= few
    assert asked(("ck",)) <= MOST_STATEMENTS
