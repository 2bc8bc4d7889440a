"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import LEADERS, Entry, Role, register_navigation, register_permission

PUBLISH = "answers.publish"


def register() -> None:
    register_permission(PUBLISH, "Công bố kết quả để tra cứu", {Role.DEPARTMENT_OFFICER, *LEADERS})
    register_navigation(
        Entry(
            "Quản lý",
            "Công bố kết quả",
            "answers.publications",
            "search",
            PUBLISH,
            80,
            covers=("answers.new",),
        )
    )
