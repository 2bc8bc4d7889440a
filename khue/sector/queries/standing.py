"""Tình hình đồng bộ in brief: of every school below a place its stage and state, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from khue.access.api import Actor, permit
from khue.sector.permissions import OVERVIEW
from khue.sector.queries.screens import NEVER
from khue.sector.rules.periods import Period
from khue.sector.rules.states import PUSH_NAMES, RECEIVED, STAGE_NAMES, Push, Stage, worst_of
from kit.statements import kept_rows

# The edges are those of the index on paths, whatever the collation.
STANDINGS = """
select node.id, coalesce(sent.stage, %(draft)s::text),
  array_agg(distinct pushed.status) filter (where pushed.status is not null)
from organisations_organisation node
left join sector_submission sent on sent.school_id = node.id and sent.year = %(year)s
  and sent.period = %(period)s::text
left join sector_kindstate pushed on pushed.submission_id = sent.id
where node.kind = 'school' and node.path ~>=~ %(path)s and node.path ~<~ %(end)s
  and node.valid_from <= %(on)s and (node.valid_to is null or node.valid_to >= %(on)s)
group by node.id, sent.stage
"""


@dataclass(frozen=True, slots=True)
class SyncStanding:
    """Một trường trong đợt: how far it was approved, and the worst state of its kinds of data."""

    stage: Stage
    status: Push | None

    @property
    def is_received(self) -> bool:
        return self.status in RECEIVED

    @property
    def sentence(self) -> str:
        """Both by their names."""
        status = PUSH_NAMES[self.status] if self.status is not None else NEVER
        return f"{STAGE_NAMES[self.stage]}, {status}"


def sync_standings(
    actor: Actor, *, year: int, period: Period, on: date, place: str
) -> dict[int, SyncStanding]:
    """Every active school at or below a place (one statement); raises OutsidePlace, Refused."""
    permit(actor, OVERVIEW, place)
    edges = {"path": place, "end": place[:-1] + chr(ord("/") + 1)}
    given = {"draft": Stage.DRAFT, "year": year, "period": period, "on": on, **edges}
    rows = kept_rows(STANDINGS, given)
    return {school_id: _standing(stage, codes or ()) for school_id, stage, codes in rows}


def _standing(stage: str, codes: Sequence[int]) -> SyncStanding:
    return SyncStanding(Stage(stage), worst_of([Push(code) for code in codes]))
