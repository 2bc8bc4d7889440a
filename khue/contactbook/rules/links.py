"""Đường dẫn trong tin: lines of words and http(s) addresses; nothing else becomes a link."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"https?://[^\s<>\"'“”‘’]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}…"


def linked_lines(text: str) -> list[list[tuple[str, str]]]:
    """Each line as pieces (shown, address); the address is empty for plain words."""
    return [_pieces(line) for line in text.splitlines()]


def _pieces(line: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    begin = 0
    for match in _ADDRESS.finditer(line):
        address = match[0].rstrip(_TRAILING)
        if not address.split("://", 1)[1]:
            continue
        found += [(line[begin : match.start()], ""), (address, address)]
        begin = match.start() + len(address)
    found.append((line[begin:], ""))
    return [piece for piece in found if piece[0]]
