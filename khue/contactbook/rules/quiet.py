"""Giờ yên tĩnh: a message written then is kept, and told when they are over."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from kit.dates import VIETNAM


def is_in_quiet_hours(moment: datetime, begins: time, ends: time) -> bool:
    """Whether a moment lies within them (they may run over midnight); equal ends mean none."""
    clock = moment.astimezone(VIETNAM).timetz().replace(tzinfo=None)
    if begins <= ends:
        return begins <= clock < ends
    return clock >= begins or clock < ends


def told_from(moment: datetime, begins: time, ends: time) -> datetime:
    """Khi nào báo cho bên kia: at once, or when the quiet hours end."""
    if not is_in_quiet_hours(moment, begins, ends):
        return moment
    local = moment.astimezone(VIETNAM)
    opening = datetime.combine(local.date(), ends, VIETNAM)
    return opening if opening > local else opening + timedelta(days=1)
