"""Số điện thoại đã đăng ký: whose children a phone may ask about. Not gated; for look-up by SMS."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from khue.access.api import PhonePerson
from khue.records.models import Guardian, Guardianship


def children_of_phone(phone: str, day: date) -> tuple[int, ...]:
    """Students whose guardian registered this phone; a guardian kept away by a court has none."""
    if not phone:
        return ()
    return tuple(sorted(set(_open_links(phone, day).values_list("student_id", flat=True))))


def _open_links(phone: str, day: date) -> QuerySet[Guardianship]:
    today = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    links = Guardianship.objects.filter(today, starts_on__lte=day, guardian__phone=phone)
    return links.filter(blocked_reason="", student__merged_into__isnull=True)


def guardians_of_phone(phone: str, day: date) -> list[PhonePerson]:
    """The adults of a phone who may see a child today, each with the children's schools."""
    if not phone:
        return []
    links = _open_links(phone, day).select_related("guardian", "student__home_school__organisation")
    found: dict[int, tuple[Guardian, list[str]]] = {}
    for link in links.order_by("guardian_id", "student__name_key", "student_id"):
        family = found.setdefault(link.guardian_id, (link.guardian, []))
        given, school = link.student.name.split()[-1], link.student.home_school.organisation.name
        family[1].append(f"{given} ({school})")
    return [_person(guardian, children) for guardian, children in found.values()]


def _person(guardian: Guardian, children: list[str]) -> PhonePerson:
    note = "Gia đình của " + ", ".join(dict.fromkeys(children))
    return PhonePerson(guardian.pk, guardian.name, note, guardian.account_id)
