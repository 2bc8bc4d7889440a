"""The jobs of the night: files of people are not kept longer than they are needed."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from khue.intake.services.undoing import forget_old_files


@app.periodic(cron="41 2 * * *")
@app.task(name="khue.intake.forget_old_files", queueing_lock="khue.intake.forget_old_files")
def forget(timestamp: int) -> None:
    """Each night: uploaded files and plans older than thirty days go."""
    forget_old_files(now=timezone.now())
