"""Kiểm tra bản ghi: the validator follows the published lists."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.sector.queries.lists import PARTS, field_of, fields_of, supplement_fields
from khue.sector.rules.checking import CodeBook, check_message, timestamp
from khue.sector.rules.crossings import CROSSINGS, check_doubles, years_between
from khue.sector.rules.faults import Problem
from khue.sector.rules.field_lists import FieldSpec
from khue.sector.rules.supplements import parse_value, shown_value
from kit.refusal import Refusal

ON = date(2026, 9, 30)
EMPTY = CodeBook({}, {})
SIZES = {"school": 58, "site": 10, "class": 44, "student": 115, "staff": 157}


def found(part: str, message: dict[str, Any], book: CodeBook = EMPTY, on: date = ON) -> set[str]:
    return {
        f"{one.field} {one.problem}" for one in check_message(message, fields_of(part), book, on)
    }


@pytest.mark.parametrize(("part", "size"), SIZES.items())
def test_the_lists_are_whole(part: str, size: int) -> None:
    assert len(fields_of(part)) == size
    assert len({one.name for one in fields_of(part)}) == size


@pytest.mark.parametrize("part", PARTS)
def test_an_empty_message_misses_exactly_what_the_list_marks(part: str) -> None:
    asked = {one.name for one in fields_of(part) if one.required and one.ends is None}
    assert found(part, {}) == {f"{name} missing" for name in asked}


def test_every_supplement_and_every_condition_names_a_field_of_its_list() -> None:
    for part in PARTS:
        names = {one.name for one in fields_of(part)}
        assert {one.name for one in supplement_fields(part)} <= names
        conditions = [one.condition for one in fields_of(part) if one.condition]
        assert {one.field for one in conditions} <= names


def test_the_district_was_asked_for_only_while_there_were_districts() -> None:
    assert "MaQuanHuyen missing" in found("site", {}, on=date(2025, 6, 30))
    assert "MaQuanHuyen missing" not in found("site", {}, on=date(2025, 7, 1))


@pytest.mark.parametrize(
    ("part", "message", "field"),
    [
        ("class", {"LopChuyen": 1}, "MaHeChuyen"),
        ("class", {"LopBanTru": 1}, "MaHocBanTru"),
        ("class", {"LopGhep": 1}, "MaLopGhep"),
        ("class", {"MaNn1": "01"}, "MaSoTietNgoaiNgu1"),
        ("class", {"MaNn1": "01"}, "MaChuongTrinhHocNn1"),
        ("class", {"MaNn2": "02"}, "MaChuongTrinhHocNn2"),
        ("class", {"KhoiHoc": "17"}, "MaNhomTuoiMn"),
        ("student", {"KhuyetTat": 1}, "MaLoaiKhuyetTat"),
        ("student", {"TrangThai": 5}, "MaLyDoThoiHoc"),
        ("student", {"TrangThai": 4}, "NoiChuyenDi"),
        ("student", {"TrangThai": 2}, "ChuyenDenTuTinh"),
        ("student", {"TrangThai": 11}, "ChuyenDiDenTinh"),
        ("student", {"BanTru": 1}, "MaHocBanTru"),
        ("staff", {"LoaiCanBo": 1}, "MucPhuCapLanhDao"),
        ("staff", {"LoaiCanBo": 3}, "TrinhDoDaoTaoCnChinh"),
        ("staff", {"MaMonHoc": "07"}, "MonNgoaiNguChinh"),
        ("staff", {"TrinhDoNgoaiNgu": 1}, "MaKhungNlucNngu"),
    ],
)
def test_a_condition_asks_only_when_it_holds(
    part: str, message: dict[str, Any], field: str
) -> None:
    assert f"{field} condition" in found(part, message)
    assert f"{field} condition" not in found(part, {})
    assert f"{field} condition" not in found(part, {**message, field: "01"})


def test_a_zero_is_an_answer() -> None:
    assert "LopGhep missing" not in found("class", {"LopGhep": 0})
    assert "MaLopGhep condition" not in found("class", {"LopGhep": 0})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("NgaySinh", "2013-03-09"),
        ("NgaySinh", "2013-02-30T00:00:00.0"),
        ("NgaySinh", 2013),
        ("GioiTinh", "1"),
        ("GioiTinh", True),
        ("HoTen", 7),
    ],
)
def test_a_value_of_the_wrong_kind_is_told(field: str, value: object) -> None:
    assert f"{field} type" in found("student", {field: value})


BOOK = CodeBook(
    {"gender-sector": frozenset({"01", "02"}), "provinces": frozenset({"20"})},
    {"gender-sector": frozenset({"01", "02"}), "provinces": frozenset({"20", "02"})},
)


def test_codes_are_judged_on_the_day_of_the_report() -> None:
    assert "MaTinh ended_code" in found("school", {"MaTinh": "02"}, BOOK)
    assert "MaTinh code" in found("school", {"MaTinh": "99"}, BOOK)
    assert not any("MaTinh" in one for one in found("school", {"MaTinh": "20"}, BOOK))


def test_a_field_of_whole_numbers_carries_the_code_without_its_zero() -> None:
    assert not any("GioiTinh" in one for one in found("student", {"GioiTinh": 1}, BOOK))
    assert "GioiTinh code" in found("student", {"GioiTinh": 3}, BOOK)


def test_a_list_that_is_not_loaded_judges_nothing() -> None:
    assert "MaTinh code" not in found("school", {"MaTinh": "99"})


def crossing(part: str, message: dict[str, Any]) -> set[str]:
    return {one.field for one in CROSSINGS[part](message, ON)}


@pytest.mark.parametrize(
    ("part", "message", "field"),
    [
        ("student", {"NgaySinh": timestamp(date(2026, 10, 1))}, "NgaySinh"),
        (
            "student",
            {
                "NgaySinh": timestamp(date(2013, 3, 9)),
                "NgaySinhMe": timestamp(date(2005, 1, 1)),
            },
            "NgaySinhMe",
        ),
        ("student", {"NgayTrangThai": timestamp(date(2026, 12, 1))}, "NgayTrangThai"),
        ("student", {"TrangThai": 1, "ThoiDiemRoiTruong": 1}, "ThoiDiemRoiTruong"),
        ("staff", {"NgaySinh": timestamp(date(2010, 1, 1))}, "NgaySinh"),
        (
            "staff",
            {
                "NgaySinh": timestamp(date(1985, 1, 1)),
                "NgayTuyenDung": timestamp(date(1995, 1, 1)),
            },
            "NgayTuyenDung",
        ),
        ("class", {"LopChuyen": 1, "KhoiHoc": "08", "MaGvcnCn": "1"}, "LopChuyen"),
        ("class", {}, "MaGvcnCn"),
        ("school", {"NgayThanhLap": timestamp(date(2027, 1, 1))}, "NgayThanhLap"),
    ],
)
def test_fields_are_held_against_each_other(part: str, message: dict[str, Any], field: str) -> None:
    assert crossing(part, message) == {field}


def test_what_fits_together_is_not_told() -> None:
    pupil = {
        "NgaySinh": timestamp(date(2013, 3, 9)),
        "NgaySinhMe": timestamp(date(1985, 4, 12)),
        "TrangThai": 4,
        "ThoiDiemRoiTruong": 1,
        "NgayTrangThai": timestamp(date(2026, 9, 20)),
    }
    assert crossing("student", pupil) == set()


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2010, 1, 1)), st.dates(date(2010, 1, 1), date(2030, 1, 1)))
def test_whole_years_between_two_days(earlier: date, later: date) -> None:
    years = years_between(earlier, later)
    assert earlier.year + years <= later.year
    assert (later.year - earlier.year) - years in {0, 1}


def test_two_records_with_one_code_are_both_told_without_the_code() -> None:
    doubles = check_doubles("student", {1: {"MaHocSinh": "20"}, 2: {"MaHocSinh": "20"}, 3: {}})
    assert set(doubles) == {1, 2}
    assert all("20" not in one.sentence for one in doubles[1])
    assert doubles[1][0].problem == Problem.DOUBLE


@pytest.mark.parametrize(
    ("part", "field", "typed", "kept"),
    [
        ("staff", "HeSo", "2,34", 2.34),
        ("staff", "BacLuong", "3", 3),
        ("student", "NgaySinhMe", "12/4/1985", "1985-04-12T00:00:00.0"),
        ("staff", "TuDanhGiaKqChuanNgheNghiep", " 02 ", "02"),
        ("staff", "HeSo", "   ", None),
    ],
)
def test_typed_values_become_the_message_and_back(
    part: str, field: str, typed: str, kept: object
) -> None:
    spec: FieldSpec = field_of(part, field)
    assert parse_value(spec, typed) == kept
    if kept is not None:
        assert parse_value(spec, shown_value(spec, kept)) == kept


@pytest.mark.parametrize(
    ("part", "field", "typed"),
    [
        ("staff", "HeSo", "hai"),
        ("staff", "BacLuong", "3,5"),
        ("student", "NgaySinhMe", "1985"),
        ("student", "NgaySinhMe", "31/2/1985"),
        ("staff", "MonNgoaiNguChinh", "x" * 201),
    ],
)
def test_what_cannot_be_a_value_is_refused(part: str, field: str, typed: str) -> None:
    assert isinstance(parse_value(field_of(part, field), typed), Refusal)
