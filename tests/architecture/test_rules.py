"""A rule is a pure function: same values in, same values out, today and in thirty years."""

from tests.architecture.house import calls, imported_modules, place, room_files

CLOCK = {"now", "today", "utcnow", "localdate", "localtime", "monotonic", "perf_counter", "time"}
IMPURE_MODULES = ("time", "random", "os", "socket", "subprocess", "urllib", "http")


def test_a_rule_never_reads_the_clock() -> None:
    found = [
        place(path, line)
        for path in room_files("rules")
        for name, line in calls(path)
        if name in CLOCK
    ]
    assert found == []


def test_a_rule_never_calls_round() -> None:
    found = [
        place(path, line)
        for path in room_files("rules")
        for name, line in calls(path)
        if name in {"round", "float"}
    ]
    assert found == [], "round() rounds half to even; marks are integers in tenths"


def test_a_rule_depends_on_nothing_but_its_arguments() -> None:
    found = [
        f"{place(path, line)} imports {module}"
        for path in room_files("rules")
        for module, line in imported_modules(path)
        if module.split(".")[0] in IMPURE_MODULES
    ]
    assert found == []
