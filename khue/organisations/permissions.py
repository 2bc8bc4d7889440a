"""The permissions of this context."""

from khue.access.api import (
    LEADERS,
    OFFICERS,
    TEACHERS,
    Actor,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}


def register() -> None:
    register_permission(
        "organisations.view_school",
        "Xem thông tin trường",
        {*OFFICE, *OFFICERS, *TEACHERS, Role.STAFF},
    )
    register_permission(
        "organisations.manage_school",
        "Sửa thông tin trường",
        {*OFFICE, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER},
    )
    register_permission("organisations.manage_classes", "Tổ chức lớp học", OFFICE)
    register_permission("organisations.manage_year", "Đặt năm học", {Role.DEPARTMENT_OFFICER})
    register_permission("organisations.view_codes", "Xem danh mục", {*OFFICE, *OFFICERS})
    register_permission("organisations.manage_tree", "Sửa cây tổ chức", {Role.DEPARTMENT_OFFICER})
    register_navigation(*ENTRIES)


def is_officer(actor: Actor) -> bool:
    return actor.holds(*OFFICERS)


def is_of_a_school(actor: Actor) -> bool:
    return not actor.holds(*OFFICERS)


def manages_a_school(actor: Actor) -> bool:
    return actor.holds(*OFFICE)


VIEW = "organisations.view_school"
ENTRIES = [
    Entry("Quản lý", "Đơn vị và trường", "organisations.tree", "tree", VIEW, 20, is_officer),
    Entry("Nhà trường", "Trường", "organisations.tree", "school", VIEW, 10, is_of_a_school),
    Entry("Nhà trường", "Lớp học", "organisations.classes", "building", VIEW, 20, is_of_a_school),
    Entry("Nhà trường", "Năm học", "organisations.years", "calendar", VIEW, 80, manages_a_school),
    Entry("Quản lý", "Năm học", "organisations.years", "calendar", VIEW, 60, is_officer),
    Entry("Dữ liệu", "Danh mục", "organisations.codes", "list", "organisations.view_codes", 80),
]
