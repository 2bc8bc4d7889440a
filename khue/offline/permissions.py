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

USE = "offline.use"


def register() -> None:
    register_permission(USE, "Làm việc khi mất mạng", {*TEACHERS, *LEADERS, Role.OFFICE})
    register_navigation(Entry("Hằng ngày", "Khi mất mạng", "offline.shell", "download", USE, 60))
