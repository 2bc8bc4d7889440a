"""Who of a school may sign in, and what the gate lets them do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from khue.access.api import Role, child_place, class_place, class_subject_place
from khue.access.rules.roles import SECOND_FACTOR_REQUIRED
from synthetic.ids import Ids
from synthetic.plan import (
    LAST_YEAR,
    YEAR,
    PlannedAdult,
    PlannedClass,
    PlannedPupil,
    PlannedSchool,
    PlannedStaff,
)

# When whoever teaches a year begins and ends.
TEACHING_DAYS: dict[int, tuple[date, date | None]] = {
    LAST_YEAR: (date(2025, 8, 1), date(2026, 7, 31)),
    YEAR: (date(2026, 8, 1), None),
}
# Where the accounts of families and pupils begin among those of a school.
FAMILIES, PUPILS = 600, 900
WITH_OWN_ACCOUNT = frozenset({"03", "04", "05"})


@dataclass(frozen=True, slots=True)
class PlannedAccount:
    """Tài khoản; `second_factor`: whether its roles ask for one."""

    id: int
    login: str
    name: str
    kind: str
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class PlannedGrant:
    """Phân quyền: a role at a place, and where it comes from."""

    account_id: int
    role: str
    place: str
    place_name: str
    school_id: int | None
    province_id: int | None
    valid_from: date
    valid_to: date | None = None
    source: str = "manual"
    source_key: str = ""


@dataclass(frozen=True)
class Accounts:
    """The accounts of a school, and by the id of a person whose they are."""

    accounts: tuple[PlannedAccount, ...]
    grants: tuple[PlannedGrant, ...]
    staff: dict[int, int]
    adults: dict[int, int]
    pupils: dict[int, int]


@dataclass(frozen=True)
class _School:
    planned: PlannedSchool
    ids: Ids

    def account_id(self, place: int) -> int:
        return self.ids.of("access.Account", self.planned.outline.place, place)

    def grant(
        self,
        account: int,
        role: Role,
        place: str,
        name: str,
        days: tuple[date, date | None],
        *,
        source: str = "manual",
        key: str = "",
    ) -> PlannedGrant:
        province, school = self.planned.province_id, self.planned.id
        return PlannedGrant(
            account, str(role), place, name, school, province, *days, source=source, source_key=key
        )


def plan_accounts(school: PlannedSchool, ids: Ids) -> Accounts:
    """Everybody in an office or before a class, and in every class one family."""
    here = _School(school, ids)
    staff = {one.id: at for at, one in enumerate(school.staff) if one.login}
    chosen = list(chosen_families(school))
    adults = {adult.id: here.account_id(FAMILIES + at) for at, (_, adult) in enumerate(chosen)}
    pupils = {
        pupil.id: here.account_id(PUPILS + at)
        for at, (pupil, _) in enumerate(chosen)
        if pupil.band.level in WITH_OWN_ACCOUNT
    }
    by_staff = {one: here.account_id(at) for one, at in staff.items()}
    return Accounts(
        accounts=(*_of_staff(school, by_staff), *_of_families(chosen, adults, pupils)),
        grants=(*_grants_of_staff(here, by_staff), *_grants_of_families(here, adults, pupils)),
        staff=by_staff,
        adults=adults,
        pupils=pupils,
    )


def chosen_families(school: PlannedSchool) -> Iterator[tuple[PlannedPupil, PlannedAdult]]:
    """The first child of every class of this year that has a parent without an account yet."""
    pupils = {one.id: one for one in school.pupils}
    seen: set[int] = set()
    for room in school.classes_of(YEAR):
        for seat in room.seats:
            pupil = pupils[seat.student_id]
            adult = pupil.adults[-1]
            if adult.id not in seen:
                seen.add(adult.id)
                yield pupil, adult
                break


def _of_staff(school: PlannedSchool, by_staff: dict[int, int]) -> Iterator[PlannedAccount]:
    for one in school.staff:
        if one.id in by_staff:
            strong = one.role in SECOND_FACTOR_REQUIRED
            yield PlannedAccount(by_staff[one.id], one.login, one.name, "staff", strong)


def _of_families(
    chosen: list[tuple[PlannedPupil, PlannedAdult]], adults: dict[int, int], pupils: dict[int, int]
) -> Iterator[PlannedAccount]:
    for pupil, adult in chosen:
        yield PlannedAccount(adults[adult.id], adult.phone, adult.name, "guardian")
        if pupil.id in pupils:
            yield PlannedAccount(pupils[pupil.id], f"hs.{pupil.code}", pupil.name, "student")


def _grants_of_staff(here: _School, by_staff: dict[int, int]) -> Iterator[PlannedGrant]:
    school = here.planned
    for at, one in enumerate(school.staff):
        if one.id in by_staff:
            yield from _at_school(here, at, one, by_staff[one.id])
    for room in school.classes:
        yield from _of_class(here, room, by_staff)


def _at_school(here: _School, at: int, one: PlannedStaff, account: int) -> Iterator[PlannedGrant]:
    school = here.planned
    name, days = school.outline.name, (max(one.since, date(2025, 8, 1)), None)
    if one.role:
        yield here.grant(account, Role(one.role), school.path, name, days)
    post = here.ids.of("records.Posting", school.outline.place, at)
    key = f"posting:{post}"
    yield here.grant(account, Role.STAFF, school.path, name, days, source="assignment", key=key)


def _of_class(
    here: _School, room: PlannedClass, by_staff: dict[int, int]
) -> Iterator[PlannedGrant]:
    path, days = here.planned.path, TEACHING_DAYS[room.year]
    leads = f"homeroom:{homeroom_id(here.ids, here.planned, room.id)}"
    yield here.grant(
        by_staff[room.homeroom_id], Role.HOMEROOM_TEACHER, class_place(path, room.id),
        f"Lớp {room.name}", days, source="assignment", key=leads,
    )  # fmt: skip
    for book in room.books:
        key = f"teaching:{assignment_id(here.ids, here.planned, book.id)}"
        yield here.grant(
            by_staff[book.teacher_id], Role.SUBJECT_TEACHER,
            class_subject_place(path, room.id, book.id), f"{book.subject} {room.name}", days,
            source="assignment", key=key,
        )  # fmt: skip


def homeroom_id(ids: Ids, school: PlannedSchool, class_id: int) -> int:
    """The homeroom assignment of a class has the place that the class has."""
    at = class_id - ids.first("organisations.SchoolClass", school.outline.place)
    return ids.of("timetable.HomeroomAssignment", school.outline.place, at)


def assignment_id(ids: Ids, school: PlannedSchool, book_id: int) -> int:
    """The teaching assignment of a book has the place that the book has."""
    at = book_id - ids.first("organisations.ClassSubject", school.outline.place)
    return ids.of("timetable.TeachingAssignment", school.outline.place, at)


def guardianship_id(ids: Ids, school: PlannedSchool, pupil: PlannedPupil, at: int) -> int:
    """Two places for every child: at most two adults each."""
    return ids.of("records.Guardianship", school.outline.place, pupil.place * 2 + at)


def _grants_of_families(
    here: _School, adults: dict[int, int], pupils: dict[int, int]
) -> Iterator[PlannedGrant]:
    since = date(2026, 9, 7)
    for pupil in here.planned.pupils:
        place = child_place(pupil.id)
        for at, adult in enumerate(pupil.adults):
            if adult.id in adults:
                key = f"guardianship:{guardianship_id(here.ids, here.planned, pupil, at)}"
                yield here.grant(
                    adults[adult.id], Role.GUARDIAN, place, pupil.name, (since, None),
                    source="family", key=key,
                )  # fmt: skip
        if pupil.id in pupils:
            yield here.grant(
                pupils[pupil.id], Role.STUDENT, place, pupil.name, (since, None),
                source="family", key=f"student:{pupil.id}",
            )  # fmt: skip
