"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import (
    FAMILY,
    LEADERS,
    TEACHERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

VIEW = "attendance.view"
TAKE = "attendance.take"
CORRECT = "attendance.correct"
ANSWER = "attendance.answer_notes"
ASK = "attendance.ask_leave"
GATE = "attendance.manage_gate"
CARDS = "attendance.manage_cards"
STAFF_TIME = "attendance.view_staff_time"


GATE_PAGES = (
    "attendance.devices",
    "attendance.cards",
    "attendance.hours",
    "attendance.staff_time",
)


def register() -> None:
    office = {*LEADERS, Role.OFFICE}
    seen_by = {*office, *TEACHERS, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER}
    register_permission(VIEW, "Xem điểm danh", seen_by)
    register_permission(TAKE, "Điểm danh", {*office, *TEACHERS})
    register_permission(CORRECT, "Sửa điểm danh đã qua", {*office, Role.HOMEROOM_TEACHER})
    register_permission(ANSWER, "Trả lời đơn xin nghỉ", {*office, Role.HOMEROOM_TEACHER})
    register_permission(ASK, "Xin nghỉ học cho con", FAMILY)
    register_permission(GATE, "Quản lý cổng trường", {*office, Role.TECHNOLOGY})
    register_permission(CARDS, "Cấp và in thẻ", {*office, Role.TECHNOLOGY})
    register_permission(STAFF_TIME, "Xem chấm công", {*LEADERS, Role.OFFICE})
    register_navigation(
        Entry("Hằng ngày", "Điểm danh", "attendance.today", "check-circle", VIEW, 20),
        Entry("Hằng ngày", "Đơn xin nghỉ", "attendance.notes", "mail", ANSWER, 24),
        Entry(
            "Hằng ngày",
            "Cổng trường",
            "attendance.gate_day",
            "shield",
            GATE,
            26,
            covers=GATE_PAGES,
        ),
    )
