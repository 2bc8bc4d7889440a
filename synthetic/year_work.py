"""Laying the years of a province: schools one by one, then moves, then faults; and the check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import connection, connections, transaction

from khue.organisations.rules.calendar import plan_school_year
from kit.fences import EVERYTHING, scoped
from synthetic.copying import as_owner
from synthetic.days import moment, school_days_until
from synthetic.fault_makers import Moved, Spot
from synthetic.faults import KINDS, counted_faults, faults_of, laid_faults, natural_faults
from synthetic.models import SyntheticProvince
from synthetic.moves import move_pupil, planned_moves
from synthetic.past_moves import past_move, tell_past_move
from synthetic.plan import LAST_YEAR, YEAR, PlannedSchool, Province
from synthetic.school import plan_school
from synthetic.totals import Totals
from synthetic.when import When
from synthetic.year import lay_year, programme_of_primary, whens_of
from synthetic.year_rows import TABLES

Say = Callable[[str], None]
DAYS_NOT_TAKEN = 3
EVERY_SO_MANY = 25
# Where the known totals keep what the years add.
YEARS, UNTIL = "years", "until"
MOVED = """
select count(*) from records_transfer move where move.state = 'accepted'
  and move.from_school_id = any(%s) and (move.effective_on >= %s) = %s
"""
RESULTS = """
select count(*) from gradebook_studentresult where year = %s and school_id = any(%s)
"""
COUNT = "select count(*) from {table} where school_id = any(%s)"


@dataclass(frozen=True, slots=True)
class Line:
    """One known total beside what the tables show."""

    what: str
    known: int
    found: int

    @property
    def holds(self) -> bool:
        return self.known == self.found

    @property
    def sentence(self) -> str:
        return f"{self.what}: phải có {self.known}, đang có {self.found}."

    @property
    def told(self) -> str:
        return f"{self.what:<56}" + f"{self.found:>12,}".replace(",", ".")


def add_years(
    row: SyntheticProvince, province: Province, until: date, say: Say, *, processes: int = 1
) -> None:
    """Both years upon a skeleton that stands; its known totals grow by what is known of them."""
    with scoped(EVERYTHING):
        known = _build(province, until, say, processes)
    totals: Totals = dict(row.totals)
    for theme, key, many in known.moved:
        totals[theme] = {**totals[theme], key: totals[theme].get(key, 0) + many}
    totals[YEARS] = {**known.totals, UNTIL: until.toordinal()}
    row.totals = totals
    row.save(update_fields=["totals"])


@dataclass(frozen=True)
class Known:
    """What must be found: totals of the years, and changes in those of the skeleton."""

    totals: dict[str, int]
    moved: list[Moved]


def _build(province: Province, until: date, say: Say, processes: int) -> Known:
    totals: Counter[str] = Counter()
    for number, found in enumerate(_laid(province, until, processes), 1):
        totals.update(found)
        if number % EVERY_SO_MANY == 0:
            say(f"  {number} trường đã có sổ điểm, điểm danh và kết quả")
    _analyze()
    past = _move(province, until)
    moved = list(_spoil(province, whens_of(until)[1]))
    totals.update({f"fault:{key}": many for key, many in laid_faults(province).items()})
    totals["moves"] = len(planned_moves(province))
    totals["past_moves"] = past
    totals.update(_rows_now(province))
    return Known(dict(totals), moved)


def _laid(province: Province, until: date, processes: int) -> Iterator[dict[str, int]]:
    """School after school, in this process or in several at once."""
    work, places = partial(lay_school, province, until), range(len(province.schools))
    if processes <= 1:
        yield from map(work, places)
        return
    connections.close_all()
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(work, places, chunksize=4)


def lay_school(province: Province, until: date, place: int) -> dict[str, int]:
    """Both years of one school; what is known of them."""
    school = plan_school(province, province.schools[place])
    with scoped(EVERYTHING):
        lay_year(school, whens_of(until), programme_of_primary(), province.ids)
    known = {f"fault:{key}": many for key, many in natural_faults(school).items()}
    return {**known, "results": _seats_with_results(school)}


def _seats_with_results(school: PlannedSchool) -> int:
    """Whoever sat in a class with results last year has a line of results."""
    rooms = (one for one in school.classes_of(LAST_YEAR) if one.level != "01")
    return sum(len(one.seats) for one in rooms)


def _analyze() -> None:
    """The planner should know what came before anybody asks it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("analyze")


def _move(province: Province, until: date) -> int:
    """Who moves this year, and who did last year; how many of the latter."""
    now, past = moment(until, 16), 0
    for move in planned_moves(province):
        source, target = plan_school(province, move.source), plan_school(province, move.target)
        with transaction.atomic():
            move_pupil(move, source, target, now)
        if before := past_move(move, source, target):
            past += 1
            with transaction.atomic():
                as_owner()
                tell_past_move(before, now)
    return past


def _spoil(province: Province, when: When) -> Iterator[Moved]:
    now, since = moment(when.until, 17), first_not_taken(when)
    carried = faults_of(province)
    for outline in province.schools:
        if kinds := carried.get(outline.place):
            spot = Spot(plan_school(province, outline), now, since)
            with transaction.atomic():
                as_owner()
                for kind in kinds:
                    kind.make(spot)
                    yield from kind.moves(spot) if kind.moves else ()


def first_not_taken(when: When) -> date:
    """The first of the last days with school, on which some classes were forgotten."""
    days = school_days_until(when.days, when.until)
    return days[-DAYS_NOT_TAKEN] if len(days) >= DAYS_NOT_TAKEN else when.days.first


def _rows_now(province: Province) -> dict[str, int]:
    """The size of every table that the years fill."""
    ids = [province.school_id(one) for one in province.schools]
    return {f"rows:{table}": _number(COUNT.format(table=table), ids) for table in TABLES}


def _number(statement: str, *given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return int(cursor.fetchone()[0])


def check_years(row: SyntheticProvince, province: Province) -> Iterator[Line]:
    """Known totals of the years beside what the tables show; the caller's scope sees them all."""
    totals = row.totals.get(YEARS)
    if not totals:
        return
    ids = [province.school_id(one) for one in province.schools]
    until = date.fromordinal(totals[UNTIL])
    found = counted_faults(province, first_not_taken(whens_of(until)[1]))
    for kind in KINDS:
        yield Line(f"Lỗi: {kind.title}", totals.get(f"fault:{kind.key}", 0), found[kind.key])
    begun = plan_school_year(YEAR).terms[0].starts_on
    yield Line("Học sinh chuyển trường", totals["moves"], _number(MOVED, ids, begun, True))  # noqa: FBT003
    if "past_moves" in totals:
        found_past = _number(MOVED, ids, begun, False)  # noqa: FBT003
        yield Line("Học sinh chuyển trường năm trước", totals["past_moves"], found_past)
    yield Line("Kết quả năm trước", totals["results"], _number(RESULTS, LAST_YEAR, ids))
    for key, many in _rows_now(province).items():
        yield Line(f"Dòng của {key.removeprefix('rows:')}", totals[key], many)
