"""OAuth 2, client credentials only (RFC 6749 §4.4), spoken by Authlib over our services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from authlib.integrations.django_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from khue.access.api import new_token
from khue.interchange.rules.limits import TOKEN_LASTS
from khue.interchange.rules.scopes import ONEROSTER_SCOPES, SCOPES
from khue.interchange.services.tokens import KnownClient, find_client, keep_token, token_work

METHODS = ["client_secret_basic", "client_secret_post"]


class OAuthClient(ClientMixin):  # type: ignore[misc]
    """A registered program, as Authlib asks about it."""

    def __init__(self, known: KnownClient) -> None:
        self.known = known

    def get_client_id(self) -> str:
        return str(self.known.row.pk)

    def check_client_secret(self, client_secret: str) -> bool:
        return self.known.opens_with(client_secret)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return endpoint == "token" and method in METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str) -> str:
        return self.known.allowed(scope or "")


class QuietGrant(ClientCredentialsGrant):  # type: ignore[misc]
    """Client credentials, whose token is never told to a log; nothing allowed is no token."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        asked = self.request.payload.scope or ""
        if not self.client.get_allowed_scope(asked):
            raise InvalidScopeError
        token = self.generate_token(scope=asked, include_refresh_token=False)
        self.save_token(token)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class Server(AuthorizationServer):  # type: ignore[misc]
    """Finds programs and keeps their tokens through our services."""

    def __init__(self) -> None:
        super().__init__(None, None)
        self.scopes_supported = [*SCOPES, *ONEROSTER_SCOPES]
        made = BearerTokenGenerator(lambda **_: new_token(), expires_generator=_seconds)
        self.register_token_generator("default", made)
        self.register_grant(QuietGrant)

    def query_client(self, client_id: str) -> OAuthClient | None:
        known = find_client(client_id, now=timezone.now())
        return None if known is None else OAuthClient(known)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        given = {"token": token["access_token"], "scope": token["scope"]}
        keep_token(known=request.client.known, now=timezone.now(), **given)


def _seconds(client: Any, grant_type: str) -> int:
    return int(TOKEN_LASTS / timedelta(seconds=1))


def issue_token(request: HttpRequest) -> HttpResponse:
    """Answer a request for a token as RFC 6749 says. Raises TooManyTokens."""
    with token_work():
        response: HttpResponse = Server().create_token_response(request)
        return response
