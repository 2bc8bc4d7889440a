"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import (
    LEADERS,
    OFFICERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

VIEW = "statistics.view"
VIEW_CLASSES = "statistics.view_classes"
VIEW_EXACT = "statistics.view_exact"
REPORT = "statistics.report"
DECLARE = "statistics.declare"

SCHOOL = {*LEADERS, Role.OFFICE}


def register() -> None:
    register_permission(VIEW, "Xem số liệu", {*SCHOOL, *OFFICERS, Role.HOMEROOM_TEACHER})
    register_permission(
        VIEW_CLASSES,
        "Xem số liệu của từng lớp",
        {*SCHOOL, Role.HOMEROOM_TEACHER, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER},
    )
    register_permission(
        VIEW_EXACT, "Xem số liệu không che số nhỏ", {*SCHOOL, Role.HOMEROOM_TEACHER}
    )
    register_permission(
        REPORT,
        "Lập báo cáo thống kê theo biểu mẫu",
        {*SCHOOL, Role.COMMUNE_OFFICER, Role.DEPARTMENT_OFFICER},
    )
    register_permission(DECLARE, "Khai số liệu cho biểu thống kê của trường", SCHOOL)
    register_navigation(Entry("Dữ liệu", "Số liệu", "statistics.start", "chart", VIEW, 20))
