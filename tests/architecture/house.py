"""Where things lie in the house; shared by the tests that keep it tidy."""

import ast
import configparser
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from machinery.surroundings import ROOT

OURS = ("config", "demo", "kit", "khue", "machinery", "synthetic", "tests", "benchmarks")


def storeys() -> list[str]:
    """Return the contexts from top to bottom, as .importlinter orders them."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    lines = contracts["importlinter:contract:storeys"]["layers"].split("\n")
    return [name.strip() for line in lines for name in line.split("|") if name.strip()]


def python_files(*folders: str) -> list[Path]:
    """Return our Python files below these folders of the checkout."""
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "node_modules" not in path.parts)


def product_files() -> list[Path]:
    """Return the files of the contexts, without migrations and tests."""
    aside = {"migrations", "tests"}
    return [path for path in python_files("khue") if not aside & set(path.parts)]


def room_files(room: str) -> list[Path]:
    """Return the files of one room in every context, be it a file or a folder."""
    files = product_files()
    return [path for path in files if path.relative_to(ROOT).with_suffix("").parts[2:3] == (room,)]


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(), str(path))


def imported_modules(path: Path) -> Iterator[tuple[str, int]]:
    """Yield every module a file imports, wherever in the file, with the line."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the last name of everything a file calls, with the line."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
            yield name, node.lineno


def place(path: Path, line: int = 0) -> str:
    """Say where something was found, as an editor understands it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
