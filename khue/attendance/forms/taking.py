"""Trang điểm danh: a choice for each pupil, the version seen, a reason for a past day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from khue.attendance.rules.kinds import EARLY, KIND_NAMES, LATE, PRESENT
from khue.attendance.services.taking import Entry
from kit.numbers import whole_number


@dataclass(frozen=True, slots=True)
class SentList:
    """What a teacher sent."""

    entries: tuple[Entry, ...]
    base_version: int
    reason: str


def read_list(sent: Mapping[str, str], student_ids: Iterable[int]) -> SentList:
    """The list of a form: `k<id>` is the kind, `m<id>` minutes, `n<id>` a note.

    A pupil without a choice is present; a word that is no kind reaches the service, which refuses.
    """
    named = {_id_of(key) for key in sent if key.startswith("k")} - {None}
    every = [one for one in {*student_ids, *named} if one is not None]
    entries = [_entry(sent, one) for one in sorted(every)]
    return SentList(
        tuple(one for one in entries if one.kind != PRESENT),
        whole_number(sent.get("version", "")) or 0,
        sent.get("reason", ""),
    )


def _id_of(key: str) -> int | None:
    return whole_number(key[1:])


def _entry(sent: Mapping[str, str], student_id: int) -> Entry:
    kind = sent.get(f"k{student_id}", PRESENT)
    minutes = whole_number(sent.get(f"m{student_id}", "")) if kind in (LATE, EARLY) else None
    note = sent.get(f"n{student_id}", "") if kind in KIND_NAMES and kind != PRESENT else ""
    return Entry(student_id, kind, minutes or None, note)
