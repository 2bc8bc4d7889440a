"""Mã xác thực của học bạ: what everyone who has the paper may know of it, and no more."""

from __future__ import annotations

from khue.signing.api import (
    CodeFacts,
    CodeState,
    Container,
    register_container,
    register_verify_code,
)
from khue.transcripts.models import Part, Version
from khue.transcripts.rules.container import code_of, describe, misplaced, title_of
from khue.transcripts.rules.mapping import NAMESPACE

LOOK = "/hoc-ba/xem/"
"""Where the code that a holder gives away opens her data (transcripts.look)."""
STATES = {
    "published": CodeState.VALID,
    "superseded": CodeState.SUPERSEDED,
    "cancelled": CodeState.CANCELLED,
}


def register() -> None:
    """At start-up: transcripts answer for their codes, and their parts are told by name."""
    register_verify_code("transcript", facts_of_code)
    register_container(Container(NAMESPACE, title_of, describe, misplaced, code_of))


def facts_of_code(code: str) -> CodeFacts | None:
    """The facts of a version; neither the pupil nor a mark is told."""
    row = Version.objects.filter(verify_code=code).select_related("part_of").first()
    if row is None:
        return None
    state = STATES.get(row.state, CodeState.WAITING)
    return CodeFacts(
        state=state,
        title=f"Học bạ số, năm học {row.part_of.year}–{row.part_of.year + 1}",
        issuer=row.part_of.school_name,
        number=row.number,
        digest=row.body_digest if row.published_at else "",
        issued_at=row.published_at,
        ended_at=row.ended_at,
        replaced_by=_replaced_by(row) if state is CodeState.SUPERSEDED else None,
        data_page=LOOK if state is CodeState.VALID else "",
        signatures=Part.objects.filter(version=row, signature__isnull=False).count(),
    )


def _replaced_by(row: Version) -> int | None:
    """The number of the version that holds now."""
    holds = Version.objects.filter(part_of=row.part_of_id, state="published")
    return holds.values_list("number", flat=True).first()
