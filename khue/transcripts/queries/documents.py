"""Giấy tờ của con: the published years that a family takes along, without opening any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, child_place, permit
from khue.transcripts.permissions import VIEW_OWN
from khue.transcripts.queries.published import years_out
from kit.fences import EVERYTHING, scoped


@dataclass(frozen=True, slots=True)
class Document:
    """Học bạ của một năm học, with the code by which anybody checks it."""

    version_id: int
    year: int
    class_name: str
    school_name: str
    verify_code: str
    published_at: datetime
    has_pdf: bool


def documents_of_child(actor: Actor, student_id: int) -> list[Document]:
    """Học bạ đã phát hành of a child, those of earlier schools too, the newest first."""
    permit(actor, VIEW_OWN, child_place(student_id))
    with scoped(EVERYTHING):
        years = years_out(student_id)
    return [
        Document(
            one.id,
            one.year,
            one.class_name,
            one.school,
            one.verify_code,
            one.published_at,
            one.has_pdf,
        )
        for one in reversed(years)
    ]
