"""Ánh xạ sang tên và mã của Bộ: the one place that knows how others call our facts.

The ministry's own schema is not public yet. When it is, this file changes and nothing else does:
the tables below give every fact its element, in the order of the schema, and the code in which it
is written. Code lists: QCVN 109:2017/BTTTT for sex, the model of the National Data Centre for
levels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

NAMESPACE = "urn:vn:oss-school:hocba:1"

SEX: Mapping[str, str] = MappingProxyType({"": "0", "M": "1", "F": "2"})
LEVELS: Mapping[str, str] = MappingProxyType({"Tốt": "T", "Khá": "K", "Đạt": "Đ", "Chưa đạt": "CĐ"})


@dataclass(frozen=True, slots=True)
class Codec:
    """How one kind of value is written and read back; an empty text is not written at all."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _coded(codes: Mapping[str, str]) -> Codec:
    names = {code: name for name, code in codes.items()}
    return Codec(lambda value: codes.get(value, value), lambda text: names.get(text, text))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


TEXT = Codec(str, str)
DAY = Codec(_day, date.fromisoformat)
NUMBER = Codec(_number, int)
COUNT = Codec(lambda value: str(value) if value else "", int)
FLAG = Codec(lambda value: "1" if value else "0", lambda text: text == "1")
SEX_CODE = _coded(SEX)
LEVEL_CODE = _coded(LEVELS)


@dataclass(frozen=True, slots=True)
class Item:
    """One element: its name, the fact it tells, how it is written."""

    name: str
    fact: str
    codec: Codec = TEXT


HEAD = (
    Item("maDinhDanhHocBa", "code"),
    Item("phienBan", "version", NUMBER),
    Item("maXacThuc", "verify_code"),
    Item("maSoGD", "department_code"),
    Item("tenSoGD", "department"),
    Item("maTruong", "school_code"),
    Item("tenTruong", "school"),
    Item("xaPhuong", "commune"),
    Item("tinhThanhPho", "province"),
    Item("maCapHoc", "level"),
    Item("diaDanhPhatHanh", "place"),
    Item("ngayLap", "made_on", DAY),
    Item("nguoiKyGiamHieu", "leader_name"),
    Item("chucVuGiamHieu", "leader_title"),
)
PUPIL = (
    Item("maHoSoSuotDoi", "lifelong_code"),
    Item("soDinhDanh", "personal_number"),
    Item("maHocSinh", "code"),
    Item("hoVaTen", "name"),
    Item("ngaySinh", "born"),
    Item("gioiTinh", "sex", SEX_CODE),
    Item("noiSinh", "birth_place"),
    Item("maDanToc", "ethnic_code"),
    Item("danToc", "ethnic"),
    Item("maQuocTich", "nationality_code"),
    Item("quocTich", "nationality"),
    Item("choOHienNay", "address"),
    Item("doiTuongChinhSach", "policies"),
    Item("hoTenCha", "father"),
    Item("ngheNghiepCha", "father_job"),
    Item("hoTenMe", "mother"),
    Item("ngheNghiepMe", "mother_job"),
    Item("hoTenNguoiGiamHo", "guardian"),
    Item("ngheNghiepNguoiGiamHo", "guardian_job"),
)
# A result of a subject is an average (dtb…) or a level (muc…); both tell the same fact.
RESULTS = (("Hk1", "term1"), ("Hk2", "term2"), ("Cn", "year"), ("SauDanhGiaLai", "after"))
BY_SCORE, BY_LEVEL = "dtb", "muc"
STRAND = (
    Item("mucDat", "level"),
    Item("diemKtdk", "test"),
    Item("mucDatSauGiupDo", "level_after"),
    Item("diemKtdkSauGiupDo", "test_after"),
)
SUBJECT_FIRST = (Item("maMonHoc", "code"), Item("tenMonHoc", "name"), Item("hinhThuc", "form"))
SUBJECT_LAST = (
    Item("nhanXet", "comment"),
    Item("ghiChu", "note"),
    Item("soChoSua", "corrections", COUNT),
    Item("giaoVien", "teacher"),
    Item("maGiaoVien", "teacher_code"),
)
TERMS = (
    Item("hocKy1", "term1", LEVEL_CODE),
    Item("hocKy2", "term2", LEVEL_CODE),
    Item("caNam", "year", LEVEL_CODE),
    Item("sauHe", "after", LEVEL_CODE),
)
QUALITY = (
    Item("nhom", "group"),
    Item("ten", "name"),
    Item("muc", "level"),
    Item("mucSauGiupDo", "level_after"),
)
STAY = (
    Item("truong", "school"),
    Item("lop", "class_name"),
    Item("tuNgay", "starts_on", DAY),
    Item("denNgay", "ends_on", DAY),
    Item("ghiChu", "note"),
)
YEAR_FIRST = (
    Item("namHoc", "year", NUMBER),
    Item("quyChe", "regime"),
    Item("maKhoi", "grade"),
    Item("maLop", "class_code"),
    Item("tenLop", "class_name"),
    Item("giaoVienChuNhiem", "homeroom"),
    Item("maGiaoVienChuNhiem", "homeroom_code"),
)
YEAR_LAST = (
    Item("nhanXetPhamChatNangLuc", "quality_remark"),
    Item("danhGiaCuoiNam", "year_level"),
    Item("danhGiaSauGiupDo", "year_level_after"),
    Item("nghiCoPhep", "absent_with", NUMBER),
    Item("nghiKhongPhep", "absent_without", NUMBER),
    Item("coKhuyetTatKhongDanhGia", "not_assessed", FLAG),
    Item("maKetLuan", "outcome"),
    Item("ketLuan", "outcome_text"),
    Item("maDanhHieu", "award"),
    Item("danhHieu", "award_text"),
    Item("nhanXetGvcn", "remark"),
    Item("nhiemVuHe", "summer_task"),
    Item("nhanXetSauHe", "summer_remark"),
    Item("chieuCao", "height"),
    Item("canNang", "weight"),
    Item("sucKhoe", "health"),
)
MANY = (("khenThuong", "special_awards"), ("chungChi", "certificates"))
CONTAINERS = (
    ("KyGiaoVien", "ky-gv"),
    ("KyGVCN", "ky-gvcn"),
    ("KyHieuTruong", "ky-ht"),
    ("KyDonVi", "ky-dv"),
)
