"""Điều trường đã khai ở tờ khác: facts of a school that a context above hands in.

The form of the state's statistics asks what the sector asks too (power, water, computers). Who
knows such a sheet registers here, so that a school is not asked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

FIELDS = frozenset(
    {
        "SuDungMayTinhDayHoc",
        "KhaiThacInternetDayHoc",
        "DienLuoi",
        "NguonNuocSach",
        "CongTrinhVeSinh",
        "CtGdvsDoiTay",
        "CongTacTuVanHocDuong",
    }
)
"""Fields of TruonghocInfo that may come from a declared sheet."""
Source = Callable[[int, int], Mapping[str, bool]]
_sources: dict[str, Source] = {}


def register_declared(name: str, source: Source) -> None:
    """Let a sheet tell of a school in a year: field -> yes or no; what it does not know is left."""
    _sources[name] = source


def declared_fields(school_id: int, year: int) -> dict[str, object]:
    """What the sheets tell of a school; only fields that may come from one."""
    return {
        name: int(held)
        for source in _sources.values()
        for name, held in source(school_id, year).items()
        if name in FIELDS
    }
