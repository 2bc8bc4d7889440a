"""The permissions of this context, and its lines in the navigation."""

from khue.access.rules.navigation import Entry, register_navigation
from khue.access.rules.permissions import register_permission
from khue.access.rules.roles import LEADERS, OFFICERS, Role

MANAGERS = {*OFFICERS, *LEADERS, Role.OFFICE, Role.TECHNOLOGY}


def register() -> None:
    register_permission("access.use_own_account", "Dùng tài khoản của mình", set(Role))
    register_permission("access.view_accounts", "Xem tài khoản", MANAGERS)
    register_permission("access.manage_accounts", "Quản lý tài khoản và quyền", MANAGERS)
    register_permission("access.delegate", "Ủy quyền có thời hạn", {*LEADERS, *OFFICERS})
    register_navigation(
        Entry("Hệ thống", "Tài khoản", "access.accounts", "key", "access.view_accounts", 70),
        Entry("Hệ thống", "Ủy quyền", "access.delegations", "transfer", "access.delegate", 72),
    )
