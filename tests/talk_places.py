"""What stands in the talk of a school: a conversation about a pupil with one message."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.cast import NOW, table


def make_talk(school: Any, child: Any, teacher: Any) -> dict[str, int]:
    """The family wrote to a teacher."""
    where = {"student": child, "school": school, "province": school.province}
    thread = table("contactbook.Thread").objects.create(
        teacher=teacher.account,
        teacher_name=teacher.name,
        subject="Xin đổi chỗ ngồi",
        opened_by_id=1,
        opened_at=NOW,
        last_at=NOW,
        **where,
    )
    table("contactbook.ThreadMessage").objects.create(
        thread=thread,
        intent=uuid4(),
        account_id=1,
        name="Phụ huynh",
        from_family=True,
        text="Em nhìn bảng không rõ.",
        written_at=NOW,
        told_at=NOW,
        **where,
    )
    return {"thread_id": thread.pk}
