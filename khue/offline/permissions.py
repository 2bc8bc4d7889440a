"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import LEADERS, TEACHERS, Role, register_permission

USE = "offline.use"


def register() -> None:
    register_permission(USE, "Làm việc khi mất mạng", {*TEACHERS, *LEADERS, Role.OFFICE})
