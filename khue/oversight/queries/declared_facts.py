"""Tờ khai số liệu và cơ sở dữ liệu ngành: one answer of a school for both."""

from __future__ import annotations

from collections.abc import Mapping

from khue.statistics.api import declared_of

# Row of the declared sheet, whatever the form -> field of TruonghocInfo that asks the same.
SAME: Mapping[str, str] = {
    "has.computers": "SuDungMayTinhDayHoc",
    "has.internet": "KhaiThacInternetDayHoc",
    "has.power": "DienLuoi",
    "has.water": "NguonNuocSach",
    "has.toilets": "CongTrinhVeSinh",
    "has.handwashing": "CtGdvsDoiTay",
    "has.counselling": "CongTacTuVanHocDuong",
}


def declared_facts(school_id: int, year: int) -> dict[str, bool]:
    """What a school declared for a year; yes where one of its forms says so."""
    found: dict[str, bool] = {}
    for key, value in declared_of([school_id], year).get(school_id, {}).items():
        name = SAME.get(key.partition(".")[2])
        if name:
            found[name] = found.get(name, False) or bool(value)
    return found
