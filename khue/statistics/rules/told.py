"""Số liệu như trang đọc: one place in two years, as lines that a page or a sheet can print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from khue.statistics.rules.themes import Theme
from kit.numbers import print_integer, print_ratio

LEVELS = ("01", "02", "03", "04", "05")
SMALL = "ẩn"


@dataclass(frozen=True, slots=True)
class Told:
    """Số liệu của một nơi trong một năm, with the keys that are withheld."""

    counts: Mapping[Theme, Mapping[str, int]] = field(default_factory=dict)
    hidden: Mapping[Theme, frozenset[str]] = field(default_factory=dict)

    def has(self, theme: Theme) -> bool:
        """Whether the theme was counted at all."""
        return theme in self.counts

    def count(self, theme: Theme, key: str) -> int | None:
        """The count of a key; None where it is withheld."""
        if key in self.hidden.get(theme, ()):
            return None
        return self.counts.get(theme, {}).get(key, 0)

    def total(self, theme: Theme, keys: Iterable[str]) -> int | None:
        """The sum of some keys; None where one is withheld."""
        found = [self.count(theme, key) for key in keys]
        return None if None in found else sum(one or 0 for one in found)

    def codes(self, theme: Theme, stem: str) -> set[str]:
        """The words that follow a stem: codes("02.grade") is {"01", "02"}."""
        names = {*self.counts.get(theme, {}), *self.hidden.get(theme, ())}
        begin = stem + "."
        return {
            name[len(begin) :].partition(".")[0] for name in names if name.startswith(begin)
        } - {"f", "m", "mf"}


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True)
class Line:
    """Một dòng: how many now and a year ago, of how many, and of whom."""

    label: str
    now: int | None
    last: int | None = 0
    whole: int | None = None
    last_whole: int | None = None
    women: int | None = None
    minority: int | None = None
    minority_women: int | None = None
    indent: int = 0
    href: str = ""
    ahead: bool = False

    @property
    def change(self) -> int | None:
        """So với năm trước; None where one of the two is withheld, or this one is still to come."""
        if self.ahead or self.now is None or self.last is None:
            return None
        return self.now - self.last

    @property
    def printed_change(self) -> str:
        """+1.204 (+0,6%): with its sign, as number and as share of the last year."""
        if self.change is None:
            return "—"
        if not self.last:
            return signed(self.change)
        return f"{signed(self.change)} ({_sign(self.change)}{_share(abs(self.change), self.last)})"

    @property
    def share(self) -> str:
        return _share(self.now, self.whole)

    @property
    def last_share(self) -> str:
        return _share(self.last, self.last_whole)


@dataclass(frozen=True, slots=True)
class Block:
    """Một bảng của trang: with people's columns, with shares, or plain.

    `minorities`: whether the columns of ethnic minorities were counted; without them a nought there
    would be no number.
    """

    title: str
    what: str
    lines: tuple[Line, ...]
    people: bool = False
    shares: bool = False
    compared: bool = True
    note: str = ""
    minorities: bool = True

    @property
    def is_ahead(self) -> bool:
        """Nothing of the table has come yet, and the year before had it: nothing has fallen."""
        return all(one.now == 0 for one in self.lines) and any(one.last != 0 for one in self.lines)

    def awaited(self) -> Block:
        """The table as it reads while all of it is still to come: without changes."""
        lines = (replace(one, ahead=True) for one in self.lines)
        return replace(self, lines=tuple(lines))

    def people_of(self, line: Line) -> tuple[int | None, ...]:
        """The columns of people that a line of this table has, after all."""
        if not self.people:
            return ()
        apart = (line.minority, line.minority_women) if self.minorities else ()
        return (line.women, *apart)


def shown_number(value: int | None) -> str:
    """A number as a page prints it; a withheld one is "ẩn"."""
    return SMALL if value is None else print_integer(value)


def signed(value: int) -> str:
    """ "+12", "−3", "0": with a true minus sign."""
    return f"{_sign(value)}{print_integer(abs(value))}"


def _sign(value: int) -> str:
    return "+" if value > 0 else "−" if value < 0 else ""


def _share(part: int | None, whole: int | None) -> str:
    if part is None or not whole:
        return "—"
    return f"{print_ratio(part, whole)}%"


def levels_in(now: Told, last: Told) -> list[str]:
    """Các cấp học that have somebody in them, in either year."""
    return [
        one
        for one in LEVELS
        if any(told.count(Theme.ENROLMENT, f"{one}.pupils") != 0 for told in (now, last))
    ]


@dataclass(frozen=True, slots=True)
class Pair:
    """This year and the last, side by side."""

    now: Told
    last: Told

    def line(self, label: str, theme: Theme, key: str, *, whole: str = "", indent: int = 0) -> Line:
        """A count beside that of the last year, and the share of a whole."""
        return Line(
            label,
            self.now.count(theme, key),
            self.last.count(theme, key),
            self.now.count(theme, whole) if whole else None,
            self.last.count(theme, whole) if whole else None,
            indent=indent,
        )

    def people(
        self, label: str, theme: Theme, key: str, *, whole: str = "", indent: int = 0
    ) -> Line:
        """The same with the columns of people."""
        told = self.line(label, theme, key, whole=whole, indent=indent)
        return replace(
            told,
            women=self.now.count(theme, key + ".f"),
            minority=self.now.count(theme, key + ".m"),
            minority_women=self.now.count(theme, key + ".mf"),
        )

    def sums(self, label: str, theme: Theme, keys: Sequence[str], wholes: Sequence[str]) -> Line:
        """A sum of counts beside that of the last year, and its share of another sum."""
        return Line(
            label,
            self.now.total(theme, keys),
            self.last.total(theme, keys),
            self.now.total(theme, wholes),
            self.last.total(theme, wholes),
        )

    def codes(self, theme: Theme, stem: str) -> list[str]:
        """The codes below a stem in either year, in order."""
        return sorted(self.now.codes(theme, stem) | self.last.codes(theme, stem))
