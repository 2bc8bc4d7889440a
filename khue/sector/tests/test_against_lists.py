"""Every record that may go satisfies the published lists; every record held back does not."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from khue.gradebook.api import ClassResults, Decisions, PupilResults, SubjectColumn, SubjectLine
from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    SchoolCard,
    SiteCard,
    TermCard,
    YearCard,
)
from khue.records.api import PersonOnFile, PupilFile, Relative, SensitiveFacts, StaffFile, Stay
from khue.sector.queries.dossier import Dossier, folded
from khue.sector.queries.lists import PARTS, listed_codes, supplement_fields
from khue.sector.rules.checking import CodeBook
from khue.sector.rules.faults import Problem
from khue.sector.rules.field_lists import DATED_LISTS
from khue.sector.rules.supplements import parse_value
from khue.sector.services.checking import check_part
from khue.sector.tests.second_opinion import CODES, codes, wrong_fields
from khue.timetable.api import HomeroomLine, TeachingLine
from kit.refusal import Refusal

YEAR = 2026
ON = date(2027, 5, 31)
START, MIDDLE = date(2026, 9, 5), date(2027, 1, 16)
LEVELS = {"02": ("01", "03", "05"), "03": ("06", "09"), "04": ("10", "12"), "01": ("16", "17")}
SUBJECTS = ("Toán", "Tiếng Việt", "Ngữ văn", "Tiếng Anh", "Giáo dục thể chất", "Môn lạ")
OF_LIST = {
    Problem.MISSING,
    Problem.CONDITION,
    Problem.TYPE,
    Problem.CODE,
    Problem.ENDED_CODE,
}
FILES = {ours: f"{listed}.csv" for listed, ours in DATED_LISTS.items()}


def known(listed: str) -> list[str]:
    return sorted(codes(FILES.get(listed, f"{listed}.csv"), ON))


class Dice:
    """Choices out of one seed, so that a school is made quickly and made again."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def flips(self) -> bool:
        return self.random.random() < 0.5

    def number(self, first: int, last: int) -> int:
        return self.random.randint(first, last)

    def code(self, listed: str) -> str:
        """Mostly a code that holds, sometimes none, rarely one that never was."""
        met = self.random.random()
        return str(self.one(*known(listed)) if met < 0.95 else self.one("", "ZZ"))

    def born(self) -> str:
        day = date(1960, 1, 1) + timedelta(days=self.number(0, 22_000))
        return str(self.one(*[day.isoformat()] * 6, "", "2013", "2013-05"))


RANKS = ("V.07.04.32", "V.07.05.14", "V.07.04.11", "", "lạ")
WORDS = ("", "Nông Thị Hoa", "thôn Nà Lầu")
PARTS_OF_LIST = {part: supplement_fields(part) for part in PARTS}


def persons(dice: Dice, number: int) -> PersonOnFile:
    return PersonOnFile(
        id=number,
        name=f"Hoàng Thị {number}",
        name_key=str(number),
        sex=dice.one("M", "F", "M", "F", ""),
        born=dice.born(),
        code=dice.one("", f"2026{number:06d}"),
        birth_place=dice.one(*WORDS),
        home_town=dice.one(*WORDS),
        ethnic_group=dice.code("ethnic-groups"),
        nationality=dice.code("countries"),
        address=dice.one(*WORDS),
        commune_code=dice.one("", "00004", "09556", "99999"),
        phone=dice.one("", "0912345678"),
        email=dice.one("", "a@truong.edu.vn"),
        personal_number=dice.one("", *[f"0200850{number:05d}"] * 4),
    )


def relatives(dice: Dice) -> tuple[Relative, ...]:
    return tuple(
        Relative(
            relation=relation,
            name=dice.one("Nông Thị Mẹ", "Hoàng Văn Cha"),
            birth_year=dice.one(None, 1985),
            job=dice.one("", "nông dân"),
            phone=dice.one("", "0987654321"),
            is_contact=dice.flips(),
        )
        for relation in ("mother", "father", "guardian")
        if dice.number(0, 2)
    )


def stays(dice: Dice, rooms: list[ClassCard]) -> tuple[Stay, ...]:
    room = dice.one(*rooms)
    status = dice.one("studying", "studying", "transferred_out", "dropped_out")
    starts = START + timedelta(days=dice.number(-60, 200))
    left = starts + timedelta(days=dice.number(0, 300))
    return (
        Stay(
            class_id=room.id,
            grade=room.grade,
            status=status,
            entry_kind=dice.one("", "0", "1", "4", "9"),
            starts_on=starts,
            ends_on=None if status == "studying" else left,
            leaving_reason=dice.code("leaving-reasons"),
        ),
    )


def pupils(dice: Dice, rooms: list[ClassCard]) -> list[PupilFile]:
    return [
        PupilFile(
            persons(dice, number),
            stays(dice, rooms),
            SensitiveFacts(
                religion=dice.code("religions"),
                policies=tuple(filter(None, [dice.code("policy-groups")])),
                disability=dice.code("disability-kinds"),
            ),
            relatives(dice),
            dice.one(None, 2),
            dice.one(None, 2),
        )
        for number in range(100, 100 + dice.number(1, 4))
    ]


def members(dice: Dice) -> list[StaffFile]:
    return [
        StaffFile(
            person=persons(dice, number),
            qualification=dice.code("qualification-levels"),
            major=dice.one("", "Giáo dục Mầm non", "Ngành lạ"),
            training_standard=dice.code("training-standards"),
            rank_code=dice.one("V.07.04.32", "V.07.05.14", *RANKS),
            teaching_subjects=dice.one((), ("Toán",), ("Tiếng Anh", "Ngữ văn")),
            recruited_on=dice.one(None, date(2010, 8, 1)),
            status=dice.code("staff-status"),
            kind=dice.code("staff-kinds"),
            contract=dice.code("contract-kinds"),
            title="",
            starts_on=date(2015, 8, 1),
            ends_on=None,
            duties=dice.one((), ("20",), ("06", "20"), ("99",)),
        )
        for number in range(10, 10 + dice.number(1, 3))
    ]


def classrooms(dice: Dice) -> list[ClassCard]:
    return [
        ClassCard(
            id=number,
            school_id=1,
            school_name="Trường Thử",
            school_path="/1/2/3/",
            province_id=2,
            year=YEAR,
            code=f"L{number}",
            name=f"Lớp {number}",
            name_key=str(number),
            level=level,
            grades=(dice.one(*LEVELS[level]),),
            site_id=dice.one(None, 7),
            site_name="",
            bundle_id=None,
            bundle_name="",
            merged_kind=dice.one("", "grades", "ages"),
            age_group=dice.code("preschool-age-groups"),
            specialised_subject=dice.code("specialised-classes"),
            session=dice.code("class-sessions"),
            lunch_boarding=dice.code("lunch-boarding-kinds"),
            boarding=False,
            closed_on=None,
            position=number,
            place="",
        )
        for number in range(1, 1 + dice.number(1, 2))
        for level in [dice.one(*LEVELS)]
    ]


def subjects(room: ClassCard) -> list[ClassSubjectCard]:
    return [
        ClassSubjectCard(
            id=room.id * 100 + at,
            class_id=room.id,
            class_name=room.name,
            school_id=1,
            school_path="/1/2/3/",
            province_id=2,
            year=YEAR,
            subject_id=at,
            subject_name=name,
            short_name=name,
            form="comment" if at % 2 else "score",
            status="compulsory",
            periods_term1=18,
            periods_term2=17,
            regular_marks=3,
            has_cluster=False,
            specialised=False,
            position=at,
            place="",
        )
        for at, name in enumerate(SUBJECTS)
    ]


LEVEL = (None, 0, 1, 2, 3)
MARK = (None, -1, 0, 65, 100, 101, 102)


def results(dice: Dice, room: ClassCard, files: list[PupilFile]) -> ClassResults:
    columns = [
        SubjectColumn(at, at, name, name, "score", "compulsory", 3, 18, 17, has_cluster=False)
        for at, name in enumerate(SUBJECTS)
    ]
    known_of = [
        PupilResults(
            student_id=one.person.id,
            name=one.person.name,
            code="",
            born="",
            sex="",
            grade=room.grade,
            starts_on=START,
            ends_on=None,
            left=False,
            decisions=Decisions(
                conduct1=dice.one(*LEVEL),
                conduct_year=dice.one(*LEVEL),
                conduct_after=dice.one(*LEVEL),
                learning1=dice.one(*LEVEL),
                learning2=dice.one(*LEVEL),
                learning_year=dice.one(*LEVEL),
                absent_with=dice.one(None, 0, 12),
                outcome=dice.one("", "PROMOTED", "RETAINED", "SUMMER_TRAINING"),
            ),
            subjects={
                at: SubjectLine(dice.one(*MARK), dice.one(*MARK), dice.one(*MARK), dice.one(*MARK))
                for at in (0, 2, 4)
            },
        )
        for one in files
    ]
    return ClassResults(
        room.id,
        room.name,
        YEAR,
        room.level,
        room.grades,
        1,
        "",
        "",
        2,
        START,
        ON,
        columns,
        known_of,
    )


def schools(dice: Dice, number: int = 1) -> SchoolCard:
    return SchoolCard(
        id=number,
        code=f"2000{number}",
        name="Trường Thử",
        path="/1/2/3/",
        province_id=2,
        province_code=dice.one("20", "15", "03"),
        parent_id=2,
        parent_name="",
        supervisor_id=2,
        supervisor_name="",
        managed_by="XA",
        level_group=dice.code("level-groups"),
        levels=("03",),
        school_type=dice.code("school-types"),
        ownership=dice.code("school-ownership"),
        boarding=False,
        lunch_boarding=True,
        two_sessions=True,
        register_pattern="",
        version=1,
        details={
            "national_standard": dice.one("", "02", "9"),
            "area_kind": dice.code("area-kinds"),
            "difficult_area": dice.code("difficult-areas"),
            "commune_code": dice.one("", "00004", "99999"),
        },
    )


def added(dice: Dice, part: str) -> dict[str, object]:
    """Some of the added data of a record, typed as a person types it."""
    found: dict[str, object] = {}
    for spec in PARTS_OF_LIST[part]:
        if not dice.number(0, 15):
            continue
        typed = {"timestamp": "12/4/1985", "float": "2,34", "integer": "1"}.get(spec.type, "chữ")
        text = dice.code(spec.codes) if spec.codes else typed
        value = parse_value(spec, text)
        if value is not None and not isinstance(value, Refusal):
            found[spec.name] = value
    return found


def site(far: str) -> SiteCard:
    return SiteCard(7, 1, "1", "Điểm Nà Lầu", is_main=False, distance_km=far)


def dossier_of(seed: int) -> Dossier:
    dice = Dice(seed)
    rooms, staff = classrooms(dice), members(dice)
    files = pupils(dice, rooms)
    head = staff[0].person
    keys = [
        ("school", 1),
        *(("staff", one.person.id) for one in staff),
        *(("class", one.id) for one in rooms),
        *(("student", one.person.id) for one in files),
    ]
    teaching = [
        TeachingLine(1, rooms[0].id * 100, rooms[0].id, head.id, "", one, START, None)
        for one in dice.one((), (4,), (4, None))
    ]
    homeroom = HomeroomLine(1, rooms[0].id, head.id, "", START, None)
    return Dossier(
        school=schools(dice),
        year=YearCard(
            1,
            2,
            YEAR,
            START,
            START,
            ON,
            (TermCard(1, 1, START, MIDDLE), TermCard(2, 2, MIDDLE + timedelta(days=1), ON)),
        ),
        on=ON,
        sites=[site(dice.one("", "2,5", "xa"))],
        classes=rooms,
        subjects={one.id: subjects(one) for one in rooms},
        first_homerooms={rooms[0].id: homeroom},
        homerooms={rooms[0].id: homeroom},
        teaching={1: teaching, 2: teaching},
        staff=staff,
        pupils=files,
        destinations={2: schools(dice, 2)},
        supplements={key: added(dice, key[0]) for key in keys},
        codes={key: f"BO{key[1]}" for key in keys if dice.flips()},
        names=NAMES,
        results={one.id: results(dice, one, files) for one in rooms},
        year_tests={one.id: {files[0].person.id: {"Toán": 80, "Lạ": 50}} for one in rooms},
    )


def _names() -> dict[str, dict[str, str]]:
    import csv

    named: dict[str, dict[str, str]] = {}
    for listed in ("majors", "teaching-subjects", "ranks"):
        with (CODES / f"{listed}.csv").open(encoding="utf-8", newline="") as file:
            rows = [one for one in csv.DictReader(file) if one["code"] in known(listed)]
        key = "rank_code" if listed == "ranks" else "name_vi"
        named[listed] = {
            one[key] if listed == "ranks" else folded(one[key]): one["code"] for one in rows
        }
    return named


NAMES = _names()
LISTED = {one: frozenset(known(one)) for one in listed_codes()}
BOOK = CodeBook(LISTED, LISTED)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_what_goes_is_sound_and_only_what_is_not_stays_behind(seed: int) -> None:
    dossier = dossier_of(seed)
    for part in PARTS:
        for one in check_part(dossier, part, BOOK):
            message = dict(one.record.message)
            ours = {
                fault.field for fault in one.faults if fault.blocks and fault.problem in OF_LIST
            }
            assert ours == wrong_fields(part, message, ON), (part, message)
            if one.may_go:
                assert not wrong_fields(part, message, ON)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_a_value_that_nobody_demands_never_holds_a_record_back(seed: int) -> None:
    dossier = dossier_of(seed)
    for part in PARTS:
        for one in check_part(dossier, part, BOOK):
            left_out = {
                fault.field
                for fault in one.faults
                if not fault.blocks and fault.problem in {Problem.TYPE, Problem.CODE}
            }
            assert not left_out & set(one.record.message)


def test_the_schools_of_these_tests_have_records_of_both_kinds() -> None:
    goes = {
        (part, one.may_go)
        for seed in range(25)
        for part in PARTS
        for one in check_part(dossier_of(seed), part, BOOK)
    }
    assert {(part, True) for part in PARTS} <= goes
    assert {("student", False), ("staff", False), ("class", False)} <= goes
