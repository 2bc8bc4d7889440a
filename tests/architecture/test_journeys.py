"""A story waits for what a click began before it goes elsewhere: the click may be lost."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from tests.architecture.house import place, python_files, tree_of

CLICKS = {"click", "dblclick", "press", "submit"}
GOES_ELSEWHERE = {"goto", "reload", "go_back", "go_forward"}
JOURNEYS = "tests/journeys"


def called(step: ast.stmt) -> str:
    """The last name of what a plain call calls: `page.goto("/")` calls goto."""
    if not isinstance(step, ast.Expr) or not isinstance(step.value, ast.Call):
        return ""
    return ast.unparse(step.value.func).rpartition(".")[2]


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in python_files(JOURNEYS):
        for node in ast.walk(tree_of(path)):
            yield place(path, getattr(node, "lineno", 0)), node


def begins_something() -> set[str]:
    """A click, and every name under which each function ends with one that nobody waits for."""
    functions = [node for _, node in nodes() if isinstance(node, ast.FunctionDef)]
    begins = set(CLICKS)
    while True:
        waits = {one.name for one in functions if called(one.body[-1]) not in begins}
        if begins >= (more := {one.name for one in functions} - waits):
            return begins
        begins |= more


def test_no_story_goes_elsewhere_while_a_click_is_still_under_way() -> None:
    begins = begins_something()
    found = [
        where
        for where, node in nodes()
        for block in (getattr(node, "body", None), getattr(node, "orelse", None))
        for first, then in pairwise(block if isinstance(block, list) else [])
        if called(first) in begins and called(then) in GOES_ELSEWHERE
    ]
    assert found == [], "wait for the answer: expect(...) or `with page.expect_navigation():`"
