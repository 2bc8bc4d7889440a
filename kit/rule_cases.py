"""Trường hợp kiểm tra quy tắc: a registry of sections, and how a case is evaluated.

A context registers the sections whose rules it owns. A section turns the inputs of a case
into computed values; what a case expects is compared with them, key by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Protocol, TypeVar, runtime_checkable

from kit.refusal import Refusal

ABOUT_THE_CASE = {"id", "ref", "note"}
NOTHING = {"", "NONE", "NULL", "-"}
AnyEnum = TypeVar("AnyEnum", bound=Enum)


@runtime_checkable
class Comparable(Protocol):
    """A computed value that says itself whether a file gives the same."""

    def agrees(self, expected: Any) -> bool:
        """Whether what the file expects is this value."""


class BadCase(Exception):
    """A case that cannot be evaluated; the message is a sentence for its author."""


class BadSection(Exception):
    """A section whose content is no list of cases."""


class SectionTwice(Exception):
    """Two contexts claim the same section."""


@dataclass(frozen=True, slots=True)
class Tenths:
    """A computed mark, in tenths; a file writes it as a decimal."""

    value: int | None

    def agrees(self, expected: Any) -> bool:
        """Whether a decimal of a file says the same mark; nothing is NONE or null."""
        if self.value is None:
            return expected is None or str(expected).strip().upper() in NOTHING
        return decimal_of(expected) == Decimal(self.value) / 10

    def __str__(self) -> str:
        return "NONE" if self.value is None else f"{self.value // 10}.{self.value % 10}"


@dataclass(frozen=True, slots=True)
class Named:
    """A computed name that a file may also write in other accepted ways."""

    label: str
    accepts: Callable[[str], bool]

    def agrees(self, expected: Any) -> bool:
        """Whether the file gives one of the accepted names."""
        return self.accepts(str(expected))

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Amount:
    """A computed number that need not be whole; a file writes it as a decimal."""

    value: Decimal

    def agrees(self, expected: Any) -> bool:
        """Whether the file gives the same number."""
        return decimal_of(expected) == self.value

    def __str__(self) -> str:
        return f"{self.value.normalize():f}"


def decimal_of(value: Any) -> Decimal | None:
    """A decimal as a file writes it, with a point or a comma; none for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class Case:
    """The keys of one case, read with their meaning; a bad one raises BadCase."""

    values: Mapping[str, Any]

    def has(self, key: str) -> bool:
        """Whether the case gives this key a value."""
        return self.values.get(key) is not None

    def need(self, key: str) -> Any:
        """The value of a key that must be there."""
        if key not in self.values:
            raise BadCase(f"thiếu khóa “{key}”")
        return self.values[key]

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number from 0 up, quoted or not."""
        if default is not None and not self.has(key):
            return default
        number = decimal_of(self.need(key))
        if number is None or number != number.to_integral_value() or number < 0:
            raise BadCase(f"“{key}” phải là số nguyên không âm, không phải “{self.values[key]}”")
        return int(number)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise BadCase(f"“{key}” phải là true hoặc false, không phải “{value}”")
        return value

    def text(self, key: str) -> str:
        """A text as it is written; a number that was not quoted is read as its text."""
        value = self.need(key)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise BadCase(f"“{key}” phải là văn bản")
        return str(value)

    def items(self, key: str) -> Sequence[Any]:
        """A list."""
        value = self.need(key)
        if not isinstance(value, list):
            raise BadCase(f"“{key}” phải là một danh sách")
        return value

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Names with their values; an absent key is an empty one."""
        value = self.values.get(key) or {}
        if not isinstance(value, Mapping):
            raise BadCase(f"“{key}” phải gồm các tên và giá trị")
        return {str(name): one for name, one in value.items()}

    def part(self, key: str) -> Case:
        """A case inside the case."""
        if not isinstance(self.need(key), Mapping):
            raise BadCase(f"“{key}” phải gồm các tên và giá trị")
        return Case(self.mapping(key))

    def member(self, key: str, kind: type[AnyEnum]) -> AnyEnum:
        """One of the names of an enumeration, such as TOT or KHA."""
        return member_of(self.need(key), kind, key)

    def member_if_given(self, key: str, kind: type[AnyEnum]) -> AnyEnum | None:
        """The same, or none where the key is absent or null."""
        return self.member(key, kind) if self.has(key) else None


def member_of(value: Any, kind: type[AnyEnum], key: str) -> AnyEnum:
    """One of the names of an enumeration; `key` is named in the sentence when it is not."""
    try:
        return kind[str(value).strip().upper()]
    except KeyError:
        allowed = ", ".join(member.name for member in kind)
        raise BadCase(f"“{key}” có “{value}”, nhưng chỉ nhận {allowed}") from None


def accepted(value: Any) -> Any:
    """The value, or BadCase with the sentence of its refusal."""
    if isinstance(value, Refusal):
        raise BadCase(value.sentence.rstrip("."))
    return value


Evaluate = Callable[[Case], Mapping[str, Any]]
TableForm = Callable[[Mapping[Any, Any]], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class RuleSection:
    """A section: the keys that are inputs, and the function from a case to computed values.

    `from_table` turns the short form of a section, a table, into cases.
    """

    name: str
    inputs: frozenset[str]
    evaluate: Evaluate
    from_table: TableForm | None = field(default=None)


_SECTIONS: dict[str, RuleSection] = {}


def register_section(
    name: str, inputs: Iterable[str], evaluate: Evaluate, from_table: TableForm | None = None
) -> None:
    """Make a section known; called by the context that owns its rule, at start-up."""
    known = _SECTIONS.get(name)
    if known is not None and known.evaluate is not evaluate:
        raise SectionTwice(name)
    _SECTIONS[name] = RuleSection(name, frozenset(inputs), evaluate, from_table)


def section_names() -> tuple[str, ...]:
    """Every section that can be checked, by name."""
    return tuple(sorted(_SECTIONS))


def find_section(name: str) -> RuleSection | None:
    """The section of this name, or none."""
    return _SECTIONS.get(name)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one case: where it differs, or why it cannot be evaluated."""

    case_id: str
    differences: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every expected value was computed."""
        return not self.differences


def cases_of(section: RuleSection, content: Any) -> list[Mapping[str, Any]]:
    """The cases under a section, in list form or as its table; raises BadSection."""
    if isinstance(content, Mapping) and section.from_table is not None:
        return list(section.from_table(content))
    if content is None:
        return []
    if not isinstance(content, list) or not all(isinstance(one, Mapping) for one in content):
        raise BadSection("phải là danh sách, mỗi trường hợp gồm các khóa và giá trị")
    return content


def check_cases(section: RuleSection, content: Any) -> Iterator[Verdict]:
    """Evaluate every case of a section; a case without id is named by its place."""
    for place, values in enumerate(cases_of(section, content), 1):
        case = Case({str(key): value for key, value in values.items()})
        yield _verdict(section, case, str(values.get("id") or f"#{place}"))


def _verdict(section: RuleSection, case: Case, case_id: str) -> Verdict:
    try:
        computed = section.evaluate(case)
    except BadCase as bad:
        return Verdict(case_id, (f"không tính được: {bad}",))
    expected = set(case.values) - section.inputs - ABOUT_THE_CASE
    known = [key for key in case.values if key in expected and key in computed]
    if not known:
        return Verdict(case_id, ("không tính được: trường hợp không nêu kết quả cần có",))
    found = (_difference(key, case.values[key], computed[key]) for key in known)
    unknown = tuple(sorted(expected - set(computed)))
    return Verdict(case_id, tuple(text for text in found if text), unknown)


def _difference(key: str, expected: Any, computed: Any) -> str:
    if _agrees(expected, computed):
        return ""
    return f"{key} cần {shown(expected)}, tính được {shown(computed)}"


def _agrees(expected: Any, computed: Any) -> bool:
    if isinstance(computed, Comparable):
        return computed.agrees(expected)
    if isinstance(computed, bool):
        return expected is computed
    if isinstance(computed, int):
        return decimal_of(expected) == computed
    if isinstance(computed, frozenset):
        return isinstance(expected, list) and _same_names(expected, computed)
    if isinstance(computed, tuple):
        return isinstance(expected, list) and [str(one) for one in expected] == list(computed)
    return _word(expected) == _word(computed)


def _same_names(expected: Sequence[Any], computed: frozenset[str]) -> bool:
    names = [str(one) for one in expected]
    return len(names) == len(set(names)) and set(names) == computed


def _word(value: Any) -> str:
    text = "" if value is None else str(value).strip().upper()
    return "" if text in NOTHING else text


def shown(value: Any) -> str:
    """A value as a line of differences prints it."""
    if isinstance(value, frozenset):
        return f"[{', '.join(sorted(value))}]"
    if isinstance(value, list | tuple):
        return f"[{', '.join(str(one) for one in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "NONE" if value is None or value == "" else str(value)
