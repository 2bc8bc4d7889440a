"""Tệp kết quả: one immutable file with every answer, sealed one by one, found without a search.

Layout: sign, sealed answers one after another, table of starts, entries in order of their tags,
header as JSON, and a foot that says where each part begins. Tags are spread evenly, so their first
bits lead to the one or two entries among which the tag stands.
"""

from __future__ import annotations

import gzip
import json
import mmap
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from khue.answers.rules.keys import file_key, new_salt, pair_key

SIGN = b"KHUEANS1"
NONCE = bytes(12)  # each key seals exactly one text, so the nonce need not differ
ENTRY = struct.Struct(">16sQI")
START = struct.Struct(">I")
FOOT = struct.Struct(">QQIQI8s")
PAGE_LENGTH = struct.Struct(">I")
TAG_BITS = 32


class NotOurs(Exception):
    """The file is torn, of another make, or sealed with another key; the text says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one candidate is told: a whole page, and the same as JSON; both compressed."""

    page: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that asks, and its answer."""

    number: str
    secret: str
    answer: Answer


def packed(text: str) -> bytes:
    """Compressed the same way every time."""
    return gzip.compress(text.encode(), 9, mtime=0)


def write_answers(
    goal: Path, key_hex: str, facts: dict[str, Any], candidates: Iterable[Candidate]
) -> str:
    """Write the file beside its place, make it last, put it there; return its digest."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    draft = goal.with_name(f".{goal.name}.new")
    with draft.open("wb") as file:
        _write(file, key_hex, facts, candidates)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o640)
    draft.replace(goal)
    return digest_of_file(goal)


def digest_of_file(path: Path) -> str:
    total = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            total.update(part)
    return total.hexdigest()


def _write(
    file: BinaryIO, key_hex: str, facts: dict[str, Any], candidates: Iterable[Candidate]
) -> None:
    salt = new_salt()
    key = file_key(key_hex, salt)
    file.write(SIGN)
    entries = sorted(_write_bodies(file, key, salt, candidates))
    starts_at, bits = file.tell(), _bits_for(len(entries))
    file.write(b"".join(START.pack(one) for one in _starts(entries, bits)))
    file.write(b"".join(ENTRY.pack(*one) for one in entries))
    head_at = file.tell()
    head = {**facts, "salt": salt.hex(), "check": key_check(key), "answers": len(entries)}
    file.write(json.dumps(head, ensure_ascii=False).encode())
    length = file.tell() - head_at
    file.write(FOOT.pack(starts_at, len(entries), bits, head_at, length, SIGN))


def _write_bodies(
    file: BinaryIO, key: bytes, salt: bytes, candidates: Iterable[Candidate]
) -> list[tuple[bytes, int, int]]:
    entries = []
    for one in candidates:
        pair = pair_key(key, one.number, one.secret)
        body = PAGE_LENGTH.pack(len(one.answer.page)) + one.answer.page + one.answer.data
        sealed = AESGCM(pair.opens).encrypt(NONCE, body, salt)
        entries.append((pair.tag, file.tell(), len(sealed)))
        file.write(sealed)
    return entries


def key_check(key: bytes) -> str:
    """Tells a wrong key at once, instead of a "not found" for everybody."""
    return sha256(b"check\0" + key).hexdigest()[:16]


def _bits_for(count: int) -> int:
    return min(max(count.bit_length(), 4), 20)


def _starts(entries: list[tuple[bytes, int, int]], bits: int) -> list[int]:
    """For each beginning of a tag the number of entries before it, and the end of the last."""
    counts = [0] * (1 << bits)
    for tag, _, _ in entries:
        counts[_slot(tag, bits)] += 1
    starts, total = [], 0
    for count in counts:
        starts.append(total)
        total += count
    return [*starts, total]


def _slot(tag: bytes, bits: int) -> int:
    return int.from_bytes(tag[:4], "big") >> (TAG_BITS - bits)


class AnswerFile:
    """The file, opened for reading; memory is shared by all processes that serve it."""

    def __init__(self, path: Path, key_hex: str) -> None:
        with path.open("rb") as file:
            self._bytes = _mapped(file)
        self._read_foot()
        self.key = file_key(key_hex, self.salt)
        if self.facts.get("check") != key_check(self.key):
            raise NotOurs("sealed with another key")

    def _read_foot(self) -> None:
        held = self._bytes
        if len(held) < FOOT.size + len(SIGN) or held[: len(SIGN)] != SIGN:
            raise NotOurs("not a file of answers")
        self._starts, self.count, self._bits, head, length, sign = FOOT.unpack_from(
            held, len(held) - FOOT.size
        )
        if sign != SIGN or head + length + FOOT.size != len(held):
            raise NotOurs("torn")
        self.facts: dict[str, Any] = json.loads(held[head : head + length])
        self.salt = bytes.fromhex(self.facts["salt"])
        self._entries = self._starts + START.size * ((1 << self._bits) + 1)

    def find(self, number: str, secret: str) -> Answer | None:
        """The answer of a pair; the same steps are taken whether the number exists or not."""
        pair = pair_key(self.key, number, secret)
        place = self._place(pair.tag)
        return self._open(pair.opens, *place) if place else None

    def _place(self, tag: bytes) -> tuple[int, int] | None:
        at = self._starts + START.size * _slot(tag, self._bits)
        first, end = struct.unpack_from(">II", self._bytes, at)
        for number in range(first, end):
            held, offset, length = ENTRY.unpack_from(
                self._bytes, self._entries + ENTRY.size * number
            )
            if held == tag:
                return offset, length
        return None

    def _open(self, key: bytes, offset: int, length: int) -> Answer:
        try:
            body = AESGCM(key).decrypt(NONCE, self._bytes[offset : offset + length], self.salt)
        except InvalidTag:
            raise NotOurs("an answer was touched") from None
        (page,) = PAGE_LENGTH.unpack_from(body)
        return Answer(body[4 : 4 + page], body[4 + page :])


def _mapped(file: BinaryIO) -> mmap.mmap:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        raise NotOurs("empty") from None
