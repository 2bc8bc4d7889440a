"""Housekeeping of access, every night."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.access.services.attempts import forget_old_attempts
from khue.access.services.entry_codes import SEND_JOB, forget_old_codes, send_code


@app.periodic(cron="40 2 * * *")
@app.task(name="access.forget_attempts", queueing_lock="access.forget_attempts", pass_context=False)
def forget_attempts_every_night(timestamp: int) -> None:
    """Forget attempts to sign in that no longer count."""
    del timestamp
    forget_old_attempts(now=timezone.now())
    forget_old_codes(now=timezone.now())


@app.task(name=SEND_JOB, pass_context=False)
def send_entry_code(code_id: int) -> None:
    """Send a code to the phone that asked, when a school registered it."""
    send_code(code_id=code_id, now=timezone.now())
