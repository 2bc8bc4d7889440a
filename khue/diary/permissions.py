"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import (
    LEADERS,
    TEACHERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

VIEW = "diary.view"
WRITE = "diary.write"
CLOSE_WEEK = "diary.close_week"
REOPEN = "diary.reopen_week"
FOLLOW = "diary.follow_teaching"
RATE = "diary.set_ratings"
HAND_IN = "diary.hand_in_month"
PLANS = "diary.manage_plans"


def register() -> None:
    office = {*LEADERS, Role.OFFICE}
    register_permission(VIEW, "Xem sổ ghi đầu bài", {*office, *TEACHERS, Role.DEPARTMENT_OFFICER})
    register_permission(WRITE, "Ghi sổ ghi đầu bài", {*LEADERS, *TEACHERS})
    register_permission(CLOSE_WEEK, "Chốt tuần sổ ghi đầu bài", {Role.HOMEROOM_TEACHER, *LEADERS})
    register_permission(REOPEN, "Mở lại tuần đã chốt của sổ ghi đầu bài", LEADERS)
    register_permission(FOLLOW, "Theo dõi tiến độ giảng dạy", {*office, Role.DEPARTMENT_OFFICER})
    register_permission(RATE, "Đặt cách xếp loại giờ học của trường", LEADERS)
    register_permission(HAND_IN, "Trình ký tháng sổ ghi đầu bài", {*office, Role.HOMEROOM_TEACHER})
    register_permission(PLANS, "Quản lý phân phối chương trình", {*office, Role.TECHNOLOGY})
    register_navigation(Entry("Hằng ngày", "Sổ đầu bài", "diary.today", "book", VIEW, 14))
