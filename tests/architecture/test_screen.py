"""Templates keep the strict content security policy, and import only what exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from machinery.surroundings import ROOT

SHELL = ROOT / "frontend" / "templates"
REFERENCE = ROOT / "docs" / "reference" / "screen.md"
PARSER = Environment(extensions=["jinja2.ext.do"])
INLINE = re.compile(
    r"<style\b|<script(?![^>]*\bsrc=)|\s(?:style|on[a-z]+|hx-on[:\w-]*)\s*=\s*[\"'{]"
)


def templates() -> list[Path]:
    """Every template of the product: the shell's and those of the contexts."""
    return sorted([*SHELL.rglob("*.html"), *(ROOT / "khue").glob("*/jinja2/**/*.html")])


@cache
def tree_of(path: Path) -> nodes.Template:
    return PARSER.parse(path.read_text("utf-8"))


def macros_of(path: Path) -> set[str]:
    """Names that a template offers: its macros, and what it sets at the top."""
    tree = tree_of(path)
    named = {macro.name for macro in tree.find_all(nodes.Macro)}
    targets = [node.target for node in tree.find_all(nodes.Assign)]
    return named | {target.name for target in targets if isinstance(target, nodes.Name)}


def file_of(name: str) -> Path:
    """The file behind the name that a template imports, extends or includes."""
    places = [SHELL / name, *(ROOT / "khue").glob(f"*/jinja2/{name}")]
    return next((place for place in places if place.exists()), SHELL / name)


def imports_of(path: Path) -> list[tuple[str, str]]:
    """Pairs (file, name) of what a template imports by name."""
    return [
        (node.template.value, name if isinstance(name, str) else name[0])
        for node in tree_of(path).find_all(nodes.FromImport)
        if isinstance(node.template, nodes.Const)
        for name in node.names
    ]


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", templates(), ids=named(templates()))
def test_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    without_comments = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.S)
    assert INLINE.findall(without_comments) == []


@pytest.mark.parametrize("path", templates(), ids=named(templates()))
def test_template_imports_only_what_exists(path: Path) -> None:
    wanted = imports_of(path)
    missing = [
        f"{file}: {name}"
        for file, name in wanted
        if not file_of(file).exists() or name not in macros_of(file_of(file))
    ]
    assert missing == []


def documented() -> list[tuple[str, str]]:
    """Pairs (file, macro) that the reference of the screen names."""
    rows = re.findall(r"^\| `(ui/\w+\.html)` \| (.+) \|$", REFERENCE.read_text("utf-8"), re.M)
    return [(file, name) for file, names in rows for name in re.findall(r"`(\w+)`", names)]


def test_reference_names_only_macros_that_exist() -> None:
    assert documented()
    assert [pair for pair in documented() if pair[1] not in macros_of(SHELL / pair[0])] == []


@pytest.mark.parametrize(
    "breach", ['<p style="color:red">', "<script>go()</script>", '<b onclick="x">']
)
def test_a_breach_of_the_policy_is_seen(breach: str) -> None:
    assert INLINE.search(breach)


def test_a_script_with_an_address_is_no_breach() -> None:
    assert INLINE.search('<script type="module" src="/static/a.js"></script>') is None
