"""Where an operation belongs: the school and province of what it wants to write."""

from __future__ import annotations

from khue.offline.rules.operations import KEEP, OF_BOOK, DeviceOperation
from khue.organisations.api import class_subjects_by_ids, class_summaries
from kit.fences import EVERYTHING, scoped


def school_of_place(operation: DeviceOperation) -> tuple[int | None, int | None]:
    """(school, province) of a target; nothing where it does not exist."""
    if operation.kind == KEEP:
        return None, None
    with scoped(EVERYTHING):
        if operation.kind in OF_BOOK:
            found = class_subjects_by_ids([operation.place["book"]]).values()
            return next(((one.school_id, one.province_id) for one in found), (None, None))
        cards = class_summaries([operation.place["class"]]).values()
        return next(((one.school_id, one.province_id) for one in cards), (None, None))
