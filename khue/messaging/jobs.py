"""The drain of the outbox, and the night in which old texts are cleared."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.messaging.rules.timing import KEPT_AFTER_END
from khue.messaging.services.providers import providers
from khue.messaging.services.sending import drain, forget_ended
from khue.messaging.services.waking import DRAIN_JOB


@app.periodic(cron="* * * * *")
@app.task(name=DRAIN_JOB, queueing_lock=DRAIN_JOB, pass_context=False)
def drain_outbox(timestamp: int) -> None:
    """Each minute, and whenever messages are ordered: send what is due."""
    del timestamp
    binds = any(one.kind == "smpp" for one in providers())
    drain(seconds=50, listen=2, stay=binds)


@app.periodic(cron="53 2 * * *")
@app.task(name="messaging.forget", queueing_lock="messaging.forget", pass_context=False)
def forget_each_night(timestamp: int) -> None:
    """Each night: addresses and texts that ended long ago are cleared."""
    del timestamp
    forget_ended(now=timezone.now(), kept=KEPT_AFTER_END)
