"""Make the roots of days that have ended; each is made once and never again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from khue.ledger.models import DailyRoot, RootStamp, Seal
from khue.ledger.queries.reading import newest_root, root_file, seals_of_root
from khue.ledger.rules.daily import DayRoot, day_of, end_of, root_of_seals, signed_part
from khue.ledger.rules.merkle import digest_of
from khue.ledger.services.keys import sealing_key
from khue.ledger.services.sealing import SEAL_LOCK


@transaction.atomic
def make_daily_roots(*, now: datetime) -> list[date]:
    """Sign a root for every day that ended since the last root; return these days.

    A day without seals gets a root too, so that no day can be missing from the chain.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [SEAL_LOCK])
    days = list(_days_due(now))
    for day in days:
        _make_root(day, now)
    return days


def _days_due(now: datetime) -> Iterator[date]:
    before, first = newest_root(), Seal.objects.order_by("id").first()
    if first is None:
        return
    day = before.day + timedelta(days=1) if before else day_of(first.sealed_at)
    while day < day_of(now):
        yield day
        day += timedelta(days=1)


def _make_root(day: date, now: datetime) -> None:
    before = newest_root()
    after = before.last_seal_id if before else 0
    last = Seal.objects.filter(sealed_at__lt=end_of(day), id__gt=after).order_by("-id").first()
    seals = seals_of_root(after, last.pk) if last else []
    digests = [one.digest for one in seals]
    root = DayRoot(
        day=day.isoformat(),
        previous=before.digest if before else "",
        root=root_of_seals(digests),
        seals=len(seals),
        entries=sum(one.entries for one in seals),
        last_seal=digests[-1] if digests else before.last_seal if before else "",
        key_id=sealing_key().id,
        public_key=sealing_key().public_hex,
    )
    values = asdict(_signed(root)) | {"day": day}
    DailyRoot.objects.create(last_seal_id=last.pk if last else after, made_at=now, **values)


def _signed(root: DayRoot) -> DayRoot:
    digest = digest_of(signed_part(root))
    return replace(root, digest=digest, signature=sealing_key().sign(digest))


def stamp_daily_roots(stamp: Callable[[bytes], bytes], *, now: datetime, limit: int = 31) -> int:
    """Let `stamp` give an RFC 3161 token over the file of each root that has none; return how many.

    What `stamp` raises ends it; tokens that came before that stay.
    """
    waiting = DailyRoot.objects.exclude(pk__in=RootStamp.objects.values("pk")).order_by("day")
    made = 0
    for root in waiting[:limit]:
        RootStamp.objects.create(day=root, token=stamp(root_file(root)), stamped_at=now)
        made += 1
    return made
