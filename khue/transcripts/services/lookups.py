"""Lượt tra cứu: every copy that leaves the house is written down, with who took it."""

from __future__ import annotations

from datetime import datetime

from khue.access.api import Actor
from khue.transcripts.models import Lookup


def note_lookup(
    *,
    now: datetime,
    student_id: int,
    province_id: int,
    what: str,
    actor: Actor | None = None,
    by: str = "",
    version_id: int | None = None,
) -> None:
    """One line; `by` names who looked with a code and has no account.

    Law: NĐ 88/2026/NĐ-CP, Điều 11 khoản 2
    """
    Lookup.objects.create(
        at=now,
        student_id=student_id,
        province_id=province_id,
        version_id=version_id,
        by=(by or (actor.name if actor else ""))[:150],
        account_id=actor.account_id if actor else None,
        what=what[:60],
    )
