"""Cú pháp tin nhắn tra cứu: the first word is the command, the others are its arguments."""

from __future__ import annotations

from dataclasses import dataclass

from kit.vietnamese import search_key

LONGEST_TEXT = 160
MOST_AN_HOUR = 10
MOST_WRONG_A_DAY = 5


@dataclass(frozen=True, slots=True)
class Command:
    """What a phone asks for: "KQ 2000123" is the word KQ with one argument."""

    word: str
    arguments: tuple[str, ...] = ()


def read_command(text: str) -> Command:
    """A command from what was typed: case, diacritics and extra spaces do not matter."""
    words = search_key(text[:LONGEST_TEXT]).upper().split()
    return Command(words[0], tuple(words[1:])) if words else Command("")
