"""Đặt cách liên lạc với gia đình: the choices of a school from today on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.contactbook.models import ContactPolicy
from khue.contactbook.permissions import SETTINGS
from khue.contactbook.queries.policies import family_policy
from khue.contactbook.rules.policies import FamilyPolicy, check_policy, value_of
from khue.contactbook.services.thread_work import TalkRefused, operation_of
from khue.ledger.api import Change, append_changes
from khue.organisations.api import school_summary
from kit.dates import vietnam_day


@transaction.atomic
def set_family_policy(*, actor: Actor, now: datetime, school_id: int, policy: FamilyPolicy) -> None:
    """Lưu cách liên lạc, in force from today; earlier days keep what held then.

    Raises TalkRefused.
    """
    school = school_summary(school_id)
    permit(actor, SETTINGS, school.path)
    refusal = check_policy(policy)
    if refusal:
        raise TalkRefused(refusal.sentence)
    day = vietnam_day(now)
    before = family_policy(school_id, day)
    ContactPolicy.objects.update_or_create(
        school_id=school_id, starts_on=day, defaults={"value": value_of(policy)}
    )
    change = Change(
        subject=f"contact_policy:{school_id}",
        action="change",
        label="Cách liên lạc với gia đình",
        old=value_of(before),
        new=value_of(policy),
        school_id=school_id,
        province_id=school.province_id,
    )
    append_changes(operation_of(actor, now), [change])
