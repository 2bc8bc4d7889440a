"""The outbox in a browser: who sees it, what it says, cancelling, sending once more, budgets."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from khue.messaging.services.acting import ActRefused, set_budget
from khue.messaging.tests.post import Obedient, message, order, outgoing, send, states, table
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast

PEOPLE = {
    "hoa": 403, "nam": 403, "mai": 200, "lan": 403, "minh": 403, "dung": 200, "stranger": 403,
}  # fmt: skip


def school_of(cast: Cast) -> dict[str, int]:
    return {"school_id": cast.school.pk, "province_id": cast.school.province_id}


@pytest.fixture
def sending(channel: Obedient, cast: Cast) -> int:
    """Three messages of the school of the cast, one of them to a number that is none."""
    where = school_of(cast)
    return order([outgoing(1, **where), outgoing(2, **where), outgoing(3, address="1", **where)])


@pytest.mark.parametrize(("person", "status"), PEOPLE.items())
def test_who_may_open_a_sending(cast: Cast, sending: int, person: str, status: int) -> None:
    answer = cast.client(person).get(reverse("messaging.batch", args=[sending]))
    assert answer.status_code == status


def test_the_list_shows_only_what_is_within_reach(cast: Cast, sending: int) -> None:
    other = cast.other_school
    order([outgoing(9, school_id=other.pk, province_id=other.province_id)])
    shown = cast.client("mai").get(reverse("messaging.outbox")).content.decode()
    assert shown.count("Báo vắng") == 1
    shown = cast.client("dung").get(reverse("messaging.outbox")).content.decode()
    assert shown.count("Báo vắng") == 2


def test_a_sending_tells_each_state_with_its_reason_and_no_address(
    cast: Cast, sending: int
) -> None:
    send()
    page = cast.client("mai").get(reverse("messaging.batch", args=[sending])).content.decode()
    assert "Đã gửi, chờ báo phát" in page
    assert "“1” không phải là số điện thoại di động Việt Nam." in page
    assert "•••••••001" in page
    assert "0900000001" not in page
    assert "vắng sáng nay" not in page


def test_search_by_the_end_of_a_number_and_by_state(cast: Cast, sending: int) -> None:
    address = reverse("messaging.batch", args=[sending])
    found = cast.client("mai").get(address, {"q": "0900000002"}).content.decode()
    assert "•••••••002" in found
    assert "•••••••001" not in found
    found = cast.client("mai").get(address, {"state": "refused"}).content.decode()
    assert "•••••••001" not in found


def test_what_waits_is_cancelled(cast: Cast, sending: int, channel: Obedient) -> None:
    answer = cast.client("mai").post(reverse("messaging.cancel", args=[sending]), follow=True)
    assert "Đã hủy 2 tin chưa gửi." in answer.content.decode()
    send()
    assert channel.sent == []
    assert states() == {"cancelled": 2, "refused": 1}


def test_sending_once_more_is_a_new_intent(cast: Cast, sending: int, channel: Obedient) -> None:
    send()
    with scoped(EVERYTHING):
        table("Message").objects.filter(intent="test:1").update(state="unknown")
    address = reverse("messaging.again", args=[message("test:1").pk])
    cast.client("mai").post(address)
    assert message("test:1~2").state == "waiting"
    send(now=message("test:1~2").next_attempt_at)
    assert [letter.address for letter in channel.sent].count("0900000001") == 2
    assert message("test:1").state == "unknown"


def test_what_is_under_way_is_not_sent_again(cast: Cast, sending: int) -> None:
    address = reverse("messaging.again", args=[message("test:1").pk])
    answer = cast.client("mai").post(address, follow=True)
    assert "đang ở trạng thái “chờ gửi”" in answer.content.decode()


def test_a_sending_is_taken_along_masked(cast: Cast, sending: int) -> None:
    answer = cast.client("mai").get(reverse("messaging.export", args=[sending]))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert "•••••••001" in cells
    assert "0900000001" not in cells


def budget(cast: Cast, person: str, limit: Any) -> Any:
    address = f"{reverse('messaging.budget')}?school={cast.school.pk}"
    return cast.client(person).post(address, {"limit": limit})


def test_a_principal_sets_the_budget(cast: Cast, channel: Obedient) -> None:
    assert budget(cast, "mai", "5.000").status_code == 302
    with scoped(EVERYTHING):
        assert table("Budget").objects.get().limit == 5000


@pytest.mark.parametrize(
    ("limit", "sentence"),
    [("nhiều", "Hạn mức phải là một số"), ("99999999999", "từ 0 đến 10.000.000")],
)
def test_a_budget_that_is_no_number(
    cast: Cast, channel: Obedient, limit: str, sentence: str
) -> None:
    answer = budget(cast, "mai", limit)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_budget_is_not_set_below_what_is_spent(cast: Cast, channel: Obedient) -> None:
    now = timezone.now()
    with scoped(EVERYTHING):
        set_budget(actor=cast.mai.actor, now=now, school_id=cast.school.pk, limit=10)
        table("Budget").objects.update(spent=4)
    with pytest.raises(ActRefused, match="đã dùng 4 tin"), scoped(EVERYTHING):
        set_budget(actor=cast.mai.actor, now=now, school_id=cast.school.pk, limit=3)


def test_a_teacher_sets_no_budget(cast: Cast, channel: Obedient) -> None:
    assert budget(cast, "hoa", "5").status_code == 403


def test_the_ledger_tells_who_ordered_and_cancelled(cast: Cast, sending: int) -> None:
    cast.client("mai").post(reverse("messaging.cancel", args=[sending]))
    with scoped(EVERYTHING):
        from tests.cast import table as any_table

        entries = any_table("ledger.Entry").objects.filter(subject=f"message_batch:{sending}")
        assert [entry.action for entry in entries.order_by("pk")] == ["order", "cancel"]
