"""Danh mục: codes on a day, and what a reused province code means on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from khue.organisations.models import Code
from khue.organisations.queries.cards import CodeValue
from khue.organisations.queries.catalogue import code_lists
from khue.organisations.rules.provinces import ProvinceRow
from kit.vietnamese import search_key


def holding(on: date) -> Q:
    """Rows whose days, open at a missing end, hold on a day."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class CodeSpan(NamedTuple):
    """A code of a list with its first and last day; none where it has no end."""

    code: str
    valid_from: date | None
    valid_to: date | None

    def holds(self, on: date) -> bool:
        return (self.valid_from or on) <= on <= (self.valid_to or on)


def codes(name: str, *, on: date, parent: str = "") -> list[CodeValue]:
    """The codes of a list that hold on a day, in the order of the list."""
    return [_value(row) for row in _rows(name, on, parent)]


def code_name(name: str, code: str, *, on: date) -> str:
    """The name of a code on a day; empty when no such code holds."""
    found = Code.objects.filter(holding(on), list=name, code=code).values_list("name", flat=True)
    return found.first() or ""


def code_names(names: Sequence[str], *, on: date) -> dict[str, dict[str, str]]:
    """Names by code for several lists in one query."""
    found: dict[str, dict[str, str]] = {name: {} for name in names}
    rows = Code.objects.filter(holding(on), list__in=names).values_list("list", "code", "name")
    for listed, code, name in rows:
        found[listed][code] = name
    return found


def code_spans(names: Sequence[str]) -> dict[str, list[CodeSpan]]:
    """From when to when the codes of some lists hold, and nothing else: lists are long."""
    found: dict[str, list[CodeSpan]] = {}
    rows = Code.objects.filter(list__in=names).order_by("list", "position")
    for listed, code, first, last in rows.values_list("list", "code", "valid_from", "valid_to"):
        found.setdefault(listed, []).append(CodeSpan(code, first, last))
    return found


def kept_codes(names: Sequence[str]) -> dict[str, list[CodeValue]]:
    """Every code that some lists hold or ever held."""
    found: dict[str, list[CodeValue]] = {}
    for row in Code.objects.filter(list__in=names).order_by("list", "position"):
        found.setdefault(row.list, []).append(_value(row))
    return found


def code_choices(name: str, *, on: date, parent: str = "") -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in _rows(name, on, parent)]


def province_name(code: str, *, on: date) -> str:
    """Tên tỉnh: a province code means nothing without a day (15 was Yên Bái, now Lào Cai)."""
    return code_name("provinces", code, on=on)


def province_rows() -> list[ProvinceRow]:
    """Every meaning that a province code has had."""
    return [
        ProvinceRow(
            row.code,
            row.name,
            row.valid_from,
            row.valid_to,
            str(row.details.get("successor_2025", "")),
        )
        for row in Code.objects.filter(list="provinces")
    ]


@dataclass(frozen=True)
class CodeListLine:
    """One list in the browser of codes."""

    name: str
    title: str
    group: str
    holding: int
    kept: int


def code_list_lines(*, on: date, text: str = "") -> list[CodeListLine]:
    """Every list with the number of codes that hold on a day and that are kept at all."""
    wanted = search_key(text)
    counts: dict[str, Any] = {
        row["list"]: row
        for row in Code.objects.values("list").annotate(
            kept=Count("id"), held=Count("id", filter=holding(on))
        )
    }
    return [
        CodeListLine(
            listed.name,
            listed.title,
            listed.group,
            counts.get(listed.name, {}).get("held", 0),
            counts.get(listed.name, {}).get("kept", 0),
        )
        for listed in code_lists().values()
        if wanted in search_key(f"{listed.title} {listed.group} {listed.name}")
    ]


def code_values(name: str, *, on: date | None, text: str = "") -> list[CodeValue]:
    """The codes of a list for the browser; without a day those of all times."""
    rows = Code.objects.filter(holding(on) if on else Q(), list=name).order_by("position")
    wanted = search_key(text)
    return [_value(row) for row in rows if wanted in search_key(f"{row.code} {row.name}")]


def _rows(name: str, on: date, parent: str) -> QuerySet[Code]:
    within = Q(parent=parent) if parent else Q()
    return Code.objects.filter(holding(on), within, list=name).order_by("position")


def _value(row: Code) -> CodeValue:
    return CodeValue(
        row.list, row.code, row.name, row.parent, row.details, row.valid_from, row.valid_to
    )
