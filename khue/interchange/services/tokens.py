"""Cấp mã truy cập: OAuth 2, client credentials only (RFC 6749 §4.4), through Authlib.

The secret and the token are known by their digests; neither is ever written to a log.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from khue.access.api import digest_of, new_token
from khue.interchange.models import AccessToken, Client, ClientGrant
from khue.interchange.rules.limits import TOKEN_LASTS, TOKENS_A_MINUTE
from khue.interchange.rules.scopes import ONEROSTER_SCOPES, SCOPES, granted_names, understood
from khue.interchange.services.admitting import count_token_request, grants_for_token
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped


class TooManyTokens(Exception):
    """The program asks for tokens instead of using the one it has."""


class KnownClient(ClientMixin):  # type: ignore[misc]
    """A registered program, as Authlib asks about it."""

    def __init__(self, row: Client, grants: list[ClientGrant]) -> None:
        self.row, self.grants = row, grants
        self.held = frozenset(one.scope for one in grants)

    def get_client_id(self) -> str:
        return str(self.row.pk)

    def check_client_secret(self, client_secret: str) -> bool:
        is_right: bool = compare_digest(digest_of(client_secret), self.row.secret_digest)
        return is_right

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint == "token" and method in {"client_secret_basic", "client_secret_post"}

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == ClientCredentialsGrant.GRANT_TYPE

    def get_allowed_scope(self, scope: str) -> str:
        return granted_names(scope or "", self.held)


class QuietGrant(ClientCredentialsGrant):  # type: ignore[misc]
    """Client credentials, whose token is never told to a log; nothing allowed is no token."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        asked = self.request.payload.scope or ""
        if not self.client.get_allowed_scope(asked):
            raise InvalidScopeError
        token = self.generate_token(scope=asked, include_refresh_token=False)
        self.save_token(token)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class Server(AuthorizationServer):  # type: ignore[misc]
    """Finds programs and keeps their tokens in our tables."""

    def __init__(self) -> None:
        super().__init__(Client, AccessToken)
        self.scopes_supported = [*SCOPES, *ONEROSTER_SCOPES]
        made = BearerTokenGenerator(lambda **_: new_token(), expires_generator=_seconds)
        self.register_token_generator("default", made)
        self.register_grant(QuietGrant)

    def query_client(self, client_id: str) -> KnownClient | None:
        row = _living_client(client_id, timezone.now())
        if row is None:
            return None
        if count_token_request(row.pk, now=timezone.now()) > TOKENS_A_MINUTE:
            raise TooManyTokens
        return KnownClient(row, list(ClientGrant.objects.filter(client=row).order_by("id")))

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        known: KnownClient = request.client
        scopes = understood(token["scope"]) or frozenset()
        now = timezone.now()
        AccessToken.objects.filter(client=known.row, expires_at__lt=now).delete()
        AccessToken.objects.create(
            digest=digest_of(token["access_token"]),
            client=known.row,
            client_name=known.row.name,
            grants=grants_for_token(known.grants, scopes & known.held),
            calls_a_minute=known.row.calls_a_minute,
            issued_at=now,
            expires_at=now + TOKEN_LASTS,
        )


def _seconds(client: Any, grant_type: str) -> int:
    return int(TOKEN_LASTS / timedelta(seconds=1))


def _living_client(client_id: str, now: datetime) -> Client | None:
    try:
        number = UUID(client_id)
    except ValueError:
        return None
    found = Client.objects.filter(pk=number, revoked_at__isnull=True)
    return found.filter(expires_on__gte=vietnam_day(now)).first()


def issue_token(request: HttpRequest) -> HttpResponse:
    """Answer a request for a token as RFC 6749 says. Raises TooManyTokens.

    No scope is known before the program is, so the fence is open while it is looked for.
    """
    with scoped(EVERYTHING), transaction.atomic():
        response: HttpResponse = Server().create_token_response(request)
        return response
