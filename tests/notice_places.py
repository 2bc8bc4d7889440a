"""What stands in the contact book of a school: a notice with a poll, a draft, a template."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from kit.cipher import seal_bytes
from kit.vietnamese import search_key
from tests.cast import NOW, table

# These pages are about a notice that was not sent yet.
OF_DRAFTS = {
    f"contactbook.{name}"
    for name in ("edit_notice", "preview_notice", "send_notice", "drop_notice", "attach")
}


def make_notices(room: Any, child: Any) -> dict[str, Any]:
    """One of each, about one pupil of the class."""
    school = room.school
    where = {"school_id": school.pk, "province_id": school.province_id}
    path = f"{school.organisation.path}c{room.pk}/"
    words = {
        "title": "Họp phụ huynh",
        "text": "Mời phụ huynh của em {ho_ten} xem https://example.vn.",
        "place": path,
        "audience": {
            "kind": "classes",
            "place": school.pk,
            "ids": [room.pk],
            "sides": ["guardians", "pupils"],
            "name": f"Lớp {room.name}",
        },
        "written_by": "Ai đó",
        "written_by_id": 9_000_001,  # nobody of the world
        "written_at": NOW,
        "search": search_key("Họp phụ huynh"),
        **where,
    }
    notices = table("contactbook.Notice").objects
    poll = {"choices": ["Có", "Không"], "answer_until": NOW + timedelta(days=3650)}
    sent = notices.create(
        **words, **poll, state="sent", sent_at=NOW, sent_by="Ai đó", readers=1, ordered_at=NOW
    )
    draft = notices.create(**words)
    table("contactbook.Receipt").objects.create(
        notice=sent,
        account=child.account,
        student=child,
        name=child.name,
        fields={"ho_ten": child.name, "lop": room.name},
        **where,
    )
    file = table("contactbook.NoticeFile").objects.create(
        notice=sent,
        name="lich-hop.pdf",
        media_type="application/pdf",
        size=9,
        content=seal_bytes(b"%PDF-1.7\n", label="notice.file", key_hex=settings.FIELD_KEY),
        **where,
    )
    template = table("contactbook.Template").objects.create(
        organisation=school.organisation, kind="notice", title="Mời họp", text="Kính mời {ho_ten}."
    )
    return {
        "notice_id": sent.pk,
        "draft_notice": draft.pk,
        "file_id": file.pk,
        "template_id": template.pk,
    }
