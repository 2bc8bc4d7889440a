"""Vai trò: the roles that a person can hold at a place, in the words of the school."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    MINISTRY_OFFICER = "ministry_officer"
    DEPARTMENT_OFFICER = "department_officer"
    COMMUNE_OFFICER = "commune_officer"
    PRINCIPAL = "principal"
    VICE_PRINCIPAL = "vice_principal"
    OFFICE = "office"
    TECHNOLOGY = "technology"
    HOMEROOM_TEACHER = "homeroom_teacher"
    SUBJECT_TEACHER = "subject_teacher"
    STAFF = "staff"
    GUARDIAN = "guardian"
    STUDENT = "student"
    CLIENT = "client"


ROLE_NAMES: dict[Role, str] = {
    Role.MINISTRY_OFFICER: "Chuyên viên Bộ",
    Role.DEPARTMENT_OFFICER: "Chuyên viên Sở",
    Role.COMMUNE_OFFICER: "Cán bộ xã",
    Role.PRINCIPAL: "Hiệu trưởng",
    Role.VICE_PRINCIPAL: "Phó hiệu trưởng",
    Role.OFFICE: "Giáo vụ",
    Role.TECHNOLOGY: "Tổ công nghệ",
    Role.HOMEROOM_TEACHER: "Giáo viên chủ nhiệm",
    Role.SUBJECT_TEACHER: "Giáo viên bộ môn",
    Role.STAFF: "Nhân viên",
    Role.GUARDIAN: "Phụ huynh",
    Role.STUDENT: "Học sinh",
    Role.CLIENT: "Phần mềm kết nối",
}
LEADERS = frozenset({Role.PRINCIPAL, Role.VICE_PRINCIPAL})
OFFICERS = frozenset({Role.MINISTRY_OFFICER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER})
TEACHERS = frozenset({Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER})
FAMILY = frozenset({Role.GUARDIAN, Role.STUDENT})
PEOPLE = frozenset(Role) - {Role.CLIENT}
"""Those whom an account can stand for; a program that reads data has no account."""
SECOND_FACTOR_REQUIRED = LEADERS | OFFICERS


def strongest(roles: list[Role]) -> Role | None:
    """The role by which a person is greeted: the first in the order of the enumeration."""
    order = list(Role)
    return min(roles, key=order.index) if roles else None
