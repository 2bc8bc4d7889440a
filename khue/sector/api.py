"""The door of the sector push: how the schools stand in a period."""

from khue.sector.queries.declared import register_declared
from khue.sector.queries.overview import SchoolSync, sync_states
from khue.sector.queries.periods import window_of, windows_of
from khue.sector.queries.standing import SyncStanding, sync_standings
from khue.sector.rules.periods import PERIOD_NAMES, Period, Window
from khue.sector.rules.states import PUSH_NAMES, STAGE_NAMES, Push, Stage

__all__ = [
    "PERIOD_NAMES",
    "PUSH_NAMES",
    "STAGE_NAMES",
    "Period",
    "Push",
    "SchoolSync",
    "Stage",
    "SyncStanding",
    "Window",
    "register_declared",
    "sync_standings",
    "sync_states",
    "window_of",
    "windows_of",
]
