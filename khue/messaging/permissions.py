"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import LEADERS, Entry, Role, register_navigation, register_permission

VIEW = "messaging.view_outbox"
MANAGE = "messaging.manage_outbox"
BUDGET = "messaging.manage_budget"
SECTION = "Quản lý"


def register() -> None:
    office = {*LEADERS, Role.OFFICE, Role.DEPARTMENT_OFFICER}
    register_permission(VIEW, "Xem hộp gửi tin nhắn", office)
    register_permission(MANAGE, "Hủy và gửi lại tin nhắn", office)
    register_permission(BUDGET, "Đặt hạn mức tin nhắn", {Role.PRINCIPAL, Role.DEPARTMENT_OFFICER})
    register_navigation(Entry(SECTION, "Hộp gửi tin nhắn", "messaging.outbox", "mail", VIEW, 70))
