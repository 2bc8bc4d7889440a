"""The permissions and the navigation of this context."""

from khue.access.api import (
    LEADERS,
    OFFICERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)


def register() -> None:
    register_permission(
        "portal.view_history",
        "Xem lịch sử thay đổi",
        {*LEADERS, *OFFICERS, Role.OFFICE, Role.TECHNOLOGY},
    )
    home = Entry("Hằng ngày", "Trang đầu", "portal.home", "home", "access.use_own_account", 0)
    register_navigation(home)
