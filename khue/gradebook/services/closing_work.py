"""Kết chuyển of a large school as long work: one transaction, with progress."""

from __future__ import annotations

from datetime import date
from typing import Any

from khue.background.api import Work, WorkRefused, register_work
from khue.gradebook.services.closing_year import ClosingRefused, close_year
from khue.records.api import RecordRefused

CLOSE_WORK = "gradebook.close_year"
MOST_TOLD = 5


def register() -> None:
    register_work(CLOSE_WORK, close_in_background)


def close_in_background(work: Work) -> dict[str, Any]:
    """Move everyone as planned; the page of the task tells how many."""
    given = work.arguments
    try:
        done = close_year(
            actor=work.actor,
            now=work.now,
            school_id=int(given["school"]),
            year=int(given["year"]),
            first_day=date.fromisoformat(given["first_day"]),
        )
    except (ClosingRefused, RecordRefused) as refused:
        raise WorkRefused(str(refused)) from refused
    told = [f"{name}: {why}" for name, why in list(done.refused.items())[:MOST_TOLD]]
    text = f"Đã kết chuyển {done.moved} học sinh."
    return {"text": " ".join([text, *told]), "closing": done.closing_id}
