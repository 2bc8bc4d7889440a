"""Nhập sai mã PIN: three in a row and the key rests, before the token itself is lost for good."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from khue.ledger.api import Author, Change, Operation, append_changes
from khue.signing.models import Credential
from khue.signing.queries.credentials import CredentialCard
from khue.signing.services.backends.troubles import KeyLocked, WrongSecret
from kit.dates import print_moment
from kit.fences import EVERYTHING, scoped

MOST_WRONG = 3
REST = timedelta(minutes=15)
_here: dict[str, tuple[int, datetime]] = {}


@contextmanager
def counted(credential: CredentialCard) -> Iterator[None]:
    """Refuse while the key rests; count a wrong secret, forget the count after a right one.

    A key that is just being registered has no row yet; `counted_here` watches over it.
    """
    _check_rest(credential.id)
    try:
        yield
    except WrongSecret as trouble:
        raise _after_wrong(credential, trouble) from None


@contextmanager
def counted_here(fingerprint: str) -> Iterator[None]:
    """The same for a key that is not registered yet, within this process."""
    now = timezone.now()
    wrong, until = _here.get(fingerprint, (0, now))
    if until > now:
        raise KeyLocked(rest_sentence(until))
    try:
        yield
    except WrongSecret:
        rests = wrong + 1 >= MOST_WRONG
        _here[fingerprint] = (0, now + REST) if rests else (wrong + 1, now)
        raise
    _here.pop(fingerprint, None)


def forget_wrong(credential: CredentialCard) -> None:
    """A right secret begins a new count."""
    if credential.id:
        with scoped(EVERYTHING):
            Credential.objects.filter(pk=credential.id, wrong_secrets__gt=0).update(
                wrong_secrets=0, locked_until=None
            )


def _check_rest(credential_id: int) -> None:
    if not credential_id:
        return
    now = timezone.now()
    with scoped(EVERYTHING):
        resting = Credential.objects.filter(pk=credential_id, locked_until__gt=now)
        until = resting.values_list("locked_until", flat=True).first()
    if until:
        raise KeyLocked(rest_sentence(until))


def rest_sentence(until: datetime) -> str:
    return (
        f"Mã PIN đã nhập sai {MOST_WRONG} lần liền nên chứng thư này tạm bị chặn đến "
        f"{print_moment(until)}. Hãy hỏi lại mã PIN rồi thử sau giờ đó."
    )


def _after_wrong(credential: CredentialCard, trouble: WrongSecret) -> KeyLocked | WrongSecret:
    if not credential.id:
        return trouble
    now = timezone.now()
    with scoped(EVERYTHING), transaction.atomic():
        row = Credential.objects.select_for_update().get(pk=credential.id)
        row.wrong_secrets += 1
        if row.wrong_secrets < MOST_WRONG:
            row.save(update_fields=["wrong_secrets"])
            return WrongSecret(_fewest(MOST_WRONG - row.wrong_secrets, trouble.tries_left))
        row.wrong_secrets, row.locked_until = 0, now + REST
        row.save(update_fields=["wrong_secrets", "locked_until"])
        _tell(row, now)
    return KeyLocked(rest_sentence(now + REST))


def _fewest(ours: int, of_the_token: int | None) -> int:
    return ours if of_the_token is None else min(ours, of_the_token)


def _tell(row: Credential, now: datetime) -> None:
    """The platform writes it down: who typed is not known to be the owner."""
    change = Change(
        subject=f"credential:{row.pk}",
        action="lock",
        label=f"Chứng thư số của {row.subject_name}",
        reason=f"Nhập sai mã PIN {MOST_WRONG} lần liền",
        school_id=row.school_id,
        province_id=row.province_id,
    )
    append_changes(Operation(Author(None, "Khuê"), now), [change])
