"""What the open API does by itself."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.interchange.services.exports import forget_exports


@app.periodic(cron="37 * * * *")
@app.task(name="interchange.forget", queueing_lock="interchange.forget", pass_context=False)
def forget_each_hour(timestamp: int) -> None:
    """Each hour: archives that nobody fetched in their days."""
    del timestamp
    forget_exports(now=timezone.now())
