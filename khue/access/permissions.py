"""The permissions of this context."""

from khue.access.rules.permissions import register_permission
from khue.access.rules.roles import LEADERS, Role

MANAGERS = {Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER, *LEADERS, Role.TECHNOLOGY}


def register() -> None:
    register_permission("access.use_own_account", "Dùng tài khoản của mình", set(Role))
    register_permission("access.view_accounts", "Xem tài khoản", MANAGERS)
    register_permission("access.manage_accounts", "Quản lý tài khoản và quyền", MANAGERS)
    register_permission("access.delegate", "Ủy quyền có thời hạn", {*LEADERS, *MANAGERS})
