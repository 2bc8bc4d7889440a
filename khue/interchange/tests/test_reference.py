"""The tables of the reference are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from khue.interchange.queries.oneroster_resources import ALWAYS, BELOW, RESOURCES
from khue.interchange.rules.problems import PROBLEMS
from khue.interchange.rules.scopes import ONEROSTER, ONEROSTER_SCOPES, SCOPES
from khue.interchange.tests.standard import OPERATIONS
from khue.interchange.views.api import document
from machinery.surroundings import ROOT

REFERENCE = ROOT / "docs" / "reference"


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def scope_table() -> str:
    head = (
        row("scope", "opens", "kinds in the feed", "reads noted one by one") + "|---|---|---|---|\n"
    )
    return head + "".join(
        row(
            f"`{one.name}`", one.fields, ", ".join(one.kinds) or "–", "yes" if one.sensitive else ""
        )
        for one in SCOPES.values()
    )


def endpoint_table() -> str:
    head = row("address", "scopes (one is enough)", "parameters") + "|---|---|---|\n"
    return head + "".join(
        row(
            f"`GET {path}`",
            ", ".join(f"`{name}`" for need in item["get"]["security"] for name in need["oauth2"]),
            ", ".join(f"`{one['name']}`" for one in item["get"]["parameters"]) or "–",
        )
        for path, item in document()["paths"].items()
    )


def problem_table() -> str:
    head = row("type ends in", "status", "title") + "|---|---|---|\n"
    return head + "".join(
        row(f"`#{one.key}`", str(one.status), one.title) for one in PROBLEMS.values()
    )


def oneroster_table() -> str:
    head = (
        row("address", "scopes (one is enough)", "fields in `filter` beyond `sort`", "`sort`")
        + "|---|---|---|---|\n"
    )
    return head + "".join(
        row(
            f"`{one.base}/{one.plural}`, `…/{{sourcedId}}`",
            ", ".join(f"`{name}`" for name in one.scopes),
            ", ".join(f"`{name}`" for name in one.narrows if name not in {*ALWAYS, *one.sorts}),
            ", ".join(f"`{name}`" for name in one.sorts),
        )
        for one in RESOURCES.values()
    )


def conformance_table() -> str:
    head = row("operation of the standard", "address", "offered") + "|---|---|---|\n"
    return head + "".join(row(one.name, f"`{one.address}`", one.told) for one in OPERATIONS)


def oneroster_scope_table() -> str:
    head = row("scope of OneRoster", "understood as") + "|---|---|\n"
    return head + "".join(
        row(f"`{name.removeprefix(ONEROSTER)}`", ", ".join(f"`{one}`" for one in ours))
        for name, ours in ONEROSTER_SCOPES.items()
    )


def told(name: str) -> str:
    return Path(REFERENCE / name).read_text()


def test_the_reference_of_the_open_api_is_of_today() -> None:
    for table in (scope_table(), endpoint_table(), problem_table()):
        assert table in told("open-api.md")


def test_the_reference_of_oneroster_is_of_today() -> None:
    for table in (oneroster_table(), conformance_table(), oneroster_scope_table()):
        assert table in told("oneroster.md")


def test_every_reading_operation_of_the_standard_is_offered_or_said_not_to_be() -> None:
    lists = {f"{one.base}/{one.plural}" for one in RESOURCES.values()}
    ours = {*lists, *(f"{one}/{{id}}" for one in lists)}
    ours |= {re.sub(r"{[^}]+}", "{id}", one.address) for one in BELOW}
    for one in OPERATIONS:
        assert (one.address in ours) == one.is_offered, one.name
    beyond = ours - {one.address for one in OPERATIONS}
    assert beyond == {
        "/ims/oneroster/gradebook/v1p2/students/{id}/results",
        "/ims/oneroster/gradebook/v1p2/lineItems/{id}/results",
    }
