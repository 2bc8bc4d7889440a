"""Kết quả kiểm tra cấu hình: what was looked at, how it stands, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


SIGNS = {Level.GOOD: "  ĐẠT ", Level.WARNING: "  LƯU Ý", Level.ERROR: "  SAI "}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; the sentence says what to do when it is not good."""

    level: Level
    title: str
    sentence: str = ""

    def line(self) -> str:
        told = f": {self.sentence}" if self.sentence else ""
        return f"{SIGNS[self.level]}  {self.title}{told}"


Check = Callable[[], Iterable[Finding]]


def judged(held: object, title: str, sentence: str, *, otherwise: Level = Level.ERROR) -> Finding:
    """Good when it holds, else the sentence."""
    return Finding(Level.GOOD, title) if held else Finding(otherwise, title, sentence)
