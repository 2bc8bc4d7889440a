"""Họ và tên: what may stand as the name of a person."""

from kit.refusal import Refusal
from kit.vietnamese import capitalise_name, search_key, tidy

LONGEST_NAME = 100
_ALLOWED_SIGNS = " '’-."

_EMPTY = "Chưa có họ và tên. Hãy nhập như trong giấy khai sinh."
_TOO_LONG = "Họ và tên dài hơn {longest} ký tự. Hãy kiểm tra lại."
_FOREIGN_SIGN = "Họ và tên “{name}” có ký tự “{sign}” không dùng trong tên người. Hãy xóa ký tự đó."
_NO_LETTER = "“{name}” không phải là họ và tên. Hãy nhập như trong giấy khai sinh."


def _strange_sign(name: str) -> str:
    return next((sign for sign in name if not (sign.isalpha() or sign in _ALLOWED_SIGNS)), "")


def check_full_name(text: str) -> str | Refusal:
    """Họ và tên như trong giấy khai sinh: tidy, or the reason why it is no name.

    One word is enough: some peoples have no family name. Capitals stay as typed, except that
    a name all in capitals or all in small letters is written with a capital for each word.
    """
    name = tidy(text)
    if not name:
        return Refusal("EMPTY", _EMPTY)
    if len(name) > LONGEST_NAME:
        return Refusal("TOO_LONG", _TOO_LONG.format(longest=LONGEST_NAME))
    sign = _strange_sign(name)
    if sign:
        return Refusal("FOREIGN_SIGN", _FOREIGN_SIGN.format(name=name, sign=sign), {"sign": sign})
    if not any(letter.isalpha() for letter in name):
        return Refusal("NO_LETTER", _NO_LETTER.format(name=name))
    return capitalise_name(name) if name.isupper() or name.islower() else name


def may_be_one(name: str, other: str) -> bool:
    """Whether two names may be one person's: alike when typed without diacritics. No proof."""
    return search_key(name) == search_key(other)
