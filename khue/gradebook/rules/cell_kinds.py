"""Các loại ô: how each kind of cell is read as typed, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from khue.gradebook.rules.child_stages import (
    parse_attained,
    parse_height,
    parse_weight,
    print_attained,
    print_measure,
)
from khue.gradebook.rules.primary import (
    WAITING,
    parse_level,
    parse_quality,
    parse_remark,
    parse_whole,
)
from khue.gradebook.rules.sheet_cells import Value
from kit.refusal import Refusal

READERS: Mapping[str, Callable[[str], Value | Refusal]] = MappingProxyType(
    {
        "level": parse_level,
        "quality": parse_quality,
        "whole": parse_whole,
        "text": parse_remark,
        "attained": parse_attained,
        "height": parse_height,
        "weight": parse_weight,
    }
)
_LEVELS = {1: "T", 2: "H", 3: "C"}
_QUALITIES = {1: "T", 2: "Đ", 3: "C"}
PRINTERS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "level": lambda value: _LEVELS.get(value, ""),
        "quality": lambda value: _QUALITIES.get(value, ""),
        "whole": lambda value: "P" if value == WAITING else str(value),
        "attained": print_attained,
        "height": lambda value: print_measure(value, 10),
        "weight": lambda value: print_measure(value, 1000),
    }
)


def print_cell(kind: str, value: Value) -> str:
    """As it stands in the cell: "T", "9", "P", "98,5", a remark, or nothing."""
    if kind == "text":
        return str(value or "")
    return "" if value is None else PRINTERS[kind](int(value))
