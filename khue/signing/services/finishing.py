"""Hoàn tất sau: signatures whose timestamp or proof could not be had are finished by a job."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from khue.signing.models import Request
from khue.signing.rules.requests import LONGEST_WAIT, PREPARED_FOR, State
from khue.signing.services.completing import Completed, Proofs, complete
from khue.signing.services.evidence import CertificateRevoked
from khue.signing.services.keeping import take
from khue.signing.services.timestamping import ClockWrong

CHUNK = 25
CLOCK_WAIT = timedelta(minutes=10)


def finish_unfinished(*, now: datetime, limit: int = 500) -> Completed:
    """Fetch what is missing for those whose wait is over; for jobs, which see everything.

    Each chunk is a transaction of its own; a service that is down is asked once.
    """
    total, proofs = Completed(), Proofs(now)
    for _ in range(0, limit, CHUNK):
        done, found = _finish_chunk(proofs, now)
        total += done
        if found < CHUNK:
            break
    return total


def _over(now: datetime, longest: timedelta) -> Q:
    """The wait is over, or ends further off than any: the clock was ahead when it began."""
    return Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + 2 * longest)


def _due(now: datetime) -> list[Request]:
    rows = Request.objects.select_for_update(skip_locked=True).filter(
        _over(now, LONGEST_WAIT), state=State.UNFINISHED
    )
    return list(rows.order_by("next_attempt_at", "pk")[:CHUNK])


def _finish_chunk(proofs: Proofs, now: datetime) -> tuple[Completed, int]:
    with transaction.atomic():
        rows = _due(now)
        done = Completed()
        for row in rows:
            done += _finish_one(row, proofs, now)
    return done, len(rows)


def _finish_one(row: Request, proofs: Proofs, now: datetime) -> Completed:
    """One at a time: what is wrong with one document never holds another."""
    assert row.kept is not None
    value = take(bytes(row.kept))
    try:
        with transaction.atomic():
            return complete([(row, value)], proofs)
    except CertificateRevoked as revoked:
        _ask_again(row, revoked.sentence)
    except ClockWrong as wrong:
        _wait(row, wrong.sentence, now)
    return Completed()


def _ask_again(row: Request, sentence: str) -> None:
    """The value is worthless: the signer signs again, with a certificate that is good."""
    Request.objects.filter(pk=row.pk).update(
        state=State.WAITING,
        kept=None,
        trouble=sentence[:300],
        next_attempt_at=None,
        credential_id=None,
        signed_by="",
        signed_at=None,
        batch=None,
    )


def _wait(row: Request, sentence: str, now: datetime) -> None:
    Request.objects.filter(pk=row.pk).update(
        trouble=sentence[:300], next_attempt_at=now + CLOCK_WAIT
    )


def release_prepared(*, now: datetime) -> int:
    """Give back what a browser prepared for a device and never signed."""
    left = Request.objects.filter(_over(now, PREPARED_FOR), state=State.PREPARED)
    return left.update(state=State.WAITING, kept=None, next_attempt_at=None)
