"""The tables of the reference are those of the code."""

from __future__ import annotations

from pathlib import Path

from khue.interchange.rules.problems import PROBLEMS
from khue.interchange.rules.scopes import ONEROSTER, ONEROSTER_SCOPES, SCOPES
from khue.interchange.views.api import document
from khue.interchange.views.oneroster import BELOW, RESOURCES
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
    head = row("address", "scopes (one is enough)", "fields in `filter`") + "|---|---|---|\n"
    return head + "".join(
        row(
            f"`{one.base}/{one.plural}`, `…/{{sourcedId}}`",
            ", ".join(f"`{name}`" for name in one.scopes),
            ", ".join(f"`{name}`" for name in sorted(one.narrows)),
        )
        for one in RESOURCES.values()
    )


def below_list() -> str:
    return "".join(f"- `{base}/{above}/{{sourcedId}}/{one}`\n" for base, above, one, _ in BELOW)


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
    for table in (oneroster_table(), below_list(), oneroster_scope_table()):
        assert table in told("oneroster.md")
