"""Phân cấp quản lý tài khoản: who may look after whose account and hand out which role where.

Nobody hands out a role stronger than the own one, above the own place, or to oneself. Whoever can
reset an account can act through it, so a member of staff is looked after only by someone who
stands over every place where that person works; a family by the office of any child's school.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from khue.access.rules.actors import Granted
from khue.access.rules.places import covers
from khue.access.rules.roles import FAMILY, ROLE_NAMES, Role
from kit.refusal import Refusal

# The kind of organisation at which a role is handed out by a person; the teaching roles and those
# of families follow from assignments and from the family itself.
HANDED_OUT_AT: dict[Role, str] = {
    Role.MINISTRY_OFFICER: "ministry",
    Role.DEPARTMENT_OFFICER: "department",
    Role.COMMUNE_OFFICER: "commune",
    Role.PRINCIPAL: "school",
    Role.VICE_PRINCIPAL: "school",
    Role.OFFICE: "school",
    Role.TECHNOLOGY: "school",
    Role.STAFF: "school",
}
LONGEST_DELEGATION = timedelta(days=366)


def is_as_strong(own: Role, other: Role) -> bool:
    """Whether the own role stands at or above another in the order of the roles."""
    order = list(Role)
    return order.index(own) <= order.index(other)


def stands_over(manager: Granted, held: Granted) -> bool:
    """Whether one grant of a manager covers one grant of another person."""
    return covers(manager.place, held.place) and is_as_strong(manager.role, held.role)


def refuse_managing(managing: Sequence[Granted], held: Iterable[Granted]) -> Refusal | None:
    """None when the holder of `managing` may look after an account that holds `held`."""
    for one in held:
        if one.role in FAMILY or any(stands_over(manager, one) for manager in managing):
            continue
        where = f" tại {one.place_name}" if one.place_name else ""
        return Refusal(
            "STANDS_HIGHER",
            f"Người này là {ROLE_NAMES[one.role].lower()}{where}, ngoài phạm vi thầy cô quản lý. "
            "Hãy nhờ cấp quản lý của nơi đó.",
        )
    return None


def roles_to_hand_out(managing: Iterable[Granted]) -> tuple[Role, ...]:
    """The roles that a manager may hand out somewhere, the strongest first."""
    strongest = [one.role for one in managing]
    return tuple(
        role for role in HANDED_OUT_AT if any(is_as_strong(own, role) for own in strongest)
    )


def refuse_grant(managing: Sequence[Granted], wanted: Granted, kind: str) -> Refusal | None:
    """None when a role may be handed out at a place of this kind."""
    if HANDED_OUT_AT.get(wanted.role) != kind:
        return Refusal(
            "WRONG_KIND", f"Vai trò {ROLE_NAMES[wanted.role].lower()} không giao ở nơi này."
        )
    if not any(stands_over(manager, wanted) for manager in managing):
        return Refusal(
            "TOO_HIGH",
            f"Thầy cô không giao được vai trò {ROLE_NAMES[wanted.role].lower()} ở đây: "
            "chỉ giao vai trò không cao hơn của mình, trong nơi mình quản lý.",
        )
    return None


def refuse_days(first: date, last: date | None, today: date) -> Refusal | None:
    """None when the days of a new grant make sense."""
    if last is not None and last < first:
        return Refusal("DAYS", "Ngày kết thúc đứng trước ngày bắt đầu.")
    if last is not None and last < today:
        return Refusal("PAST", "Ngày kết thúc đã qua. Hãy chọn từ hôm nay trở đi.")
    return None


def refuse_delegation(first: date, last: date, today: date, own_end: date | None) -> Refusal | None:
    """None when a role may be lent from `first` to `last`; `own_end` is when it ends oneself."""
    if last - first > LONGEST_DELEGATION:
        return Refusal("TOO_LONG", "Mỗi lần ủy quyền nhiều nhất một năm.")
    if own_end is not None and last > own_end:
        return Refusal("BEYOND_OWN", "Không ủy quyền quá ngày vai trò của chính mình kết thúc.")
    return refuse_days(first, last, today)
