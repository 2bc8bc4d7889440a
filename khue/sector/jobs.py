"""The push to the Ministry's gateway."""

from __future__ import annotations

from procrastinate.contrib.django import app

from khue.sector.services.pushing import push_due
from khue.sector.services.waking import PUSH_JOB, wake_push


@app.periodic(cron="* * * * *")
@app.task(name=PUSH_JOB, queueing_lock=PUSH_JOB, pass_context=False)
def push(timestamp: int) -> None:
    """Each minute, and whenever a push is ordered: send what is due, and ask what became of it.

    A long queue is gone on with at once; other work of the same worker has its turn in between.
    """
    del timestamp
    if push_due(seconds=50):
        wake_push()
