"""Kết chuyển năm học: pupils take their seats in the classes of the next year, and back again.

Law: TT 22/2021/TT-BGDĐT, Điều 12; TT 27/2020/TT-BGDĐT, Điều 11
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from khue.access.api import Actor
from khue.gradebook.models import YearClosing
from khue.gradebook.queries.books import NoSuchBook
from khue.gradebook.queries.closing import (
    PlanLine,
    SchoolPlan,
    moved_of,
    open_school,
    plan_of_school,
    why_held,
)
from khue.gradebook.rules.closing import Fate, Target
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import next_grade
from khue.records.api import YearMove, YearMoved, YearTurned, turn_year, turn_year_back
from kit.dates import print_date

# Two who close or undo at one school wait for each other.
HOLD = "select pg_advisory_xact_lock(%s, 4)"
LEAVES, STAYS_OUT = 0, -1


class ClosingRefused(Exception):
    """A closing that cannot be done; the text says why and what to do."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing did: how many moved, and who could not, by a sentence."""

    closing_id: int | None
    moved: int
    refused: Mapping[str, str]


def close_year(
    *,
    actor: Actor,
    now: datetime,
    school_id: int,
    year: int,
    first_day: date,
    class_ids: Sequence[int] | None = None,
    choices: Mapping[int, int] | None = None,
) -> Closed:
    """Kết chuyển classes of a school, or all of them; sent twice it moves nobody twice.

    `choices`: by pupil, the class of the next year, 0 out of school, -1 not yet; who is not named
    goes where the plan takes him. Raises ClosingRefused for a choice that cannot be.
    """
    open_school(actor, school_id)
    with transaction.atomic():
        _hold(school_id)
        plan = plan_of_school(actor, school_id, year, class_ids)
        _check_days(plan, first_day)
        wanted = chosen_moves(plan, choices or {})
        turned = turn_year(
            actor=actor,
            now=now,
            school_id=school_id,
            last_day=plan.days[0],
            first_day=first_day,
            moves=[move for _, move in wanted],
        )
        return _keep(actor, now, plan, wanted, turned)


def _hold(school_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [school_id % 2**31])


def _check_days(plan: SchoolPlan, first_day: date) -> None:
    last_day = plan.days[0]
    if last_day < first_day <= date(plan.year + 1, 12, 31):
        return
    raise ClosingRefused(
        "FIRST_DAY",
        f"Ngày vào lớp mới phải sau ngày kết thúc năm học ({print_date(last_day)}) và trong năm"
        f" {plan.year + 1}. Hãy xem lại ngày.",
    )


def chosen_moves(plan: SchoolPlan, choices: Mapping[int, int]) -> list[tuple[PlanLine, YearMove]]:
    """The moves of a plan with what a person chose otherwise; who waits stays."""
    targets = {one.id: one for one in plan.targets}
    found = []
    for line in (one for group in plan.classes for one in group.lines):
        move = _move(line, choices.get(line.line.student_id), targets)
        if move is not None:
            found.append((line, move))
    return found


def _move(line: PlanLine, choice: int | None, targets: Mapping[int, Target]) -> YearMove | None:
    if line.fate in (Fate.WAITING, Fate.GONE) or choice == STAYS_OUT:
        return None
    if choice is None and not line.ready:
        return None
    default = line.target.id if line.target else LEAVES
    wanted = default if choice is None else choice
    _check_target(line, wanted, targets)
    retained = line.fate is Fate.RETAINED
    pupil = line.line
    return YearMove(pupil.student_id, pupil.class_id, wanted or None, retained)


def _check_target(line: PlanLine, wanted: int, targets: Mapping[int, Target]) -> None:
    """Retained: the same grade; promoted: the next; out of school: only with the last grade."""
    pupil = line.line
    if wanted == LEAVES:
        if line.fate is not Fate.COMPLETED:
            raise ClosingRefused(
                "LEAVES",
                f"{pupil.name} chưa hoàn thành cấp học nên không ra trường khi kết chuyển."
                " Hãy chọn lớp của năm học mới.",
            )
        return
    grade = pupil.grade if line.fate is Fate.RETAINED else next_grade(pupil.grade)
    target = targets.get(wanted)
    if target is None or grade not in target.grades:
        raise ClosingRefused(
            "TARGET",
            f"Lớp được chọn cho {pupil.name} không phải lớp của năm học mới ở đúng khối."
            " Hãy chọn lại lớp.",
        )


def _keep(
    actor: Actor,
    now: datetime,
    plan: SchoolPlan,
    wanted: Sequence[tuple[PlanLine, YearMove]],
    turned: YearTurned,
) -> Closed:
    names = {one.id: one.name for one in plan.targets}
    lines = {move.student_id: (line, move) for line, move in wanted}
    refused = {lines[one][0].line.name: why for one, why in turned.refused.items()}
    if not turned.moved:
        return Closed(None, 0, refused)
    made = YearClosing.objects.create(
        school_id=plan.school.id,
        province_id=plan.school.province_id,
        year=plan.year,
        moves=[_kept(one, *lines[one.student_id], names) for one in turned.moved],
        applied_at=now,
        applied_by=actor.name,
    )
    _tell(actor, now, made, "close_year", len(turned.moved))
    return Closed(made.pk, len(turned.moved), refused)


def _kept(
    one: YearMoved, line: PlanLine, move: YearMove, names: Mapping[int, str]
) -> dict[str, object]:
    return {
        "student": one.student_id,
        "name": line.line.name,
        "from": line.line.class_name,
        "to": names.get(move.to_class_id or 0, ""),
        "fate": line.fate.value,
        "old_seat": one.old_seat,
        "old_status": one.old_status,
        "old_ends_on": one.old_ends_on.isoformat() if one.old_ends_on else None,
        "new_seat": one.new_seat,
        "register_line": one.register_line,
    }


def _tell(actor: Actor, now: datetime, row: YearClosing, action: str, many: int) -> None:
    change = Change(
        subject=f"closing:{row.pk}",
        action=action,
        label=f"Kết chuyển năm học {row.year}-{row.year + 1}: {many} học sinh",
        school_id=row.school_id,
        province_id=row.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


def undo_closing(*, actor: Actor, now: datetime, closing_id: int) -> Closed:
    """Hoàn tác kết chuyển: everyone goes back whom nothing that happened since keeps."""
    found = YearClosing.objects.filter(pk=closing_id).values_list("school_id", flat=True).first()
    if found is None:
        raise NoSuchBook(closing_id)
    open_school(actor, found)
    with transaction.atomic():
        _hold(found)
        row = YearClosing.objects.select_for_update().get(pk=closing_id)
        held = why_held(row)
        going = [one for one in row.moves if not one.get("undone") and one["student"] not in held]
        refused = turn_year_back(
            actor=actor, now=now, school_id=row.school_id, moved=[moved_of(one) for one in going]
        )
        return _mark_undone(actor, now, row, {**held, **refused})


def _mark_undone(actor: Actor, now: datetime, row: YearClosing, held: Mapping[int, str]) -> Closed:
    back = 0
    for one in row.moves:
        if not one.get("undone") and one["student"] not in held:
            one["undone"], back = True, back + 1
    names = {one["name"]: held[one["student"]] for one in row.moves if one["student"] in held}
    if back:
        if all(one.get("undone") for one in row.moves):
            row.state = YearClosing.State.UNDONE
        row.undone_at, row.undone_by = now, actor.name
        row.save(update_fields=["moves", "state", "undone_at", "undone_by"])
        _tell(actor, now, row, "undo_close_year", back)
    return Closed(row.pk, back, names)
