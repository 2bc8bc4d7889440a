"""Tình hình đồng bộ của các trường: every school within reach, its state, who is late."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from khue.access.api import Actor, explain, reach
from khue.organisations.api import SchoolCard, inactive_schools, schools_at
from khue.sector.models import KindState, Submission
from khue.sector.permissions import APPROVE, APPROVE_COMMUNE, OVERVIEW
from khue.sector.queries.periods import window_of
from khue.sector.queries.screens import NEVER, look_of
from khue.sector.rules.periods import Period, Window
from khue.sector.rules.states import (
    BY_COMMUNE,
    PUSH_NAMES,
    RECEIVED,
    STAGE_NAMES,
    Push,
    Stage,
    next_approval,
    worst_of,
)
from kit.vietnamese import search_key

NOBODY = ""


@dataclass(frozen=True)
class SchoolSync:
    """Đồng bộ của một trường in a period; `status` is the worst of its kinds of data."""

    school_id: int
    school_name: str
    school_path: str
    managed_by: str
    managed_by_name: str
    stage: Stage
    status: Push | None
    records: int
    faulty: int
    held: int
    refused: int
    checked_at: datetime | None
    changed_at: datetime | None
    is_late: bool
    trouble: str

    @property
    def stage_name(self) -> str:
        return STAGE_NAMES[self.stage]

    @property
    def status_name(self) -> str:
        return PUSH_NAMES[self.status] if self.status is not None else NEVER

    @property
    def look(self) -> str:
        return look_of(self.status)

    @property
    def is_received(self) -> bool:
        return self.status in RECEIVED


@dataclass(frozen=True)
class SyncFilter:
    """What is asked of the list: text, stage, state (a code, "chua" or "tre")."""

    text: str = ""
    stage: str = ""
    state: str = ""


def sync_states(
    actor: Actor, *, year: int, period: Period | str, on: date, place: str = NOBODY
) -> list[SchoolSync]:
    """The state of every active school within reach (and below a place), by name."""
    schools = _schools(actor, on, place)
    wanted = Period(period)
    submissions = _submissions([one.id for one in schools], year, wanted)
    windows = {key: window_of(key, year, wanted) for key in {one.province_id for one in schools}}
    return [
        _sync(one, submissions.get(one.id), windows.get(one.province_id), on) for one in schools
    ]


def _schools(actor: Actor, on: date, place: str) -> list[SchoolCard]:
    paths = [_narrower(path, place) for path in reach(actor, OVERVIEW).paths]
    found = {card.id: card for path in paths if path for card in schools_at(path)}
    gone = inactive_schools(list(found), on)
    return [card for card in found.values() if card.id not in gone]


def _narrower(path: str, place: str) -> str:
    """The deeper of two paths; nothing when neither lies within the other."""
    if place.startswith(path):
        return place
    return path if path.startswith(place) else ""


Kept = tuple[Submission, list[KindState]]


def _submissions(school_ids: Sequence[int], year: int, period: Period) -> dict[int, Kept]:
    rows = Submission.objects.filter(school_id__in=school_ids, year=year, period=period)
    states: dict[int, list[KindState]] = defaultdict(list)
    for state in KindState.objects.filter(submission__in=rows):
        states[state.submission_id].append(state)
    return {row.school_id: (row, states[row.pk]) for row in rows}


def _sync(school: SchoolCard, kept: Kept | None, window: Window | None, on: date) -> SchoolSync:
    row, states = kept or (None, [])
    pushed = [Push(one.status) for one in states if one.status is not None]
    status = worst_of(pushed)
    changed = [one.changed_at for one in states if one.changed_at]
    return SchoolSync(
        school_id=school.id,
        school_name=school.name,
        school_path=school.path,
        managed_by=school.managed_by,
        managed_by_name=school.parent_name,
        stage=Stage(row.stage) if row else Stage.DRAFT,
        status=status,
        records=sum(one.records for one in states),
        faulty=sum(one.faulty for one in states),
        held=sum(one.held for one in states),
        refused=sum(one.refused for one in states),
        checked_at=row.checked_at if row else None,
        changed_at=max(changed, default=None),
        is_late=window is not None and window.is_over(on) and status not in RECEIVED,
        trouble=next((one.trouble for one in states if one.trouble), ""),
    )


def chosen(lines: Sequence[SchoolSync], wanted: SyncFilter) -> list[SchoolSync]:
    """The lines that a filter asks for."""
    text = search_key(wanted.text)
    return [
        one
        for one in lines
        if text in search_key(f"{one.school_name} {one.managed_by_name}")
        and (not wanted.stage or one.stage == wanted.stage)
        and _has_state(one, wanted.state)
    ]


def _has_state(one: SchoolSync, wanted: str) -> bool:
    if wanted == "tre":
        return one.is_late
    if wanted == "chua":
        return one.status is None
    return not wanted or str(int(one.status) if one.status is not None else "") == wanted


def waiting_for(actor: Actor, lines: Iterable[SchoolSync]) -> list[SchoolSync]:
    """The schools whose next step is this person's."""
    return [one for one in lines if _next_is(actor, one)]


def _next_is(actor: Actor, one: SchoolSync) -> bool:
    following = next_approval(one.stage, by_commune=one.managed_by == BY_COMMUNE)
    right = APPROVE_COMMUNE if following == Stage.COMMUNE else APPROVE
    return following is not None and explain(actor, right, one.school_path) is None


def state_counts(lines: Sequence[SchoolSync]) -> Counter[str]:
    """How many schools are done, late, under way, in trouble, not begun."""
    counts: Counter[str] = Counter()
    for one in lines:
        counts["all"] += 1
        counts["received"] += one.is_received
        counts["late"] += one.is_late
        counts["faulty"] += bool(one.faulty or one.refused)
        counts["waiting"] += one.stage in {Stage.SUBMITTED, Stage.COMMUNE}
    return counts
