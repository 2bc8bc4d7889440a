"""The rows of one school: places, classes, people, seats, duties, accounts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from khue.records.queries.sealed import number_digest, seal_text
from kit.vietnamese import alphabet_key
from synthetic.accounts import (
    TEACHING_DAYS,
    Accounts,
    PlannedAccount,
    PlannedGrant,
    assignment_id,
    guardianship_id,
    homeroom_id,
    plan_accounts,
)
from synthetic.books import BUNDLES
from synthetic.copying import Writer
from synthetic.desk import Desk
from synthetic.keys import name_key_of, search_key_of
from synthetic.plan import (
    FIRST_DAYS,
    LAST_YEAR,
    LAST_YEAR_ENDS,
    PROVINCE_NAME,
    YEAR,
    PlannedClass,
    PlannedPupil,
    PlannedSchool,
    PlannedStaff,
)
from synthetic.supplements import write_supplements
from synthetic.training import training_of

# No network of Viet Nam has numbers that begin so; no mailbox can ever end so (RFC 2606).
SCHOOL_PHONES, MAIL_OF_NOBODY = "0319", "khue.example"
MERGED_ON = date(2025, 7, 1)
COMPLETED_SCHOOL = "Hoàn thành chương trình"


def write_school(desk: Desk, school: PlannedSchool) -> None:
    """Put every row of a school into the streams."""
    accounts = plan_accounts(school, desk.ids)
    write_accounts(desk, accounts.accounts)
    _write_place(desk, school)
    _write_classes(desk, school)
    for at, one in enumerate(school.staff):
        _write_staff(desk, school, at, one, accounts)
    _write_families(desk, school, accounts)
    _write_pupils(desk, school, accounts)
    _write_seats(desk, school)
    _write_register(desk, school)
    write_supplements(desk, school)
    first = desk.ids.first("access.Grant", school.outline.place)
    write_grants(desk, first, accounts.grants)


def write_accounts(desk: Desk, accounts: Iterable[PlannedAccount]) -> None:
    for one in accounts:
        password, secret = desk.secrets(one)
        desk.writer["access.Account"].add(
            one.id, one.login, one.name, name_key_of(one.name), search_key_of(one.name), one.kind,
            password, secret, desk.now if secret else None, desk.now, desk.now,
        )  # fmt: skip


def write_grants(desk: Desk, first: int, grants: Iterable[PlannedGrant]) -> None:
    for number, one in enumerate(grants, first):
        desk.writer["access.Grant"].add(
            number, one.account_id, one.role, one.place, one.place_name, one.school_id,
            one.province_id, one.valid_from, one.valid_to, one.source, one.source_key, desk.now,
        )  # fmt: skip


def write_organisation(
    writer: Writer, id_: int, kind: str, code: str, name: str, parent: int | None, path: str,
    commune: str = "",
) -> None:  # fmt: skip
    writer["organisations.Organisation"].add(
        id_, kind, code, name, alphabet_key(name), search_key_of(name), parent, path,
        "20" if parent else "", commune, MERGED_ON,
    )  # fmt: skip


def _write_place(desk: Desk, school: PlannedSchool) -> None:
    outline, writer = school.outline, desk.writer
    kind, commune = outline.kind, outline.commune
    above = int(school.path.rstrip("/").split("/")[-2])
    write_organisation(
        writer, school.id, "school", outline.code, outline.name, above, school.path, commune.code
    )
    address = f"{commune.name}, tỉnh {PROVINCE_NAME}"
    writer["organisations.School"].add(
        school.id, school.province_id, school.province_id, kind.managed_by, kind.level_group,
        kind.levels, kind.school_type, "02" if commune.is_ward else "04",
        "01" if kind.boarding and kind.managed_by == "XA" else "", kind.levels[0] in {"01", "02"},
        kind.key == "preschool", kind.boarding, address, date(1960 + outline.place % 45, 9, 1),
        f"{SCHOOL_PHONES}{outline.place + 1:06d}",
        f"truong{outline.place + 1:03d}@{MAIL_OF_NOBODY}",
    )  # fmt: skip
    for at, site in enumerate(school.sites):
        writer["organisations.Site"].add(
            site.id, school.id, f"{outline.code}-{at + 1}", site.name, not at, address,
            f"{site.distance / 10}" if at else None, "Xe máy" if at else "",
        )  # fmt: skip
    _write_bundles(desk, school)


def _write_bundles(desk: Desk, school: PlannedSchool) -> None:
    if "04" not in school.outline.kind.levels:
        return
    place, ids = school.outline.place, desk.ids
    for at, bundle in enumerate(BUNDLES):
        made = ids.of("organisations.Bundle", place, at)
        desk.writer["organisations.Bundle"].add(made, school.id, LAST_YEAR, bundle.name)
        for part, names in (("electives", bundle.electives), ("clusters", bundle.clusters)):
            label = f"organisations.Bundle_{part}"
            for number, name in enumerate(names):
                row = ids.of(label, place, at * 5 + number)
                desk.writer[label].add(row, made, desk.subjects[name])


def _write_classes(desk: Desk, school: PlannedSchool) -> None:
    for room in school.classes:
        desk.writer["organisations.SchoolClass"].add(
            room.id, school.id, room.year, room.code, room.name, alphabet_key(room.name),
            room.level, room.grades, room.site.id, room.bundle, room.merged_kind, room.age_group,
            "4" if room.level in {"01", "02"} else "1", school.outline.kind.boarding,
            room.position,
        )  # fmt: skip
        days = TEACHING_DAYS[room.year]
        desk.writer["timetable.HomeroomAssignment"].add(
            homeroom_id(desk.ids, school, room.id), school.id, room.id, room.homeroom_id, *days
        )
        _write_books(desk, school, room)


def _write_books(desk: Desk, school: PlannedSchool, room: PlannedClass) -> None:
    days = TEACHING_DAYS[room.year]
    for book in room.books:
        desk.writer["organisations.ClassSubject"].add(
            book.id, school.id, room.id, desk.subjects[book.subject], book.form, book.status,
            *book.periods, book.regular_marks, book.has_cluster, book.position,
        )  # fmt: skip
        desk.writer["timetable.TeachingAssignment"].add(
            assignment_id(desk.ids, school, book.id), school.id, book.id, book.teacher_id,
            round(book.periods[0] / 18), *days,
        )  # fmt: skip


def _person(
    desk: Desk, school: PlannedSchool, one: PlannedPupil | PlannedStaff, public_id: str,
    address: str, phone: str, kind: str,
) -> tuple[Any, ...]:  # fmt: skip
    commune = school.outline.commune
    place = f"{commune.name}, tỉnh {PROVINCE_NAME}"
    return (
        public_id, one.name, name_key_of(one.name), search_key_of(one.name), one.sex, one.born,
        place, place, one.group, f"{address}{place}", commune.code, phone,
        seal_text(one.number, f"{kind}.personal_number"), number_digest(one.number, kind),
        desk.now, school.id, school.province_id,
    )  # fmt: skip


def _write_staff(
    desk: Desk, school: PlannedSchool, at: int, one: PlannedStaff, accounts: Accounts
) -> None:
    trained = training_of(school, one)
    desk.writer["records.Staff"].add(
        one.id, accounts.staff.get(one.id), one.qualification, one.training_standard, one.since,
        trained.major, list(trained.subjects), trained.rank,
        *_person(desk, school, one, one.public_id, "", one.phone, "staff"),
    )  # fmt: skip
    desk.writer["records.Posting"].add(
        desk.ids.of("records.Posting", school.outline.place, at), one.id, school.id,
        school.province_id, one.kind, "07", one.title, one.since,
    )  # fmt: skip


def _sealed(column: str, **parts: Any) -> str:
    """The parts of a sealed column, as `khue.records.rules.sensitive` packs them."""
    if not any(parts.values()):
        return ""
    return seal_text(json.dumps(parts, ensure_ascii=False), f"student.{column}")


def _write_pupils(desk: Desk, school: PlannedSchool, accounts: Accounts) -> None:
    for one in school.pupils:
        desk.writer["records.Student"].add(
            one.id, one.code, accounts.pupils.get(one.id),
            _sealed("policies_sealed", policies=[one.poverty] if one.poverty else []),
            _sealed("disability_sealed", disability=one.disability, disability_note=""),
            *_person(desk, school, one, one.public_id, f"{one.village}, ", "", "student"),
        )  # fmt: skip
        for at, adult in enumerate(one.adults):
            desk.writer["records.Guardianship"].add(
                guardianship_id(desk.ids, school, one, at), one.id, adult.id, adult.relation,
                FIRST_DAYS[LAST_YEAR],
            )  # fmt: skip


def _write_families(desk: Desk, school: PlannedSchool, accounts: Accounts) -> None:
    adults = {adult.id: adult for one in school.pupils for adult in one.adults}
    for one in adults.values():
        desk.writer["records.Guardian"].add(
            one.id, one.name, search_key_of(one.name), one.birth_year, one.job, one.phone,
            accounts.adults.get(one.id), desk.now,
        )  # fmt: skip


def _write_seats(desk: Desk, school: PlannedSchool) -> None:
    """Whoever sat here last year and sits elsewhere now is written when all files stand."""
    for room in school.classes:
        for seat in room.seats:
            writer = desk.writer if seat.is_here else desk.later
            past = seat.year == LAST_YEAR
            status = {"repeats": "retained"}.get(seat.next, "completed") if past else "studying"
            writer["records.Enrolment"].add(
                seat.id, seat.student_id, school.id, school.province_id, room.id, seat.year,
                seat.band.grade, status, seat.entry_kind, FIRST_DAYS[seat.year],
                LAST_YEAR_ENDS if past else None,
            )  # fmt: skip


@dataclass
class _Line:
    """Sổ đăng bộ: when a child entered here, and when and why it left."""

    room: str
    entered: date
    left: date | None
    reason: str
    is_here: bool


def _write_register(desk: Desk, school: PlannedSchool) -> None:
    """A line for everybody who ever sat here in these two years, last year's first."""
    lines = dict(_lines(school))
    place = school.outline.place
    for at, (student, line) in enumerate(lines.items()):
        writer = desk.writer if line.is_here else desk.later
        writer["records.RegisterEntry"].add(
            desk.ids.of("records.RegisterEntry", place, at), school.id, student, at + 1,
            line.entered, line.room, "", line.left, line.reason, "",
        )  # fmt: skip
    desk.writer["records.RegisterCounter"].add(school.id, len(lines))


def _lines(school: PlannedSchool) -> Iterator[tuple[int, _Line]]:
    lines: dict[int, _Line] = {}
    for year in (LAST_YEAR, YEAR):
        for room in school.classes_of(year):
            for seat in room.seats:
                gone = year == LAST_YEAR and (not seat.is_here or seat.next == "left")
                left, reason = (LAST_YEAR_ENDS, COMPLETED_SCHOOL) if gone else (None, "")
                line = _Line(room.name, FIRST_DAYS[year], left, reason, seat.is_here)
                lines.setdefault(seat.student_id, line)
    yield from lines.items()
