"""Việc chờ chính tôi ký: one's own requests, and those of a seal that one may use."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from khue.access.api import Actor, reach
from khue.signing.models import Request
from khue.signing.permissions import SIGN, USE_SEAL


def own_requests(actor: Actor) -> QuerySet[Request]:
    """Everything that was ever asked of this person, or of a seal in her hands.

    The right to sign holds wherever it was granted; the seal's only at its organisation.
    """
    own = Q(account_id=actor.account_id) if not reach(actor, SIGN).is_empty else Q(pk__in=[])
    for path in reach(actor, USE_SEAL).paths:
        own |= Q(seal_of__path__startswith=path)
    return Request.objects.filter(own)
