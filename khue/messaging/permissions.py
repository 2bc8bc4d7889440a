"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import LEADERS, Role, register_permission

VIEW = "messaging.view_outbox"
BUDGET = "messaging.manage_budget"


def register() -> None:
    office = {*LEADERS, Role.OFFICE, Role.DEPARTMENT_OFFICER}
    register_permission(VIEW, "Xem hộp gửi tin nhắn", office)
    register_permission(BUDGET, "Đặt hạn mức tin nhắn", {Role.PRINCIPAL, Role.DEPARTMENT_OFFICER})
