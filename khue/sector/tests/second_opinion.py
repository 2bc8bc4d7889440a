"""A second reader of the published lists: types, obligations, codes of every record and sub-list.

It reads the files by itself and shares no code with the sender. What the lists say in words only
stands here once more, in our own reading of the reference.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
LISTS = HERE.parent.parent / "data" / "field-lists"
CODES = HERE.parents[2] / "organisations" / "data" / "codes"
END_OF_DISTRICTS = date(2025, 6, 30)
DISTRICTS = {"MaQuanHuyen", "ChuyenDenTuQuanHuyen", "ChuyenDiDenQuanHuyen"}
SEVERAL = {
    "provinces-63.csv": ("provinces-63.csv", "provinces-2025.csv"),
    "communes-2020.csv": ("communes-2020.csv", "communes-2025.csv"),
    "ranks.csv": ("ranks.csv", "teacher-ranks-2021.csv"),
}
SUBLISTS = {
    "DsMonHoc": "class-subjects",
    "DsGiaoVien": "class-subject-teachers",
    "LstQuaTrinhDaoTaoBoiDuong": "staff-training-history",
    "diemmon": "result-subjects",
}
# A slip of the list: a coefficient such as 2.34 is no whole number.
TYPES = {("staff", "HeSo"): "float"}
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.0")
Row = Mapping[str, Any]
Asks = Callable[[Row], bool]


def _is(name: str, *values: object) -> Asks:
    return lambda row: row.get(name) in values


def _has(name: str) -> Asks:
    return lambda row: name in row


ASKED: dict[tuple[str, str], Asks] = {
    ("class", "MaNhomTuoiMn"): _is("KhoiHoc", "16", "17"),
    ("class", "MaHeChuyen"): _is("LopChuyen", 1),
    ("class", "MaHocBanTru"): _is("LopBanTru", 1),
    ("class", "MaLopGhep"): _is("LopGhep", 1),
    ("class", "MaSoTietNgoaiNgu1"): _has("MaNn1"),
    ("class", "MaChuongTrinhHocNn1"): _has("MaNn1"),
    ("class", "MaSoTietNgoaiNgu2"): _has("MaNn2"),
    ("class", "MaChuongTrinhHocNn2"): _has("MaNn2"),
    ("student", "MaLoaiKhuyetTat"): _is("KhuyetTat", 1),
    ("student", "MaHocBanTru"): _is("BanTru", 1),
    ("student", "MaLyDoThoiHoc"): _is("TrangThai", 5, 9, 12),
    ("student", "NoiChuyenDi"): _is("TrangThai", 4, 8, 11),
    ("student", "ChuyenDiDenTinh"): _is("TrangThai", 4, 8, 11),
    ("student", "ChuyenDenTuTinh"): _is("TrangThai", 2, 6, 10),
    ("staff", "MucPhuCapLanhDao"): _is("LoaiCanBo", 1),
    ("staff", "TrinhDoDaoTaoCnChinh"): _is("LoaiCanBo", 1, 3),
    ("staff", "MonNgoaiNguChinh"): _is("MaMonHoc", "07", "11", "12", "13", "33", "34", "35"),
    ("staff", "MaNhomCchiNngu"): _has("TrinhDoNgoaiNgu"),
    ("staff", "MaLoaiCchiNngu"): _has("TrinhDoNgoaiNgu"),
    ("staff", "MaKhungNlucNngu"): _has("TrinhDoNgoaiNgu"),
}


@cache
def fields(listed: str) -> dict[str, dict[str, str]]:
    with (LISTS / f"{listed}.csv").open(encoding="utf-8", newline="") as file:
        return {row["field"]: row for row in csv.DictReader(file)}


@cache
def codes(listed: str, on: date) -> frozenset[str]:
    """The codes of a file that hold on a day."""
    return frozenset(
        row["code"]
        for name in SEVERAL.get(listed, (listed,))
        for row in _rows(name)
        if (row.get("valid_from") or "0") <= on.isoformat() <= (row.get("valid_to") or "9")
    )


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (CODES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wrong_fields(part: str, row: Row, on: date) -> set[str]:
    """The fields of a record that break its list; a sub-list is told by its own field's name."""
    known = fields(_list_of(part))
    found = {name for name in row if name not in known}
    for name, spec in known.items():
        if name in row:
            found |= set(_of_value(_list_of(part), spec, row[name], on))
        elif _is_asked(_list_of(part), spec, row, on):
            found.add(name)
    return found


def _list_of(part: str) -> str:
    return "results" if part.startswith("result") and part[-1].isdigit() else part


def _is_asked(part: str, spec: Row, row: Row, on: date) -> bool:
    if spec["field"] in DISTRICTS and on > END_OF_DISTRICTS:
        return False
    asks = ASKED.get((part, spec["field"]))
    return spec["required"] == "x" or (asks is not None and asks(row))


def _of_value(part: str, spec: Row, value: Any, on: date) -> Iterator[str]:
    name = spec["field"]
    if not _has_type(TYPES.get((part, name)) or spec["type"], value):
        yield name
    elif name in SUBLISTS:
        for one in value:
            yield from wrong_fields(SUBLISTS[name], one, on)
    elif spec["code_list"]:
        among = codes(spec["code_list"], on)
        if not all(_is_code(one, among) for one in (value if isinstance(value, list) else [value])):
            yield name


def _is_code(value: Any, among: frozenset[str]) -> bool:
    if isinstance(value, int):
        return any(one.isdigit() and int(one) == value for one in among)
    return value in among


def _has_type(wanted: str, value: Any) -> bool:
    if wanted == "timestamp":
        return bool(MOMENT.fullmatch(value)) and datetime.fromisoformat(value).year > 1800
    if wanted in {"integer", "float"}:
        numbers: tuple[type, ...] = (int,) if wanted == "integer" else (int, float)
        return isinstance(value, numbers) and not isinstance(value, bool)
    if wanted == "list":
        return isinstance(value, list) and bool(value)
    return isinstance(value, str) and value != ""
