"""Phạm vi dữ liệu: what a program may be allowed to read, and the names it asks by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """One scope: its name in OAuth, its title, what it opens, and whose read is noted apart.

    `permission` is its name at the gate. `kinds`: the kinds of ledger subjects that the feed of
    changes tells to whoever holds it. `sensitive` scopes open what the law calls sensitive.
    """

    name: str
    title: str
    fields: str
    permission: str
    kinds: tuple[str, ...] = ()
    sensitive: bool = False


def _scope(name: str, title: str, fields: str, *kinds: str, sensitive: bool = False) -> Scope:
    permission = "interchange." + name.replace(".", "_")
    return Scope(name, title, fields, permission, kinds, sensitive)


SCHOOLS, STUDENTS, DEMOGRAPHICS = "schools.read", "students.read", "students.demographics.read"
CONTACT, IDENTITY, CARE = "students.contact.read", "students.identity.read", "students.care.read"
GUARDIANS, STAFF, STAFF_CONTACT = "guardians.read", "staff.read", "staff.contact.read"
ENROLMENTS, MARKS, ATTENDANCE = "enrolments.read", "marks.read", "attendance.read"
FIGURES = "figures.read"

SCOPES: dict[str, Scope] = {
    one.name: one
    for one in (
        _scope(
            SCHOOLS,
            "Trường, lớp, môn học",
            "trường, điểm trường, năm học, lớp, môn của lớp",
            *("organisation", "school", "site", "school_year", "class", "class_subject"),
        ),
        _scope(STUDENTS, "Học sinh", "họ tên, giới tính, ngày sinh, mã định danh ngành", "student"),
        _scope(
            DEMOGRAPHICS,
            "Nhân thân học sinh",
            "dân tộc, quốc tịch, nơi sinh, quê quán",
            sensitive=True,
        ),
        _scope(CONTACT, "Liên hệ của học sinh", "địa chỉ, điện thoại, thư điện tử"),
        _scope(IDENTITY, "Số định danh cá nhân", "số định danh cá nhân", sensitive=True),
        _scope(
            CARE,
            "Chính sách, khuyết tật",
            "đối tượng chính sách, dạng khuyết tật",
            sensitive=True,
        ),
        _scope(GUARDIANS, "Cha mẹ, người giám hộ", "họ tên, quan hệ, liên hệ"),
        _scope(
            STAFF,
            "Cán bộ, giáo viên",
            "họ tên, giới tính, mã, phân công giảng dạy",
            *("staff", "teaching"),
        ),
        _scope(STAFF_CONTACT, "Liên hệ của cán bộ", "điện thoại, thư điện tử"),
        _scope(ENROLMENTS, "Quá trình học tập", "lớp, năm học, trạng thái"),
        _scope(
            MARKS,
            "Điểm và kết quả",
            "điểm các môn, kết quả rèn luyện và học tập",
            *("mark", "result"),
        ),
        _scope(
            ATTENDANCE,
            "Chuyên cần",
            "ngày vắng, đi muộn, về sớm",
            "attendance",
        ),
        _scope(FIGURES, "Số liệu thống kê", "số đếm của trường, xã, tỉnh; số nhỏ được che"),
    )
}

ONEROSTER = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
ROSTER = (SCHOOLS, STUDENTS, STAFF, ENROLMENTS)
# The names that programs which know OneRoster 1.2 ask by, and what we understand by them.
ONEROSTER_SCOPES: dict[str, tuple[str, ...]] = {
    f"{ONEROSTER}roster-core.readonly": ROSTER,
    f"{ONEROSTER}roster.readonly": ROSTER,
    f"{ONEROSTER}roster-demographics.readonly": (DEMOGRAPHICS,),
    f"{ONEROSTER}gradebook-core.readonly": (MARKS, SCHOOLS),
    f"{ONEROSTER}gradebook.readonly": (MARKS, SCHOOLS),
}


def permissions_of(names: Iterable[str]) -> tuple[str, ...]:
    """The names at the gate of some scopes."""
    return tuple(SCOPES[name].permission for name in names)


def scope_of_permission(permission: str) -> Scope:
    return next(one for one in SCOPES.values() if one.permission == permission)


def understood(asked: str) -> frozenset[str] | None:
    """The scopes that a request names, ours or those of OneRoster; None when one is unknown."""
    found: set[str] = set()
    for name in asked.split():
        if name not in SCOPES and name not in ONEROSTER_SCOPES:
            return None
        found.update(ONEROSTER_SCOPES.get(name, (name,)))
    return frozenset(found)


def granted_names(asked: str, held: frozenset[str]) -> str:
    """The scope that a token is given: what was asked for and is held; all that is held if silent.

    A name is granted whole or not at all.
    """
    if not asked.strip():
        return " ".join(one for one in SCOPES if one in held)
    whole = [one for one in asked.split() if (understood(one) or {""}) <= held]
    return " ".join(dict.fromkeys(whole))
