"""Reading the ledger: the history of a record, and what is sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from khue.ledger.models import DailyRoot, Entry, Leaf, RootStamp, Seal, SensitiveRead
from khue.ledger.rules.daily import DayRoot, published
from khue.ledger.rules.merkle import canonical
from kit.statements import kept_rows, keys_array

# Behind every page of marks: which cells were corrected. In the order of HistoryLine.
COLUMNS = """id, operation, at, account_id, actor_name, subject, action, label, old, new, reason,
  school_id, province_id"""
CHANGES = f"""
select {COLUMNS}
from ledger_entry where subject = any(%(subjects)s) and action = %(action)s order by id desc
"""  # noqa: S608  (our own column names)
# Before every save: whether this very act was written already, and whose mark is replaced.
OF_OPERATION = f"""
select {COLUMNS} from ledger_entry where operation = %s order by id
"""  # noqa: S608  (our own column names)
OF_BATCHES = f"""
select batch, {COLUMNS} from ledger_entry where batch = any(%s::bigint[]) order by id
"""  # noqa: S608  (our own column names)
NEWEST = f"""
select distinct on (subject, label) {COLUMNS} from ledger_entry where subject = any(%s)
order by subject, label, id desc
"""  # noqa: S608  (our own column names)


@dataclass(frozen=True)
class HistoryLine:
    """One change as it is shown: who, when, what, old and new, and why."""

    id: int
    operation: UUID
    at: datetime
    account_id: int | None
    actor_name: str
    subject: str
    action: str
    label: str
    old: Any
    new: Any
    reason: str
    school_id: int | None = None
    province_id: int | None = None
    sealed: bool = False


def _line(entry: Entry, sealed: set[int]) -> HistoryLine:
    return HistoryLine(
        id=entry.pk,
        operation=entry.operation,
        at=entry.at,
        account_id=entry.account_id,
        actor_name=entry.actor_name,
        subject=entry.subject,
        action=entry.action,
        label=entry.label,
        old=entry.old,
        new=entry.new,
        reason=entry.reason,
        school_id=entry.school_id,
        province_id=entry.province_id,
        sealed=entry.pk in sealed,
    )


def _lines(entries: QuerySet[Entry]) -> list[HistoryLine]:
    found = list(entries)
    ids = [entry.pk for entry in found]
    sealed = set(Leaf.objects.filter(entry_id__in=ids).values_list("entry_id", flat=True))
    return [_line(entry, sealed) for entry in found]


def history_of(subjects: str | Iterable[str], *, limit: int = 100) -> list[HistoryLine]:
    """The newest changes of one or several records, newest first (two queries)."""
    wanted = [subjects] if isinstance(subjects, str) else list(subjects)
    return _lines(Entry.objects.filter(subject__in=wanted).order_by("-id")[:limit])


def changes_to(subjects: Iterable[str], *, action: str) -> list[HistoryLine]:
    """The changes of one kind to many records, newest first, without their seals (one query)."""
    return _unsealed(CHANGES, {"subjects": list(subjects), "action": action})


def _unsealed(statement: str, values: Any) -> list[HistoryLine]:
    return [_line_of_row(row) for row in kept_rows(statement, values)]


def _line_of_row(row: tuple[Any, ...]) -> HistoryLine:
    return HistoryLine(*row[:8], *map(_value_of, row[8:10]), *row[10:])


def lines_of_batches(batches: Iterable[int]) -> list[tuple[int, HistoryLine]]:
    """The entries that came in these batches, each with its batch, without seals (one query)."""
    rows = kept_rows(OF_BATCHES, [keys_array(batches)])
    return [(row[0], _line_of_row(row[1:])) for row in rows]


def _value_of(stored: str | None) -> Any:
    """Django leaves reading jsonb to its fields; here it is read by hand."""
    return None if stored is None else json.loads(stored)


def newest_changes(subjects: Iterable[str]) -> list[HistoryLine]:
    """The newest change under each label of many records, without their seals (one query)."""
    return _unsealed(NEWEST, [list(subjects)])


def latest_changes(*, school_id: int, limit: int = 20) -> list[HistoryLine]:
    """The newest changes of a school, newest first."""
    return _lines(Entry.objects.filter(school_id=school_id).order_by("-id")[:limit])


def changes_of_operation(operation: UUID) -> list[HistoryLine]:
    """Every change of one act, in the order it was written, without their seals (one query)."""
    return _unsealed(OF_OPERATION, [operation])


def subject_of_entry(entry_id: int) -> str | None:
    """Which record an entry speaks of; None when there is no such entry within the fence."""
    return Entry.objects.filter(pk=entry_id).values_list("subject", flat=True).first()


def reads_of(subject: str, *, limit: int = 50) -> list[SensitiveRead]:
    """Who read the sensitive data of a record, newest first."""
    return list(SensitiveRead.objects.filter(subject=subject).order_by("-id")[:limit])


def last_seal() -> Seal | None:
    return Seal.objects.order_by("-id").first()


def seals_in_order() -> Iterator[Seal]:
    return Seal.objects.order_by("id").iterator()


def seals_of_root(after: int, last: int) -> list[Seal]:
    """The seals under one root of a day, in their order."""
    return list(Seal.objects.filter(id__gt=after, id__lte=last).order_by("id"))


def newest_root() -> DailyRoot | None:
    return DailyRoot.objects.order_by("-day").first()


def day_root(root: DailyRoot) -> DayRoot:
    """The root of a day as it is published."""
    values = {name: getattr(root, name) for name in DayRoot.__dataclass_fields__}
    return DayRoot(**values | {"day": root.day.isoformat()})


def root_file(root: DailyRoot) -> bytes:
    """The file of a day: what is published, and what a time stamp covers."""
    return canonical(published(day_root(root)))


@dataclass(frozen=True)
class RootLine:
    """A root of a day in the public list."""

    day: date
    digest: str
    entries: int
    seals: int
    key_id: str
    stamped: bool


def daily_roots(*, year: int | None = None) -> list[RootLine]:
    """The public list, newest first; of one year or of all."""
    found = DailyRoot.objects.order_by("-day")
    if year is not None:
        found = found.filter(day__year=year)
    stamped = set(RootStamp.objects.values_list("pk", flat=True))
    return [
        RootLine(one.day, one.digest, one.entries, one.seals, one.key_id, one.day in stamped)
        for one in found
    ]


def years_of_roots() -> list[int]:
    return [one.year for one in DailyRoot.objects.dates("day", "year", order="DESC")]


def file_of_day(day: date) -> bytes | None:
    """The file of a day, or None."""
    found = DailyRoot.objects.filter(day=day).first()
    return root_file(found) if found else None


def files_of_all_days() -> Iterator[bytes]:
    """Every file in the order of days, for an archive."""
    return (root_file(one) for one in DailyRoot.objects.order_by("day").iterator())


def stamp_of_day(day: date) -> bytes | None:
    """The RFC 3161 token over the file of a day, DER, or None."""
    found = RootStamp.objects.filter(pk=day).values_list("token", flat=True).first()
    return None if found is None else bytes(found)
