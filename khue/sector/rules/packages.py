"""Gói dữ liệu: the body of one push, as the Ministry's message lays it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from khue.sector.rules.envelopes import Event
from khue.sector.rules.states import Kind
from kit.dates import vietnam_time

# The table of results of the National Data Centre model: primary to continuing education.
RESULTS = "ketquahoctapththcsthpttx"
LISTS = {
    "site": "LstDiemTruongInfo",
    "class": "LstLopHocInfo",
    "student": "LstHocSinh",
    "staff": "LstCanBo",
    "result1": RESULTS,
    "result2": RESULTS,
    "result3": RESULTS,
}
SCHOOL = "TruonghocInfo"


@dataclass(frozen=True)
class Row:
    """One version of one record on its way; a cancelled one says nothing but its identity."""

    part: str
    local_id: int
    record_id: str
    event: Event
    version: int
    made_at: datetime
    message: Mapping[str, object]


@dataclass(frozen=True)
class Package:
    """What goes out at once: rows of one kind of data of one school."""

    id: str
    school_code: str
    year: int
    reception: int
    kind: Kind
    rows: Sequence[Row]


def body_of(package: Package) -> dict[str, object]:
    """The message; every record carries its envelope beside its fields."""
    body: dict[str, object] = {
        "MaGoi": package.id,
        "MaTruongHoc": package.school_code,
        "NamHoc": package.year,
        "LoaiDongBo": package.reception,
        "LoaiDuLieu": int(package.kind),
    }
    for row in package.rows:
        if row.part == "school":
            body[SCHOOL] = enveloped(row)
        else:
            body.setdefault(LISTS[row.part], []).append(enveloped(row))  # type: ignore[attr-defined]
    return body


def enveloped(row: Row) -> dict[str, object]:
    """A record with its envelope; ClientId is always there, so that the receipt can map it."""
    at = vietnam_time(row.made_at).strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "IdBanGhi": row.record_id,
        "SuKien": str(row.event),
        "PhienBan": row.version,
        "ThoiGianCapNhat": at,
        "NgayCapNhat": at,
        "ClientId": str(row.local_id),
        **row.message,
    }
