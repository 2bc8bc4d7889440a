"""Tiêu đề cột của sổ điểm: what the heads of columns mean, in the spellings that schools use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from khue.gradebook.rules.slots import EVERY_SLOT
from kit.vietnamese import search_key

NUMBER, CODE, NAME, FAMILY, GIVEN, BORN = "stt", "code", "name", "family", "given", "born"
REGULAR, RESULT, YEAR, ASIDE, UNKNOWN = "tx", "result", "year", "aside", ""
TERM_RESULT = "hk"
IDENTITY = frozenset({CODE, NAME, FAMILY, GIVEN})
MOST_REGULAR = 9

_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_KIND = r"(diem|cot)?(danhgia|ddg|dg|kt|kiemtra|bai|d)?(diem)?"
_OF_TERM = r"(hocki|hocky|hk|ki|ky)?(i{1,2}|[12])?(hs\d|heso\d)?"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (key, re.compile(f"({pattern})"))
    for key, pattern in [
        (NUMBER, r"stt|tt|sott|sothutu|no|so"),
        (
            CODE,
            r"(ma|maso)(hocsinh|hs|hv|hocvien|dinhdanh|ddhs|dd)(hocsinh|hs|bogddt|bogd|bo|nganh)?"
            r"|madinhdanhbo.*|sodinhdanh|macsdl|code|studentcode",
        ),
        (
            NAME,
            r"(ho|hova)?ten(hocsinh|hs|hocvien)|(ho|hova)ten|hovatenhocsinh|hotenhocsinh"
            r"|hocsinh|hovatenhs|hotenhs|fullname|hovachudem(va)?ten",
        ),
        (FAMILY, r"ho(va)?(ten)?(chu)?(dem|lot)|ho"),
        (GIVEN, r"ten"),
        (BORN, r"(ngay|namsinh|ngaysinh|ngaythangnamsinh|sinhngay|ns|ngsinh|ntns)|ngaythangnam"),
        (
            ASIDE,
            r"ghichu|.*nhanxet.*|(muc)?danhgialai|thilai|kiemtralai|gioitinh|nu|phai|lop|dantoc"
            r"|tenlop|trangthai|xeploai|hanhkiem|renluyen|noisinh",
        ),
        (YEAR, r"(diem)?(d?tb|d?tbm|trungbinh|kq|ketqua)?(mon)?(m?cn|canam)(hoc)?"),
        ("gk", rf"{_KIND}(thi)?(gk|giuaki|giuaky|giuahocki|giuahocky|giua){_OF_TERM}"),
        (
            "ck",
            rf"{_KIND}(thi)?(ck|cuoiki|cuoiky|cuoihocki|cuoihocky|cuoi){_OF_TERM}"
            r"|(thi|kt|kiemtra)(hk|hocki|hocky)(i{1,2}|[12])?",
        ),
        (TERM_RESULT, r"(diem)?(hk|hocki|hocky)"),
        (
            RESULT,
            r"(diem)?(d?tb|d?tbm|trungbinh|kq|ketqua|danhgia)(mon|m)?(hoc)?"
            r"(hk|hocki|hocky|ki|ky)?(i{1,2}|[12])?|(hk|hocki|hocky)(i{1,2}|[12])",
        ),
    ]
)
_REGULAR = re.compile(
    rf"{_KIND}(thuongxuyen|tx)(hs1|heso1)?(lan|so|cot|l)?(?P<number>[1-9])?(hs1|heso1)?"
)
_FACTOR_ONE = re.compile(r"(diem)?(hs|heso)1")
_BARE_NUMBER = re.compile(r"(lan|l|cot|diem|so|d|bai)?(?P<number>[1-9])")
_TERM = re.compile(r"(?:hk|hocki|hocky)(i{1,2}|[12])$")


def squash(title: str) -> str:
    """A title without diacritics, brackets, spaces and signs: "ĐĐGtx (hs 1)" is "ddgtx"."""
    key = search_key(title)
    bare = _BRACKETS.sub(" ", key)
    return "".join(sign for sign in (bare if bare.strip() else key) if sign.isalnum())


@lru_cache(maxsize=2048)
def meaning_of(title: str) -> str:
    """What one title means by itself; "" where it means nothing known."""
    text = squash(title)
    if not text:
        return UNKNOWN
    regular = _REGULAR.fullmatch(text)
    if regular:
        return REGULAR + (regular["number"] or "")
    if _FACTOR_ONE.fullmatch(text):
        return REGULAR
    return next((key for key, pattern in _PATTERNS if pattern.fullmatch(text)), UNKNOWN)


def number_in(title: str) -> int | None:
    """The number of a title that is nothing else: "1", "Lần 2"."""
    found = _BARE_NUMBER.fullmatch(squash(title))
    return int(found["number"]) if found else None


def meaning_of_stack(titles: Sequence[str]) -> str:
    """What a column means by its titles from top to bottom: a group head above, "2" below it."""
    number: int | None = None
    for title in reversed(titles):
        known = meaning_of(title)
        if known == REGULAR and number:
            return f"{REGULAR}{number}"
        if known:
            return known
        number = number or number_in(title)
    return UNKNOWN


def term_of_stack(titles: Sequence[str]) -> int | None:
    """The term that a head names: "Học kì II" over the columns of the second term."""
    found = [_TERM.search(squash(title)) for title in titles]
    named = [one[1] for one in found if one]
    return None if not named else (2 if named[0] in ("ii", "2") else 1)


def is_slot(key: str) -> bool:
    """A column of marks, also one that no book has (tx7 to tx9)."""
    return key in EVERY_SLOT or (key.startswith(REGULAR) and key[2:].isdecimal())
