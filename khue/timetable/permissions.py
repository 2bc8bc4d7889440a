"""The permissions of this context."""

from khue.access.api import (
    LEADERS,
    TEACHERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}
MANAGE = "timetable.manage_assignments"


def register() -> None:
    register_permission(
        "timetable.view_assignments", "Xem phân công", {*OFFICE, *TEACHERS, Role.DEPARTMENT_OFFICER}
    )
    register_permission(MANAGE, "Phân công giảng dạy", OFFICE)
    register_navigation(
        Entry("Nhà trường", "Phân công dạy", "timetable.assignments", "move", MANAGE, 40),
        Entry("Nhà trường", "Chủ nhiệm", "timetable.homerooms", "teacher", MANAGE, 42),
        Entry("Nhà trường", "Số tiết dạy", "timetable.loads", "clock", MANAGE, 44),
    )
