"""Người bị tòa án hạn chế: what still waits to go out to that adult about the child is called off.

A phone or mailbox that another adult of the child uses too goes on getting it.
"""

from __future__ import annotations

from django.db.models import Q

from khue.ledger.api import Operation
from khue.messaging.models import Message
from khue.messaging.services.sealing import digest_of_address
from khue.messaging.services.spending import give_budget_back
from khue.records.api import KeptAway, guardians_of_student
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped

WHY = "Người nhận không còn được xem thông tin của học sinh."


def call_off_messages(operation: Operation, who: KeptAway) -> None:
    """Cancel the waiting messages of one adult about one child."""
    day = vietnam_day(operation.at)
    others = {one.phone for one in guardians_of_student(who.student_id, day)}
    theirs = Q(pk__in=[])
    if who.account_id:
        theirs |= Q(account_id=who.account_id, channel__in=["app", "push"])
    if who.phone and who.phone not in others:
        digests = [digest_of_address(channel, who.phone) for channel in ("sms", "zns")]
        theirs |= Q(address_digest__in=digests)
    if who.email:
        theirs |= Q(address_digest=digest_of_address("email", who.email))
    with scoped(EVERYTHING):
        waiting = Message.objects.select_for_update().filter(
            theirs, student_id=who.student_id, state="waiting"
        )
        numbers = list(waiting.values_list("id", flat=True))
        give_budget_back(numbers)
        Message.objects.filter(pk__in=numbers).update(
            state="cancelled", ended_at=operation.at, trouble=WHY
        )
