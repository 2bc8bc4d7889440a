"""Có mặt, nghỉ có phép (P), nghỉ không phép (K), đi muộn (M), về sớm (S)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kit.refusal import Refusal
from kit.vietnamese import search_key

PRESENT, WITH, WITHOUT, LATE, EARLY = "", "p", "k", "m", "s"
ABSENT = (WITH, WITHOUT)
ORDER = (PRESENT, WITHOUT, WITH, LATE, EARLY)
KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {
        PRESENT: "Có mặt",
        WITH: "Nghỉ có phép",
        WITHOUT: "Nghỉ không phép",
        LATE: "Đi muộn",
        EARLY: "Về sớm",
    }
)
SHORT_NAMES: Mapping[str, str] = MappingProxyType(
    {PRESENT: "Có mặt", WITH: "P", WITHOUT: "K", LATE: "Muộn", EARLY: "Sớm"}
)
MOST_MINUTES = 240
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        search_key(word): kind
        for kind, words in {
            WITH: ("P", "CP", "Có phép", "Nghỉ có phép", "Vắng có phép"),
            WITHOUT: ("K", "KP", "Không phép", "Nghỉ không phép", "Vắng không phép", "Vắng"),
            LATE: ("M", "Muộn", "Đi muộn", "Đi trễ", "Trễ"),
            EARLY: ("S", "Sớm", "Về sớm"),
        }.items()
        for word in words
    }
)


def parse_kind(text: str) -> str | Refusal:
    """What a cell of a sheet says."""
    found = _SPELLINGS.get(search_key(text))
    if found is None:
        return Refusal("NO_KIND", f"“{text}” không rõ. Hãy ghi P, K, M (đi muộn) hoặc S (về sớm).")
    return found


def check_mark(kind: str, minutes: int | None) -> Refusal | None:
    """Why a mark cannot be kept: an unknown kind, minutes without lateness, too many of them."""
    if kind not in KIND_NAMES:
        return Refusal("NO_KIND", "Trang gửi lên một loại vắng không có. Hãy tải lại trang.")
    if minutes is None:
        return None
    if kind not in (LATE, EARLY):
        return Refusal("MINUTES", "Số phút chỉ ghi cho học sinh đi muộn hoặc về sớm.")
    if not 1 <= minutes <= MOST_MINUTES:
        return Refusal("MINUTES", f"Số phút phải từ 1 đến {MOST_MINUTES}.")
    return None


def print_kind(kind: str, minutes: int | None = None) -> str:
    """In words: "Đi muộn 10 phút"."""
    return f"{KIND_NAMES[kind]} {minutes} phút" if minutes else KIND_NAMES[kind]
