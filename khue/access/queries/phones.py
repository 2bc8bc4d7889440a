"""Who stands behind a phone: told by the context that keeps families, at start-up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from khue.access.models import Account


@dataclass(frozen=True, slots=True)
class PhonePerson:
    """An adult whom a school registered with this phone; `note` says whose family it is.

    `key` is that context's own; there may be no account yet.
    """

    key: int
    name: str
    note: str
    account_id: int | None


PhoneFinder = Callable[[str, date], Sequence[PhonePerson]]
AccountOpener = Callable[[int, datetime], int]
_finders: list[tuple[PhoneFinder, AccountOpener]] = []


def register_phone_finder(finder: PhoneFinder, opener: AccountOpener) -> None:
    """Records find the adults of a phone here, and open the account of one who has none."""
    _finders[:] = [(finder, opener)]


def people_of_phone(phone: str, day: date) -> list[PhonePerson]:
    """The adults who may enter by this phone; a closed account stays closed."""
    found = list(_finders[0][0](phone, day)) if _finders else []
    held = [one.account_id for one in found if one.account_id]
    closed = Account.objects.filter(pk__in=held, closed_at__isnull=False)
    shut = set(closed.values_list("pk", flat=True))
    return [one for one in found if one.account_id not in shut]


def open_account_of(person: PhonePerson, now: datetime) -> int:
    """The account of a person of a phone, made now when there was none."""
    return person.account_id or _finders[0][1](person.key, now)
