"""Nơi sửa: the page of the product that mends a field, or the page of added data."""

from __future__ import annotations

from khue.sector.queries.lists import supplement_fields

SENSITIVE = {"MaLoaiKhuyetTat", "MaDtuongCsach", "MaTonGiao", "KhuyetTat"}
FAMILY_ENDS = ("Me", "Bo", "NguoiGiamHo")
STUDIES = {
    *("MaLopHocDn", "MaLopHocCn", "KhoiHoc", "TrangThai", "NgayTrangThai", "LoaiNhapHoc"),
    *("MaLyDoThoiHoc", "ThoiDiemRoiTruong"),
}
CLASS_SUBJECTS = {"DsMonHoc", "MaMonHoc", "LoaiDanhGia", "MonChuyen", "MonVnen", "HocKy"}
ADDED = "sector.supplement"


def home_of(part: str, field: str) -> str:
    """The name of the route that mends a field of a record."""
    if field in {one.name for one in supplement_fields(part)}:
        return ADDED
    return _HOMES[part](field)


def _school(field: str) -> str:
    del field
    return "organisations.edit_school"


def _site(field: str) -> str:
    del field
    return "organisations.edit_site"


def _class(field: str) -> str:
    return "organisations.class_subjects" if field in CLASS_SUBJECTS else "organisations.edit_class"


def _staff(field: str) -> str:
    return "records.staff" if field in {"LoaiHopDong", "LoaiCanBo"} else "records.edit_staff"


def _student(field: str) -> str:
    if field in SENSITIVE:
        return "records.sensitive"
    if field in STUDIES:
        return "records.studies"
    return "records.family" if field.endswith(FAMILY_ENDS) else "records.edit_student"


def _result(field: str) -> str:
    return "records.edit_student" if field == "mahocsinh" else "gradebook.years"


_HOMES = {
    "school": _school,
    "site": _site,
    "class": _class,
    "staff": _staff,
    "student": _student,
    "result1": _result,
    "result2": _result,
    "result3": _result,
}
