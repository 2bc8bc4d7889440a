"""Kế hoạch nhập: what an import would do, row by row, before anything is written."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    SAME = "same"
    REFUSE = "refuse"


VERDICT_NAMES = {
    Verdict.CREATE: "Sẽ thêm",
    Verdict.CHANGE: "Sẽ sửa",
    Verdict.SAME: "Giữ nguyên",
    Verdict.REFUSE: "Từ chối",
}


DONE_NAMES = {**VERDICT_NAMES, Verdict.CREATE: "Đã thêm", Verdict.CHANGE: "Đã sửa"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that would change."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """The verdict on one row of the file.

    `facts`: label and value of what is taken from the row. `reasons`: why it is refused, or what
    to look at. `cells`: the row as it came, by column key, for the list of refused rows.
    `basis`: the state of the record that the verdict rests on. `payload`: for applying only.
    """

    number: int
    verdict: Verdict
    title: str
    facts: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    reasons: tuple[str, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()
    basis: str = ""
    payload: Any = None

    @property
    def imprint(self) -> tuple[Any, ...]:
        """Everything a person saw or relied on when she agreed."""
        changes = [(one.label, one.old, one.new) for one in self.differences]
        return self.number, self.verdict, self.title, self.facts, changes, self.reasons, self.basis


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan. `unknown` are titles of the file that no column answers to."""

    rows: tuple[PlannedRow, ...]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    absent: tuple[tuple[str, str], ...] = ()
    extras: Any = field(default=None, compare=False)

    def wanted(self, *verdicts: Verdict) -> list[PlannedRow]:
        return [row for row in self.rows if row.verdict in verdicts]


def count_verdicts(rows: Sequence[PlannedRow]) -> dict[str, int]:
    counted = Counter(row.verdict for row in rows)
    return {verdict.value: counted[verdict] for verdict in Verdict}


def digest_of_plan(plan: Plan) -> str:
    """A short name for exactly this plan: the same file on the same records gives the same."""
    told = json.dumps([row.imprint for row in plan.rows], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
