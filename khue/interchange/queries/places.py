"""Which schools a program may read, for one scope."""

from __future__ import annotations

from uuid import UUID

from khue.access.api import Actor, OutsidePlace, permit, reach
from khue.interchange.rules.ids import Kind, number_of
from khue.interchange.rules.scopes import SCOPES
from khue.organisations.api import school_summary, schools_at_or_below


def schools_for(actor: Actor, scope: str, wanted: UUID | None = None) -> list[int]:
    """The schools within reach of a scope, or the one that is asked for.

    Raises OutsidePlace for a school that is not within reach.
    """
    permission = SCOPES[scope].permission
    if wanted is None:
        return schools_at_or_below(reach(actor, permission).paths)
    number = number_of(str(wanted), Kind.ORGANISATION)
    if number is None:
        raise OutsidePlace(wanted)
    school = school_summary(number)
    permit(actor, permission, school.path)
    return [school.id]
