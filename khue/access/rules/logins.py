"""Tên đăng nhập: how a login name is made from a person's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from kit.refusal import Refusal
from kit.vietnamese import search_key

FORM = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")


def tidy_login(typed: str) -> str:
    """A login name as it is kept: without spaces, in small letters without diacritics."""
    return re.sub(r"\s", "", search_key(typed))


def check_login(login: str) -> Refusal | None:
    if FORM.fullmatch(login):
        return None
    return Refusal(
        "LOGIN_FORM",
        f"Tên đăng nhập “{login}” không dùng được: cần 3 đến 64 chữ thường không dấu, chữ số "
        "hoặc các dấu . _ @ + -, bắt đầu bằng chữ hoặc số.",
    )


def stem_of(name: str) -> str:
    """Given name and the initials of the rest: Nguyễn Thị Hoa → hoant."""
    words = re.sub(r"[^a-z0-9 ]", "", search_key(name)).split()
    if not words:
        return "nguoi.dung"
    stem = words[-1] + "".join(word[0] for word in words[:-1])
    return stem[:40] if len(stem) >= 3 else f"{stem}.kh"


def free_logins(stems: Iterable[str], taken: Collection[str]) -> list[str]:
    """A free login name for each stem, no two alike."""
    used, counted, given = set(taken), dict[str, int](), list[str]()
    for stem in stems:
        number = counted.get(stem, 1)
        login = stem if number == 1 else f"{stem}{number}"
        while login in used:
            number += 1
            login = f"{stem}{number}"
        counted[stem] = number
        used.add(login)
        given.append(login)
    return given
