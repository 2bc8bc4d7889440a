"""What both kinds of assignment share: refusals, the person, the right that follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from khue.access.api import Actor, NewGrant, Role
from khue.ledger.api import Author, Operation
from khue.organisations.api import ClassCard, ClassSubjectCard
from khue.records.api import StaffLine, staff_of_school
from kit.dates import print_date

ONE_DAY = timedelta(days=1)


class AssignmentRefused(Exception):
    """Something a person must correct; `field` names the value, the text is the reason."""

    def __init__(self, key: str, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence
        self.field = field


class AssignmentsRefused(Exception):
    """Some rows of a list cannot be; `rows` gives the reason by index."""

    def __init__(self, rows: Mapping[int, AssignmentRefused]) -> None:
        super().__init__(f"{len(rows)} phân công chưa hợp lệ nên chưa phân công nào được ghi.")
        self.rows = rows


def operation_of(actor: Actor, now: datetime, given: Operation | None) -> Operation:
    return given or Operation(Author(actor.account_id or None, actor.name), now)


def posted(school_id: int, on: date) -> dict[int, StaffLine]:
    """Who works at a school on a day."""
    return {one.id: one for one in staff_of_school(school_id, on)}


def colleague(people: Mapping[int, StaffLine], staff_id: int, on: date) -> StaffLine:
    if staff_id not in people:
        sentence = (
            f"Người này không công tác tại trường vào ngày {print_date(on)}. "
            "Hãy chọn người khác hoặc ghi vị trí việc làm trước."
        )
        raise AssignmentRefused("NOT_POSTED", sentence, "staff_id")
    return people[staff_id]


def refuse_closed(card: ClassCard, on: date) -> None:
    if card.closed_on and card.closed_on < on:
        sentence = f"Lớp {card.name} đã giải thể ngày {print_date(card.closed_on)}."
        raise AssignmentRefused("CLASS_CLOSED", sentence, "class_id")


def homeroom_grant(
    card: ClassCard, account_id: int, assignment_id: int, first: date, last: date | None
) -> NewGrant:
    return NewGrant(
        account_id=account_id,
        role=Role.HOMEROOM_TEACHER,
        place=card.place,
        place_name=f"Lớp {card.name}",
        school_id=card.school_id,
        province_id=card.province_id,
        valid_from=first,
        valid_to=last,
        source="assignment",
        source_key=homeroom_key(assignment_id),
    )


def teaching_grant(
    card: ClassSubjectCard, account_id: int, assignment_id: int, first: date, last: date | None
) -> NewGrant:
    return NewGrant(
        account_id=account_id,
        role=Role.SUBJECT_TEACHER,
        place=card.place,
        place_name=f"{card.subject_name} {card.class_name}",
        school_id=card.school_id,
        province_id=card.province_id,
        valid_from=first,
        valid_to=last,
        source="assignment",
        source_key=teaching_key(assignment_id),
    )


def homeroom_key(assignment_id: int) -> str:
    return f"homeroom:{assignment_id}"


def teaching_key(assignment_id: int) -> str:
    return f"teaching:{assignment_id}"
