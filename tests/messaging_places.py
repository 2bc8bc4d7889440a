"""What stands in the outbox of a school: one sending with a message that did not arrive."""

from __future__ import annotations

from typing import Any

from khue.messaging.services.sealing import digest_of_address, seal_address, seal_text
from tests.cast import NOW, table


def make_messages(school: Any) -> dict[str, Any]:
    """A notice that a phone did not take."""
    where = {"school_id": school.pk, "province_id": school.province_id}
    batch = table("messaging.Batch").objects.create(
        title="Thông báo họp phụ huynh",
        kind="notice",
        ordered_by="Ai đó",
        ordered_at=NOW,
        messages=1,
        segments=1,
        cost=300,
        **where,
    )
    message = table("messaging.Message").objects.create(
        intent=f"places:{school.pk}",
        batch=batch,
        channel="sms",
        address=seal_address("0912345678"),
        address_digest=digest_of_address("sms", "0912345678"),
        shown_address="•••••••678",
        text=seal_text("Mời họp phụ huynh."),
        state="failed",
        trouble="Nhà mạng báo không đến được máy nhận.",
        next_attempt_at=NOW,
        expires_at=NOW,
        created_at=NOW,
        ended_at=NOW,
        **where,
    )
    return {"batch_id": batch.pk, "message_id": message.pk}
