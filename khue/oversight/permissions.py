"""The permissions of this context, and its line in the navigation."""

from __future__ import annotations

from khue.access.api import (
    LEADERS,
    OFFICERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

VIEW = "oversight.view_work"
FAULTS = "oversight.view_faults"
DEADLINES = "oversight.set_deadlines"
REMIND = "oversight.remind_schools"
AUTHORITIES = OFFICERS - {Role.MINISTRY_OFFICER}


def register() -> None:
    register_permission(VIEW, "Xem việc còn lại của các trường", OFFICERS)
    register_permission(FAULTS, "Xem lỗi dữ liệu của trường", {*AUTHORITIES, *LEADERS, Role.OFFICE})
    register_permission(DEADLINES, "Đặt hạn cho các trường", AUTHORITIES)
    register_permission(REMIND, "Nhắc các trường", AUTHORITIES)
    register_navigation(
        Entry(
            *("Dữ liệu", "Việc của các trường", "oversight.work", "list", VIEW, 22),
            covers=("oversight.deadlines", "oversight.reminders"),
        ),
        Entry(
            *("Dữ liệu", "Lỗi dữ liệu", "oversight.own_faults", "alert", FAULTS, 23),
            only_for=lambda actor: not actor.holds(*OFFICERS),
        ),
    )
