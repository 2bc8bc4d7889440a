"""What the gate does by itself."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.attendance.services.gate_family import MINUTE, tell_passings
from khue.attendance.services.gate_lists import take_due_lists
from khue.attendance.services.telling import tell_absences, tell_corrections


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="attendance.take_gate_lists", queueing_lock="attendance.gate_lists", pass_context=False
)
def take_lists_of_the_gate(timestamp: int) -> None:
    """Every five minutes: the lists of schools that chose it."""
    del timestamp
    take_due_lists(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="attendance.tell", queueing_lock="attendance.tell", pass_context=False)
def tell_families(timestamp: int) -> None:
    """Each minute: absences without permission that are due, and corrections of what was told."""
    del timestamp
    now = timezone.now()
    tell_absences(now=now)
    tell_corrections(now=now)


@app.periodic(cron="* * * * *")
@app.task(name="attendance.tell_families", pass_context=False)
def tell_families_of_the_gate(timestamp: int) -> None:
    """Each minute: the families of who passed in the minute before, where the school chose it."""
    minute = datetime.fromtimestamp(timestamp, UTC).replace(second=0) - MINUTE
    tell_passings(now=timezone.now(), minute=minute)
