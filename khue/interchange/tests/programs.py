"""A registered program and its calls, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from khue.interchange.rules.registering import ClientFacts
from khue.interchange.rules.scopes import SCOPES
from khue.interchange.services.clients import Registered, register_client
from kit.fences import EVERYTHING, NOTHING, scoped, set_scope
from tests.cast import Cast

EVERY_SCOPE = frozenset(SCOPES)
FACTS = ClientFacts(
    name="Thư viện số",
    purpose="Cấp thẻ thư viện cho học sinh",
    contact_name="Hứa Văn Quản",
    contact_email="quan@thu-vien.example",
    contact_phone="",
    expires_on=date(2026, 12, 31),
    calls_a_minute=600,
)


def facts(**changed: Any) -> ClientFacts:
    return ClientFacts(**{**vars(FACTS), **changed})


def register(
    cast: Cast, person: str = "dung", scopes: frozenset[str] = EVERY_SCOPE, **more: Any
) -> Registered:
    """A program of the department (dung) or of the school (mai)."""
    places = {"dung": cast.department.path, "mai": cast.school.organisation.path}
    at = more.pop("places", ())
    actor = cast.people[person].actor
    now = timezone.now()
    given = facts(expires_on=timezone.localdate() + timedelta(days=30), **more)
    with scoped(EVERYTHING):
        return register_client(
            actor=actor, now=now, place=places[person], facts=given, scopes=scopes, places=at
        )


@dataclass
class Program:
    """A program that has its token and calls with it."""

    browser: Browser
    token: str

    def get(self, address: str, **headers: str) -> Any:
        set_scope(NOTHING)
        given = {"Authorization": f"Bearer {self.token}", **headers}
        return self.browser.get(address, headers=given, secure=True)

    def items(self, address: str) -> list[dict[str, Any]]:
        answer = self.get(address)
        assert answer.status_code == 200, answer.content
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


def ask_token(made: Registered, scope: str = "", **more: str) -> Any:
    """The answer of the token address."""
    set_scope(NOTHING)
    given = {"grant_type": "client_credentials", "client_id": str(made.client_id)}
    given |= {"client_secret": made.secret, **({"scope": scope} if scope else {}), **more}
    return Browser().post("/oauth2/token", given, secure=True)


def program(made: Registered, scope: str = "") -> Program:
    answer = ask_token(made, scope)
    assert answer.status_code == 200, answer.content
    browser = Browser()
    browser.raise_request_exception = False
    return Program(browser, answer.json()["access_token"])
