"""Where a person may import."""

from __future__ import annotations

from khue.access.api import Actor, Granted, OutsidePlace, reach

IMPORT = "intake.import_sheets"


def schools_to_import_into(actor: Actor) -> list[Granted]:
    """The schools at which the actor may import, one grant each."""
    paths = set(reach(actor, IMPORT).paths)
    found = {one.school_id: one for one in actor.grants if one.place in paths and one.school_id}
    return sorted(found.values(), key=lambda one: one.place_name)


def school_to_import_into(actor: Actor, school_id: int) -> Granted:
    """That school, where the actor may import."""
    for granted in schools_to_import_into(actor):
        if granted.school_id == school_id:
            return granted
    raise OutsidePlace
