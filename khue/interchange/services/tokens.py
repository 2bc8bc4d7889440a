"""Cấp mã truy cập: who asks, what is held, the token that is kept.

The secret and the token are known by their digests; neither is ever written to a log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from django.db import transaction

from khue.access.api import digest_of
from khue.interchange.models import AccessToken, Client, ClientGrant
from khue.interchange.rules.limits import TOKEN_LASTS, TOKENS_A_MINUTE
from khue.interchange.rules.scopes import granted_names, understood
from khue.interchange.services.admitting import count_token_request, grants_for_token
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped


class TooManyTokens(Exception):
    """The program asks for tokens instead of using the one it has."""


@dataclass(frozen=True)
class KnownClient:
    """A registered program whose days are not over, with what it holds where."""

    row: Client
    grants: tuple[ClientGrant, ...]

    @property
    def held(self) -> frozenset[str]:
        return frozenset(one.scope for one in self.grants)

    def opens_with(self, secret: str) -> bool:
        return compare_digest(digest_of(secret), self.row.secret_digest)

    def allowed(self, asked: str) -> str:
        """What a token is given of what is asked; nothing when nothing of it is held."""
        return granted_names(asked, self.held)


@contextmanager
def token_work() -> Iterator[None]:
    """One transaction; no scope is known before the program is, so the fence is open in it."""
    with scoped(EVERYTHING), transaction.atomic():
        yield


def find_client(client_id: str, *, now: datetime) -> KnownClient | None:
    """The living program of an id; the request counts. Raises TooManyTokens."""
    row = _living_client(client_id, now)
    if row is None:
        return None
    if count_token_request(row.pk, now=now) > TOKENS_A_MINUTE:
        raise TooManyTokens
    return KnownClient(row, tuple(ClientGrant.objects.filter(client=row).order_by("id")))


def _living_client(client_id: str, now: datetime) -> Client | None:
    try:
        number = UUID(client_id)
    except ValueError:
        return None
    found = Client.objects.filter(pk=number, revoked_at__isnull=True)
    return found.filter(expires_on__gte=vietnam_day(now)).first()


def keep_token(*, known: KnownClient, now: datetime, token: str, scope: str) -> None:
    """Keep a new token by its digest, with what it opens; what has ended goes."""
    AccessToken.objects.filter(client=known.row, expires_at__lt=now).delete()
    scopes = (understood(scope) or frozenset()) & known.held
    AccessToken.objects.create(
        digest=digest_of(token),
        client=known.row,
        client_name=known.row.name,
        grants=grants_for_token(known.grants, scopes),
        calls_a_minute=known.row.calls_a_minute,
        issued_at=now,
        expires_at=now + TOKEN_LASTS,
    )
