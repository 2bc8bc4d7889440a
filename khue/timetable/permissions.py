"""The permissions of this context."""

from khue.access.api import LEADERS, TEACHERS, Role, register_permission

OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}


def register() -> None:
    register_permission(
        "timetable.view_assignments", "Xem phân công", {*OFFICE, *TEACHERS, Role.DEPARTMENT_OFFICER}
    )
    register_permission("timetable.manage_assignments", "Phân công giảng dạy", OFFICE)
