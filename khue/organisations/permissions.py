"""The permissions of this context."""

from khue.access.api import LEADERS, OFFICERS, TEACHERS, Role, register_permission

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
