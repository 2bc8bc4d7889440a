"""The door of programs: tokens, scopes at places, pace; a secret is shown once and kept nowhere."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from khue.interchange.rules.limits import TOKENS_A_MINUTE
from khue.interchange.rules.scopes import ONEROSTER, SCHOOLS, STAFF, STUDENTS
from khue.interchange.services.clients import change_facts, renew_secret, revoke_client
from khue.interchange.tests.programs import ask_token, facts, program, register
from kit.fences import EVERYTHING, NOTHING, scoped, set_scope
from tests.cast import Cast, table

BOTH = frozenset({SCHOOLS, STUDENTS})


def error_of(answer: object) -> str:
    found: str = answer.json()["error"]  # type: ignore[attr-defined]
    return found


def test_a_program_gets_a_token_and_reads(cast: Cast) -> None:
    answer = ask_token(register(cast, scopes=BOTH))
    told = answer.json()
    assert told["token_type"] == "Bearer"
    assert told["expires_in"] == 900
    assert told["scope"] == "schools.read students.read"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_secret_may_come_in_the_header(cast: Cast) -> None:
    made = register(cast)
    plain = f"{made.client_id}:{made.secret}".encode()
    headers = {"Authorization": "Basic " + base64.b64encode(plain).decode()}
    body = {"grant_type": "client_credentials"}
    answer = Browser().post("/oauth2/token", body, headers=headers, secure=True)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"client_id": "00000000-0000-4000-8000-000000000000"}, 400, "invalid_client"),
        ({"client_id": "ai-do"}, 400, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"scope": "moi.thu"}, 400, "invalid_scope"),
        ({"scope": STAFF}, 400, "invalid_scope"),
    ],
)
def test_whatever_is_wrong_is_told_as_oauth_tells_it(
    cast: Cast, changed: dict[str, str], status: int, error: str
) -> None:
    answer = ask_token(register(cast, scopes=BOTH), **changed)
    assert error_of(answer) == error
    assert answer.status_code in {status, 400, 401}


def test_parameters_never_stand_in_the_address_nor_go_in_the_clear(cast: Cast) -> None:
    made = register(cast)
    body = {"grant_type": "client_credentials", "client_secret": made.secret}
    asked = Browser().post(f"/oauth2/token?client_id={made.client_id}", body, secure=True)
    assert (asked.status_code, error_of(asked)) == (400, "invalid_request")
    body["client_id"] = str(made.client_id)
    assert error_of(Browser().post("/oauth2/token", body)) == "insecure_transport"


def test_a_token_of_fewer_scopes_opens_fewer(cast: Cast) -> None:
    reader = program(register(cast, scopes=BOTH), SCHOOLS)
    assert reader.get("/api/v1/schools").status_code == 200
    refused = reader.get("/api/v1/students")
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert 'scope="students.read"' in refused.headers["WWW-Authenticate"]
    assert refused.json()["type"].endswith("/api/#scope-missing")


def test_the_scopes_of_oneroster_are_understood(cast: Cast) -> None:
    asked = f"{ONEROSTER}roster-core.readonly"
    told = ask_token(register(cast), asked).json()
    assert told["scope"] == asked
    assert error_of(ask_token(register(cast, scopes=BOTH, name="Khác"), asked)) == "invalid_scope"


def test_without_a_token_or_with_a_strange_one_nothing_opens(cast: Cast) -> None:
    register(cast)
    bare = Browser().get("/api/v1/schools", secure=True)
    assert (bare.status_code, bare.json()["title"]) == (401, "Thiếu mã truy cập")
    wrong = Browser().get("/api/v1/schools", headers={"Authorization": "Bearer x"}, secure=True)
    assert wrong.status_code == 401
    assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    in_address = Browser().get("/api/v1/schools?access_token=x", secure=True)
    assert in_address.status_code == 401


def test_a_cookie_opens_nothing_here(cast: Cast) -> None:
    assert cast.client("mai").get("/api/v1/schools").status_code == 401


def test_a_token_ends_and_a_program_is_revoked_at_once(
    cast: Cast, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    made = register(cast)
    reader = program(made)
    assert reader.get("/api/v1/schools").status_code == 200
    with scoped(EVERYTHING):
        revoke_client(
            actor=cast.dung.actor, now=timezone.now(), client_id=made.client_id, reason="Hết dự án"
        )
    assert reader.get("/api/v1/schools").status_code == 401
    assert error_of(ask_token(made)) == "invalid_client"


def test_an_old_token_opens_nothing(cast: Cast) -> None:
    reader = program(register(cast))
    with connection.cursor() as cursor:
        cursor.execute("update interchange_accesstoken set expires_at = now() - interval '1 s'")
    assert reader.get("/api/v1/schools").status_code == 401


def test_a_new_secret_ends_the_old_one(cast: Cast) -> None:
    made = register(cast)
    reader = program(made)
    with scoped(EVERYTHING):
        new = renew_secret(actor=cast.dung.actor, now=timezone.now(), client_id=made.client_id)
    assert reader.get("/api/v1/schools").status_code == 401
    assert error_of(ask_token(made)) == "invalid_client"
    assert ask_token(new).status_code == 200


def test_a_program_whose_days_are_over_gets_no_token(cast: Cast) -> None:
    made = register(cast)
    with scoped(EVERYTHING):
        table("interchange.Client").objects.update(expires_on="2020-01-01")
    assert error_of(ask_token(made)) == "invalid_client"


def test_whoever_calls_too_fast_is_told_when_to_come_again(cast: Cast) -> None:
    reader = program(register(cast, calls_a_minute=10))
    answers = [reader.get("/api/v1/subjects") for _ in range(22)]
    late = [one for one in answers if one.status_code == 429]
    assert late
    assert 1 <= int(late[0].headers["Retry-After"]) <= 60
    assert late[0].json()["title"] == "Gọi quá nhanh"


def test_tokens_are_used_not_collected(cast: Cast) -> None:
    made = register(cast)
    answers = {ask_token(made).status_code for _ in range(2 * TOKENS_A_MINUTE + 2)}
    assert answers == {200, 429}


def test_neither_secret_nor_token_stands_in_a_table_or_a_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = register(cast)
    reader = program(made)
    reader.get("/api/v1/schools")
    logged = "\n".join(
        one.getMessage() for one in caplog.records if one.name != "django.db.backends"
    )
    with scoped(EVERYTHING):
        kept = str(list(table("interchange.Client").objects.values()))
        kept += str(list(table("interchange.AccessToken").objects.values()))
        kept += str(list(table("ledger.Entry").objects.values()))
    for secret in (made.secret, reader.token):
        assert secret not in logged
        assert secret not in kept


def test_a_change_of_what_was_registered_ends_its_tokens(cast: Cast) -> None:
    made = register(cast)
    reader = program(made)
    with scoped(EVERYTHING):
        given = facts(name="Tên mới", expires_on=timezone.localdate())
        change_facts(
            actor=cast.dung.actor, now=timezone.now(), client_id=made.client_id, facts=given
        )
    assert reader.get("/api/v1/schools").status_code == 401


def test_the_fence_is_closed_again_after_a_program(cast: Cast) -> None:
    reader = program(register(cast))
    assert reader.get("/api/v1/students").status_code == 200
    set_scope(NOTHING)
    assert not table("records.Student").objects.exists()
