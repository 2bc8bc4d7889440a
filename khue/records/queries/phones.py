"""Số điện thoại đã đăng ký: whose children a phone may ask about. Not gated; for look-up by SMS."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from khue.records.models import Guardianship


def children_of_phone(phone: str, day: date) -> tuple[int, ...]:
    """Students whose guardian registered this phone; a guardian kept away by a court has none."""
    if not phone:
        return ()
    today = Guardianship.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), guardian__phone=phone, starts_on__lte=day
    )
    found = today.filter(blocked_reason="").values_list("student_id", flat=True)
    return tuple(sorted(set(found)))
