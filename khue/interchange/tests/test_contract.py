"""The document and the answers agree, whatever a program sends: proven with schemathesis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from khue.interchange.tests.programs import program, register
from khue.interchange.views.api import document
from kit.fences import NOTHING, set_scope
from tests.cast import Cast

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
BOUNDED = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@contextmanager
def one_connection() -> Iterator[None]:
    """The requests of a test share its transaction, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def schema() -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_stumble_and_no_word_beside_the_document(cast: Cast, mode: GenerationMode) -> None:
    reader = program(register(cast, calls_a_minute=6000))
    headers = {"Authorization": f"Bearer {reader.token}", "Host": "localhost"}
    headers["Accept-Encoding"] = "identity"
    with one_connection():
        for found in schema().get_all_operations():
            operation = found.ok()
            takes_nothing = not document()["paths"][operation.path]["get"]["parameters"]
            if mode is GenerationMode.POSITIVE or not takes_nothing:
                ask_everything(operation, mode, headers)


def ask_everything(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        set_scope(NOTHING)
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    ask()


def test_the_document_is_openapi_3_1_and_names_a_scope_for_every_list() -> None:
    made = document()
    assert made["openapi"].startswith("3.1")
    scopes = made["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    for path, item in made["paths"].items():
        asked = [one for need in item["get"]["security"] for one in need["oauth2"]]
        assert asked, path
        assert set(asked) <= set(scopes), path
