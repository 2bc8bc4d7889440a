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

SIGNERS = {*LEADERS, *TEACHERS, Role.OFFICE, Role.TECHNOLOGY, Role.STAFF, Role.DEPARTMENT_OFFICER}
SECTION = "Ký số"
SIGN = "signing.sign"
USE_SEAL = "signing.use_seal"
MANAGE_SEAL = "signing.manage_seal"
MANAGE_TRUST = "signing.manage_trust"


def register() -> None:
    register_permission(SIGN, "Ký số", SIGNERS)
    register_permission(USE_SEAL, "Đóng dấu số của trường", {Role.PRINCIPAL, Role.OFFICE})
    register_permission(MANAGE_SEAL, "Đăng ký con dấu số của trường", {*LEADERS})
    register_permission(
        MANAGE_TRUST,
        "Quản lý danh sách chứng thư tin cậy",
        {Role.DEPARTMENT_OFFICER, Role.MINISTRY_OFFICER},
    )
    register_navigation(
        Entry(SECTION, "Chờ tôi ký", "signing.inbox", "pen", SIGN, 10),
        Entry(SECTION, "Chứng thư của tôi", "signing.credentials", "key", SIGN, 40),
    )
    register_navigation(
        Entry(SECTION, "Chứng thư tin cậy", "signing.trusted", "shield", MANAGE_TRUST, 60)
    )
