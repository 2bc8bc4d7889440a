"""The permissions of this context."""

from khue.access.api import FAMILY, Actor, Entry, Role, register_navigation, register_permission


def works_here(actor: Actor) -> bool:
    """Families order no long work, so their pages do not speak of it."""
    return any(role not in FAMILY for role in actor.roles)


def register() -> None:
    register_permission("background.view_own", "Xem việc đang chạy của mình", set(Role))
    register_navigation(
        Entry(
            "Dữ liệu",
            "Việc đang chạy",
            "background.tasks",
            "clock",
            "background.view_own",
            90,
            only_for=works_here,
        )
    )
