"""Kiểm tra toàn bộ sổ cái: every entry, seal and root of a day, in one or several processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from django.db import connections
from django.db.models import Exists, OuterRef

from khue.ledger.models import DailyRoot, Entry, Leaf, Seal
from khue.ledger.queries.reading import day_root, seals_of_root
from khue.ledger.rules.daily import fault_of_root, root_of_seals
from khue.ledger.services.keys import known_keys
from khue.ledger.services.verifying import Checked, Stretch, check_stretch
from kit.fences import EVERYTHING, set_scope

# A stretch is as long as this many entries or seals, so that memory stays small.
ENTRIES_AT_ONCE, SEALS_AT_ONCE = 20_000, 1_000


@dataclass(frozen=True)
class Verdict:
    """What verifying found: how much holds, what is not sealed yet, and the first fault."""

    seals: int = 0
    entries: int = 0
    unsealed: int = 0
    fault: str = ""
    days: int = 0
    keys: tuple[str, ...] = ()
    last: int = 0
    """Id and digest of the last seal that was checked: where a later audit may go on."""
    digest: str = ""

    @property
    def holds(self) -> bool:
        return not self.fault


def verify_ledger() -> Verdict:
    """Recompute the whole ledger; stop at the first fault. Needs a scope that sees all."""
    return audit_ledger()


def audit_ledger(
    *,
    processes: int = 1,
    start: Verdict | None = None,
    published: Mapping[str, str] | None = None,
    tell: Callable[[Verdict], None] = lambda verdict: None,
) -> Verdict:
    """Recompute the ledger after `start`, and all roots of days; stop at the first fault.

    `published`: digests of roots by day, as somebody else kept them. `tell` hears of every stretch.
    """
    verdict = _checked_start(start or Verdict())
    with _workers(processes) as work:
        for checked in work(_stretches(verdict)) if verdict.holds else ():
            verdict = _with(verdict, checked)
            if not verdict.holds:
                return verdict
            tell(verdict)
    if not verdict.holds:
        return verdict
    return _with_days(replace(verdict, unsealed=_unsealed(), keys=_keys()), published or {})


def _checked_start(start: Verdict) -> Verdict:
    """Where an earlier audit stopped, when that seal is still the same."""
    if not start.last or Seal.objects.filter(pk=start.last, digest=start.digest).exists():
        return start
    return replace(
        start, fault=f"Niêm phong số {start.last} không còn như lần kiểm tra trước: đã bị thay."
    )


def _with(verdict: Verdict, checked: Checked) -> Verdict:
    return replace(
        verdict,
        seals=verdict.seals + checked.seals,
        entries=verdict.entries + checked.entries,
        last=checked.last,
        digest=checked.digest,
        fault=checked.fault,
    )


def _stretches(after: Verdict) -> Iterator[Stretch]:
    """The seals in handy stretches; the digests between them are checked within each."""
    found = Seal.objects.filter(id__gt=after.last).order_by("id")
    first, last, previous, entries, seals = 0, 0, after.digest, 0, 0
    for last, digest, held in found.values_list("id", "digest", "entries").iterator():
        first, entries, seals = first or last, entries + held, seals + 1
        if entries >= ENTRIES_AT_ONCE or seals >= SEALS_AT_ONCE:
            yield Stretch(first, last, previous)
            first, previous, entries, seals = 0, digest, 0, 0
    if first:
        yield Stretch(first, last, previous)


Work = Callable[[Iterable[Stretch]], Iterable[Checked]]


@contextmanager
def _workers(processes: int) -> Iterator[Work]:
    """One after another here, or side by side in processes with connections of their own."""
    check = partial(check_stretch, keys=known_keys())
    if processes < 2:
        yield lambda stretches: map(check, stretches)
        return
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=fork, initializer=_alone) as pool:
        yield lambda stretches: pool.map(partial(_check_apart, check), list(stretches))


def _alone() -> None:
    """A child must not speak through its parent's connection, nor close it."""
    for one in connections.all(initialized_only=True):
        one.connection = None


def _check_apart(check: Callable[[Stretch], Checked], stretch: Stretch) -> Checked:
    set_scope(EVERYTHING)
    return check(stretch)


def _unsealed() -> int:
    leaf = Leaf.objects.filter(entry_id=OuterRef("pk"))
    return Entry.objects.filter(~Exists(leaf)).count()


def _keys() -> tuple[str, ...]:
    """The keys that signed, in the order of their first seal."""
    found = Seal.objects.order_by("id").values_list("key_id", flat=True).iterator()
    return tuple(dict.fromkeys(found))


def _with_days(verdict: Verdict, published: Mapping[str, str]) -> Verdict:
    """Every root of a day recomputed, chained, and compared with what others kept."""
    keys, left = known_keys(), dict(published)
    before: DailyRoot | None = None
    for root in DailyRoot.objects.order_by("day").iterator():
        fault = _fault_of_day(root, before, keys)
        kept = left.pop(root.day.isoformat(), root.digest)
        if not fault and kept != root.digest:
            fault = f"Gốc ngày {root.day} khác với gốc đã công bố của ngày ấy: sổ cái đã bị thay."
        if fault:
            return replace(verdict, fault=fault)
        verdict, before = replace(verdict, days=verdict.days + 1), root
    lost = min(left, default="")
    return replace(verdict, fault=f"Gốc ngày {lost} đã công bố nay không còn.") if lost else verdict


def _fault_of_day(root: DailyRoot, before: DailyRoot | None, keys: Mapping[str, str]) -> str:
    if root.previous != (before.digest if before else ""):
        return f"Gốc ngày {root.day} không nối với gốc liền trước: có gốc bị xóa."
    seals = seals_of_root(before.last_seal_id if before else 0, root.last_seal_id)
    told = (root.root, root.seals, root.entries)
    digests = [one.digest for one in seals]
    if told != (root_of_seals(digests), len(seals), sum(one.entries for one in seals)):
        return f"Gốc ngày {root.day} không khớp các niêm phong của ngày: có niêm phong bị thay."
    return fault_of_root(day_root(root), keys)
