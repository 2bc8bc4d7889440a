"""The index from article of law to rule, made from the docstrings of the rules.

`python -m kit.law_index` writes docs/reference/law-index.md; with --check it only compares.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from kit.vietnamese import alphabet_key

HOUSE = Path(__file__).resolve().parents[1]
INDEX = "docs/reference/law-index.md"
_LAW = re.compile(r"^\s*Law:\s*(.+?)\.?\s*$", re.MULTILINE)
_TERM_ENDS = re.compile(r"[:;,.]")
_NUMBER = re.compile(r"\d+")
_INTRODUCTION = """\
# Index from law to rule

Generated from the docstrings of the rules by `python -m kit.law_index`; never edited by hand.
A rule names its articles in lines that begin with `Law:`.
"""
_OUT_OF_DATE = f"{INDEX} is out of date; type: .venv/bin/python -m kit.law_index\n"


@dataclass(frozen=True, slots=True)
class Citation:
    """One rule that applies one article."""

    regulation: str
    article: str
    term: str
    function: str
    path: str
    line: int


def official_term(docstring: str) -> str:
    """The Vietnamese term that opens a docstring: what stands before the first stop."""
    first_line = docstring.strip().partition("\n")[0]
    return _TERM_ENDS.split(first_line, maxsplit=1)[0].strip()


def laws_in(docstring: str) -> Iterator[tuple[str, str]]:
    """Every regulation and article that a docstring names."""
    for line in _LAW.findall(docstring):
        for law in line.split(";"):
            regulation, _, article = law.strip().partition(", ")
            yield regulation, article


def citations_in(source: str, path: str) -> Iterator[Citation]:
    """The citations of one file, in the order of its text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            yield from _citations_at(node, path)


def _citations_at(
    node: ast.FunctionDef | ast.ClassDef | ast.Module, path: str
) -> Iterator[Citation]:
    docstring = ast.get_docstring(node) or ""
    name, line = (Path(path).stem, 1) if isinstance(node, ast.Module) else (node.name, node.lineno)
    for regulation, article in laws_in(docstring):
        yield Citation(regulation, article, official_term(docstring), name, path, line)


def citations_of(house: Path) -> list[Citation]:
    """The citations of every rules room."""
    files = sorted([*house.glob("khue/*/rules.py"), *house.glob("khue/*/rules/**/*.py")])
    return [
        citation
        for path in files
        for citation in citations_in(
            path.read_text(encoding="utf-8"), path.relative_to(house).as_posix()
        )
    ]


def _natural(text: str) -> tuple[str, ...]:
    """An order in which Điều 9 stands before Điều 10."""
    return tuple(_NUMBER.sub(lambda found: found[0].zfill(6), text).split())


def _order(citation: Citation) -> tuple[str, tuple[str, ...], str, int]:
    regulation = alphabet_key(citation.regulation)
    return regulation, _natural(citation.article), citation.path, citation.line


def _line(citation: Citation) -> str:
    link = f"[`{citation.function}`](../../{citation.path})"
    return f"| {citation.article or '–'} | {citation.term} | {link} |"


def print_index(citations: Iterable[Citation]) -> str:
    """The index as Markdown: a table for each regulation, in the order of its articles."""
    pages = [_INTRODUCTION]
    ordered = sorted(citations, key=_order)
    for regulation, cited in groupby(ordered, key=lambda citation: citation.regulation):
        rows = "\n".join(map(_line, cited))
        pages.append(f"## {regulation}\n\n| Article | Term | Rule |\n| --- | --- | --- |\n{rows}\n")
    return "\n".join(pages)


def main(arguments: list[str], house: Path = HOUSE) -> int:
    """Write the index, or with --check answer 1 when the file is not what it should be."""
    index, wanted = house / INDEX, print_index(citations_of(house))
    if "--check" not in arguments:
        index.parent.mkdir(parents=True, exist_ok=True)
        index.write_text(wanted, encoding="utf-8")
        return 0
    if index.exists() and index.read_text(encoding="utf-8") == wanted:
        return 0
    sys.stderr.write(_OUT_OF_DATE)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
