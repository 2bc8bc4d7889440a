"""The jobs of the queue: run a task, and look after those that were left behind."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from khue.background.services.running import run_task
from khue.background.services.tasks import RUN_JOB, rescue_tasks

KEEP_JOBS_HOURS = 24 * 7


@app.task(name=RUN_JOB)
def run(task_id: int) -> None:
    """Do one task that a person ordered."""
    run_task(task_id)


@app.periodic(cron="* * * * *")
@app.task(name="khue.background.rescue", queueing_lock="khue.background.rescue")
def rescue(timestamp: int) -> None:
    """Each minute: what a dead worker left behind is taken up again."""
    rescue_tasks(now=timezone.now())


@app.periodic(cron="17 3 * * *")
@app.task(name="khue.background.tidy", queueing_lock="khue.background.tidy", pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:
    """Each night: forget old jobs; the tasks that people see stay."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_JOBS_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
