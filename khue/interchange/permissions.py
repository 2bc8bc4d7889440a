"""The permissions of this context: of people who manage connections, and of programs."""

from __future__ import annotations

from khue.access.api import LEADERS, Entry, Role, register_navigation, register_permission
from khue.interchange.rules.scopes import SCOPES

MANAGE = "interchange.manage_clients"
READERS = "interchange.view_readings"
MANAGERS = {Role.DEPARTMENT_OFFICER, *LEADERS, Role.TECHNOLOGY}


def register() -> None:
    register_permission(MANAGE, "Quản lý kết nối dữ liệu", MANAGERS)
    register_permission(READERS, "Xem ai đã đọc dữ liệu", {*MANAGERS, Role.COMMUNE_OFFICER})
    for scope in SCOPES.values():
        register_permission(scope.permission, f"Đọc qua API: {scope.title}", {Role.CLIENT})
    register_navigation(*ENTRIES)


ENTRIES = [
    Entry("Dữ liệu", "Kết nối dữ liệu", "interchange.clients", "transfer", MANAGE, 70),
    Entry("Dữ liệu", "Ai đã đọc dữ liệu", "interchange.readings", "eye", READERS, 75),
]
