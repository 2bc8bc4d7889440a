"""What the gate does by itself."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.attendance.services.gate_lists import take_due_lists


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="attendance.take_gate_lists", queueing_lock="attendance.gate_lists", pass_context=False
)
def take_lists_of_the_gate(timestamp: int) -> None:
    """Every five minutes: the lists of schools that chose it."""
    del timestamp
    take_due_lists(now=timezone.now())
