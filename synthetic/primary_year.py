"""The year of a primary class and of a preschool group: levels, qualities, comments, growth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from random import Random

from khue.gradebook.queries.comments import product_phrases
from khue.gradebook.rules.phrases import PRIMARY_LEVELS
from khue.gradebook.rules.primary import YEAR_END, term_of_point
from khue.gradebook.rules.states import POINT_NAMES
from khue.gradebook.rules.tt27 import YearLevel
from synthetic.chance import stream
from synthetic.days import moment
from synthetic.plan import YEAR, PlannedClass
from synthetic.preschool import Group, child_rows, stage_days
from synthetic.primary import (
    CLEAR_PROGRESS,
    REGIME,
    Book,
    PrimaryBook,
    PrimaryClass,
    YearOfChild,
    cells_of_class,
    due_of,
    entered_in,
    help_cells,
    level_rows,
    qualities_of,
    quality_row,
    year_of_child,
)
from synthetic.pupils import Seat, Way
from synthetic.results import COMPUTED, GIVEN
from synthetic.secondary_year import imported, progress_row, state_rows
from synthetic.year_frame import Frame, seats_of
from synthetic.year_rows import Row, Rows

COMMENTED = ("Tiếng Việt", "Toán")
COMMENT_POINTS = (2, 4)
QUALITY_REMARKS = (
    "Ngoan, lễ phép, hòa đồng với bạn.",
    "Biết giữ gìn sách vở, tự giác trực nhật.",
    "Tích cực tham gia hoạt động của lớp.",
    "Cần mạnh dạn trao đổi ý kiến hơn.",
)
STAYS = "Gia đình và nhà trường thống nhất cho em học lại để vững đọc, viết, tính."
# The grades of the programme in which each subject is taught.
Programme = Mapping[str, frozenset[int]]


def primary_class(frame: Frame, one: PlannedClass, programme: Programme) -> PrimaryClass:
    """The class with its books and pupils."""
    books = [
        PrimaryBook(
            book.id,
            book.subject,
            frame.key_of(one, book.subject),
            programme.get(book.subject, frozenset()),
        )
        for book in one.books
    ]
    school, grades = frame.school, tuple(map(int, one.grades))
    where = (one.id, frame.key_of(one), one.year, school.id, school.province_id)
    return PrimaryClass(*where, grades, books, seats_of(frame.seed, one))


def write_primary(
    frame: Frame,
    planned: PlannedClass,
    programme: Programme,
    missed: Mapping[int, tuple[int, int]],
    rows: Rows,
) -> None:
    """Everything of a primary class."""
    one, points = primary_class(frame, planned, programme), frame.when.points
    random = stream(frame.seed, "qualities", one.key)
    pupils = cells_of_class(frame.seed, one, points)
    for place, (seat, cells) in enumerate(zip(one.seats, pupils, strict=True)):
        qualities = _write_qualities(random, one, (place, seat), points, rows)
        if YEAR_END in points:
            _end_year(frame, one, (place, seat), cells, qualities, missed, rows)
        rows.add("gradebook_primaryrow", level_rows(one, seat, cells))
        rows.add("gradebook_subjectcomment", _comments(random, one, seat, cells))
    _write_books(frame, planned, one, pupils, rows)
    _write_states(frame, planned, rows)


def _write_qualities(
    random: Random,
    one: PrimaryClass,
    who: tuple[int, Seat],
    points: Sequence[int],
    rows: Rows,
) -> Mapping[str, int | None]:
    """The levels of every point; those of the last one decide."""
    place, seat = who
    found: Mapping[str, int | None] = {}
    for point in points:
        found = qualities_of(random, seat, one.grade_of(seat), at_end=point == YEAR_END)
        remark = QUALITY_REMARKS[(place + point) % len(QUALITY_REMARKS)]
        rows.add("gradebook_qualityrow", [quality_row(one, seat, point, found, remark)])
    return found


def _end_year(
    frame: Frame,
    one: PrimaryClass,
    who: tuple[int, Seat],
    cells: Book,
    qualities: Mapping[str, int | None],
    missed: Mapping[int, tuple[int, int]],
    rows: Rows,
) -> None:
    """The decision of the year, after help in summer where that is over."""
    place, seat = who
    recognised = place % CLEAR_PROGRESS == 0
    made = year_of_child(one, seat, cells, qualities, recognised=recognised)
    if made.level is YearLevel.CHT and frame.when.summer_is_over:
        cells |= help_cells(seat, cells)
        made = year_of_child(one, seat, cells, qualities, recognised=recognised)
    row = _result(one, seat, made, missed[seat.student_id], recognised=recognised)
    rows.add("gradebook_studentresult", [row])


def _result(
    one: PrimaryClass, seat: Seat, made: YearOfChild, missed: tuple[int, int], *, recognised: bool
) -> Row:
    """As gradebook_studentresult keeps it."""
    computed = {
        "grade": seat.grade,
        "regime": REGIME,
        "outcome": made.outcome,
        "award": made.award,
    }
    given = dict(zip(("absent_with", "absent_without"), missed, strict=True))
    levels = [level.name if level is not None else "" for level in (made.level, made.after)]
    return (
        *(one.year, one.id, seat.student_id, one.school_id, one.province_id),
        *(computed.get(name) for name in COMPUTED),
        *(given.get(name, None if name in NUMBERS else "") for name in GIVEN),
        *(*levels, recognised, *_decision(seat, made.outcome), "", 1),
    )


NUMBERS = ("conduct1", "conduct2", "conduct_after")


def _decision(seat: Seat, outcome: str) -> tuple[str, str]:
    waits = seat.way is Way.AGAIN and outcome == "PRINCIPAL_DECIDES"
    return ("RETAINED", STAYS) if waits else ("", "")


@cache
def _phrases(part: str, level: str) -> tuple[str, ...]:
    bank = product_phrases()
    return tuple(
        one.text for one in bank if (one.part, one.level, one.subject) == (part, level, "")
    )


def _comments(random: Random, one: PrimaryClass, seat: Seat, cells: Book) -> Iterator[Row]:
    """Words beside a pupil in two subjects, at the ends of the terms."""
    for book in one.books:
        for point in COMMENT_POINTS if book.name in COMMENTED else ():
            found = cells.get((point, book.id))
            if found and found.level:
                level = PRIMARY_LEVELS[found.level]
                told = [random.choice(_phrases(part, level)) for part in ("progress", "strengths")]
                where = (one.year, book.id, point, seat.student_id, one.school_id, one.province_id)
                yield (*where, *told, "", 1)


def _write_books(
    frame: Frame,
    planned: PlannedClass,
    one: PrimaryClass,
    pupils: Sequence[Book],
    rows: Rows,
) -> None:
    entered = _entered(pupils)
    for book in one.books:
        for term in (1, 2):
            due = due_of(one, book, term, one.seats)
            given = sum(entered.get((book.id, point), 0) for point in (2 * term - 1, 2 * term))
            rows.add("gradebook_progress", [progress_row(frame, (book.id, term), due, given)])
        for point in frame.when.points:
            label = f"Nhập mức đạt được {book.name} {planned.name}, {POINT_NAMES[point]}"
            rows.changes.append(imported(frame, book.id, point, label, len(pupils)))


def _write_states(frame: Frame, planned: PlannedClass, rows: Rows) -> None:
    """Points of this year are closed as soon as they have passed, those of last year at the end."""
    for point in frame.when.points:
        at = frame.when.closing_time(term_of_point(point))
        if frame.year == YEAR:
            at = moment(frame.when.point_day(point), 16)
        for book in planned.books:
            rows.add("gradebook_bookstate", state_rows(frame, planned, book, point, at))


def _entered(pupils: Sequence[Book]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for cells in pupils:
        for (point, book), one in cells.items():
            found[book, point] = found.get((book, point), 0) + entered_in(one)
    return found


def write_preschool(frame: Frame, one: PlannedClass, rows: Rows) -> None:
    """Everything of a nursery group or a kindergarten class, without marks."""
    school, when = frame.school, frame.when
    where = (one.id, frame.key_of(one), one.year, school.id, school.province_id)
    group = Group(*where, one.bands[0].age_group, seats_of(frame.seed, one))
    stages = stage_days(one.year, (when.terms[0].last, when.terms[1].last))
    done = [(stage, day) for stage, day in stages if day <= when.until]
    rows.add("gradebook_childstage", child_rows(frame.seed, group, done))
