"""A story waits: for what a click began, for what it reads, and long enough on a busy machine."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from tests.architecture.house import place, python_files, tree_of

CLICKS = {"click", "dblclick", "press", "submit"}
GOES_ELSEWHERE = {"goto", "reload", "go_back", "go_forward"}
JOURNEYS = "tests/journeys"
READS_ONCE = {"count", "is_checked", "is_enabled", "is_hidden", "is_visible", "get_attribute"}


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


def reads_once(asserted: ast.expr) -> bool:
    """Whether an assertion looks at the page at one moment only, which may be too early."""
    parts = [node for node in ast.walk(asserted) if isinstance(node, ast.Attribute)]
    return any(part.attr in READS_ONCE or ast.unparse(part).endswith("page.url") for part in parts)


def test_what_a_story_asserts_of_a_page_is_waited_for() -> None:
    found = [
        where for where, node in nodes() if isinstance(node, ast.Assert) and reads_once(node.test)
    ]
    assert found == [], "say expect(...), which looks again until it is so"


def test_no_story_is_less_patient_than_the_others() -> None:
    """Windows are opened where tests/site.py makes them patient; nobody sets a time of his own."""
    found = [
        where
        for where, node in nodes()
        if (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("set_default_timeout"))
        or (isinstance(node, ast.Call) and ast.unparse(node.func).endswith("browser.new_page"))
        or (isinstance(node, ast.Call) and of_a_window(node) and has_a_time(node))
    ]
    assert found == [], "PATIENCE_MS of tests/site.py holds for every wait of every window"


def of_a_window(call: ast.Call) -> bool:
    name = called(ast.Expr(call))
    return name.startswith(("to_", "not_to_", "wait_for", "expect_")) or name in CLICKS


def has_a_time(call: ast.Call) -> bool:
    return any(one.arg == "timeout" for one in call.keywords)
