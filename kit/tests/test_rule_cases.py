"""Cases are read exactly, and a section belongs to one context."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kit.case_files import read_sections
from kit.rule_cases import (
    Amount,
    BadCase,
    Case,
    SectionTwice,
    Tenths,
    check_cases,
    decimal_of,
    find_section,
    register_section,
    shown,
)


def _double(case: Case) -> Mapping[str, Any]:
    return {"out": 2 * case.whole("in")}


def _triple(case: Case) -> Mapping[str, Any]:
    return {"out": 3 * case.whole("in")}


def test_numbers_stay_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text("one:\n  - [6.55, 0.1, 7, 007, 1_000, 1e3, 2026-09-05, 8.50]\n")
    (section,) = read_sections(file)
    assert section.content == [
        [Decimal("6.55"), Decimal("0.1"), 7, "007", "1_000", "1e3", "2026-09-05", Decimal("8.50")]
    ]


@pytest.mark.parametrize(
    ("value", "number"),
    [("8,5", "8.5"), ("8.50", "8.5"), (8, "8"), (Decimal("8.5"), "8.5"), (" 7 ", "7")],
)
def test_a_decimal_is_read_in_both_spellings(value: object, number: str) -> None:
    assert decimal_of(value) == Decimal(number)


@pytest.mark.parametrize("value", ["tám", "", None, True, [], "NaN", "inf"])
def test_anything_else_is_no_decimal(value: object) -> None:
    assert decimal_of(value) is None


def test_marks_compare_as_decimals() -> None:
    assert Tenths(80).agrees("8")
    assert Tenths(80).agrees("8.0")
    assert not Tenths(80).agrees("8.04")
    assert Tenths(None).agrees(None)
    assert not Tenths(None).agrees("0")
    assert not Tenths(0).agrees(None)
    assert str(Tenths(5)) == "0.5"
    assert str(Amount(Decimal("420.0"))) == "420"
    assert str(Amount(Decimal("8.50"))) == "8.5"


def test_a_section_belongs_to_one_context() -> None:
    register_section("only_a_test", {"in"}, _double)
    register_section("only_a_test", {"in"}, _double)
    with pytest.raises(SectionTwice):
        register_section("only_a_test", {"in"}, _triple)


def test_a_case_is_named_by_its_id_or_its_place() -> None:
    register_section("only_a_test", {"in"}, _double)
    section = find_section("only_a_test")
    assert section is not None
    first, second = check_cases(section, [{"in": 1, "out": 2}, {"id": "B", "in": "2", "out": 5}])
    assert (first.case_id, first.holds) == ("#1", True)
    assert (second.case_id, second.differences) == ("B", ("out cần 5, tính được 4",))


def test_names_and_flags_of_a_case() -> None:
    case = Case({"yes": True, "word": "x", "list": [1], "names": {1: "a"}})
    assert case.flag("yes")
    assert not case.flag("absent")
    assert case.mapping("names") == {"1": "a"}
    assert case.mapping("absent") == {}
    with pytest.raises(BadCase, match="true hoặc false"):
        case.flag("word")
    with pytest.raises(BadCase, match="phải là văn bản"):
        case.text("list")


def test_values_print_as_files_write_them() -> None:
    assert shown(frozenset({"b", "a"})) == "[a, b]"
    assert shown(value=True) == "true"
    assert shown(None) == "NONE"
    assert shown(["a"]) == "[a]"
