"""The door of background work: order it, watch it, do it."""

from khue.background.queries import TaskView, own_task, own_task_with
from khue.background.rules import State
from khue.background.services.pulse import Cancelled, Progress
from khue.background.services.registry import Work, register_work
from khue.background.services.running import WorkRefused, is_disk_full
from khue.background.services.tasks import start_task

__all__ = [
    "Cancelled",
    "Progress",
    "State",
    "TaskView",
    "Work",
    "WorkRefused",
    "is_disk_full",
    "own_task",
    "own_task_with",
    "register_work",
    "start_task",
]
