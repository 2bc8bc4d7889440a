"""Học bạ chờ hiệu trưởng: what every teacher has signed is printed before she opens it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from khue.transcripts.services.signed_pdf import AHEAD, render_ahead
from kit.fences import EVERYTHING, scoped


@app.periodic(cron="* * * * *")
@app.task(
    name="transcripts.render_ahead", queueing_lock="transcripts.render_ahead", pass_context=False
)
def render_every_minute(timestamp: int) -> None:
    """Each minute: the papers of the classes whose teachers have just signed."""
    del timestamp
    with scoped(EVERYTHING):
        while render_ahead() == AHEAD:
            pass
