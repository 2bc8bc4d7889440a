"""The registry of kinds of import: each context says at start-up what it can take in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from khue.access.api import Actor, Refused
from khue.intake.rules.plans import Plan
from kit.row_history import RowEffect
from kit.sheets.headers import Column
from kit.sheets.reading import Workbook
from kit.sheets.writing import Page

Step = Callable[[int, str], None]


def no_step(done: int, message: str = "") -> None:
    """Nobody watches an import that is done within the request."""


@dataclass(frozen=True)
class Order:
    """Who imports what into which school and year; `options` are the answers of the person."""

    actor: Actor
    now: datetime
    today: date
    school_id: int
    school_name: str
    place: str
    year: int
    options: dict[str, str] = field(default_factory=dict)
    step: Step = no_step

    def chose(self, option: str) -> bool:
        return self.options.get(option) == "1"


@dataclass(frozen=True)
class Choice:
    """A question beside the file, answered by a tick."""

    key: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of import. `tables`: those that applying writes, from parents to children."""

    key: str
    title: str
    noun: str
    icon: str
    hint: str
    permission: str
    columns: tuple[Column, ...]
    plan: Callable[[Order, Workbook], Plan]
    apply: Callable[[Order, Plan], list[RowEffect]]
    template: Callable[[Order], Sequence[Page]]
    tables: tuple[str, ...]
    after_undo: Callable[[Order, Sequence[RowEffect]], None] | None = None
    choices: tuple[Choice, ...] = ()
    order: int = 50


class NotApplied(Refused):
    """A kind could not write its plan after all; the text is the sentence, nothing was written."""


class UnknownKind(KeyError):
    """No context registered imports of this kind."""


class RegisteredTwice(ValueError):
    """Two registrations of one kind."""


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    if _kinds.setdefault(kind.key, kind) != kind:
        raise RegisteredTwice(kind.key)


def kind_of_import(key: str) -> Kind:
    if key not in _kinds:
        raise UnknownKind(key)
    return _kinds[key]


def every_kind() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.title))
