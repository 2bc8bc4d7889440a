"""The permissions of this context."""

from khue.access.api import Role, register_permission


def register() -> None:
    register_permission("background.view_own", "Xem việc đang chạy của mình", set(Role))
