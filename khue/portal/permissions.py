"""The permissions of this context."""

from khue.access.api import LEADERS, OFFICERS, Role, register_permission


def register() -> None:
    register_permission(
        "portal.view_history",
        "Xem lịch sử thay đổi",
        {*LEADERS, *OFFICERS, Role.OFFICE, Role.TECHNOLOGY},
    )
