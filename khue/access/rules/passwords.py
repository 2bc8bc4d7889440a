"""Mật khẩu: what makes a password too easy to guess, after NIST SP 800-63B.

Long enough, not on the list of common passwords, not made of what everybody knows about the
person. No rule about kinds of characters, and no expiry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date
from itertools import pairwise

from kit.refusal import Refusal
from kit.vietnamese import search_key

SHORTEST = 8
LONGEST = 128
LETTERS_OF_ITS_OWN = 4
FAMILIAR_WORDS = (
    "khue",
    "matkhau",
    "password",
    "anhyeuem",
    "emyeuanh",
    "vietnam",
    "hocsinh",
    "giaovien",
    "thaygiao",
    "cogiao",
    "truonghoc",
    "phuhuynh",
    "admin",
)
KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0987654321")


def normalised(password: str) -> str:
    """One spelling of what was typed, so that two keyboards give the same password."""
    return unicodedata.normalize("NFC", password)


def check_password(
    password: str, *, common: Collection[str] = (), about: Iterable[str] = ()
) -> Refusal | None:
    """None when the password will do, else why not and what to do.

    `common` holds common passwords in small letters; `about` what is known of the person: name,
    login name, school.
    """
    password = normalised(password)
    return (
        _check_length(password)
        or _check_pattern(password)
        or _check_common(password, common)
        or _check_context(password, about)
    )


def _check_length(password: str) -> Refusal | None:
    if len(password) < SHORTEST:
        return Refusal(
            "TOO_SHORT",
            f"Mật khẩu mới có {len(password)} ký tự; cần ít nhất {SHORTEST}. "
            "Một câu ngắn dễ nhớ là tốt nhất.",
        )
    if len(password) > LONGEST:
        return Refusal("TOO_LONG", f"Mật khẩu dài quá {LONGEST} ký tự. Hãy chọn câu ngắn hơn.")
    return None


def _check_pattern(password: str) -> Refusal | None:
    typed = password.lower()
    if re.fullmatch(r"(.{1,4}?)\1+.?", typed, re.DOTALL):
        return Refusal("REPEATED", "Mật khẩu chỉ lặp lại vài ký tự nên dễ đoán. Hãy chọn câu khác.")
    if _is_run(typed):
        return Refusal("RUN", "Mật khẩu là một dãy liền nhau nên dễ đoán. Hãy chọn câu khác.")
    if typed.isascii() and typed.isdigit():
        return _check_digits(typed)
    return None


def _is_run(typed: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(typed)}
    return steps in ({1}, {-1}) or any(typed in row for row in KEYBOARD_ROWS)


def _check_digits(digits: str) -> Refusal | None:
    if len(digits) == 8 and (_is_day(digits[:2], digits[2:4], digits[4:]) or _is_day_first(digits)):
        return Refusal("BIRTH_DATE", "Mật khẩu là một ngày tháng nên dễ đoán. Hãy chọn câu khác.")
    if re.fullmatch(r"0[35789]\d{8}", digits):
        return Refusal("PHONE", "Mật khẩu là một số điện thoại nên dễ đoán. Hãy chọn câu khác.")
    return None


def _is_day_first(digits: str) -> bool:
    return _is_day(digits[6:], digits[4:6], digits[:4])


def _is_day(day: str, month: str, year: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2100
    except ValueError:
        return False


def _check_common(password: str, common: Collection[str]) -> Refusal | None:
    if password.lower() in common or search_key(password) in common:
        return Refusal(
            "COMMON",
            "Mật khẩu này nằm trong danh sách hay bị đoán trúng. Hãy chọn câu khác.",
        )
    return None


def _check_context(password: str, about: Iterable[str]) -> Refusal | None:
    typed = _letters_and_digits(password)
    rest = typed
    for word in sorted(_known_words(about), key=len, reverse=True):
        rest = rest.replace(word, " ")
    letters_left = sum(letter.isalpha() for letter in rest)
    if rest != typed and letters_left < LETTERS_OF_ITS_OWN:
        return Refusal(
            "CONTEXT",
            "Mật khẩu ghép từ tên người, tên trường hoặc từ quen thuộc nên dễ đoán. "
            "Hãy thêm vài từ không liên quan.",
        )
    return None


def _known_words(about: Iterable[str]) -> set[str]:
    known = set(FAMILIAR_WORDS)
    for text in about:
        words = search_key(text).split()
        known.update(re.sub(r"[^a-z0-9]", "", word) for word in words)
        known.add(_letters_and_digits(text))
    return {word for word in known if len(word) >= 3 or (word.isdigit() and len(word) > 3)}


def _letters_and_digits(text: str) -> str:
    return "".join(letter for letter in search_key(text) if letter.isalnum())
