"""What the names in a sheet of assignments stand for at a school: people, classes, subjects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from khue.intake.api import Order
from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    ClassSubjectFacts,
    CurriculumCard,
    SubjectCard,
    class_subjects_of_school,
    classes_of,
    curriculum,
    curriculum_level,
    grade_number,
    school_summary,
    school_year,
    split_periods,
    subject_finder,
)
from khue.records.api import StaffLine, staff_of_school
from khue.timetable.queries.assignments import TeachingLine, teachers_of
from khue.timetable.rules.teaching_lists import Spellings, class_key
from kit.sheets.cells import cell_text
from kit.sheets.reading import Workbook
from kit.vietnamese import search_key

OPENING = (9, 5)
TEACHER_KINDS = {"04": "27", "05": "27", "03": "28", "02": "29", "01": "30"}
NO_SPELLINGS = Spellings({})
CLASS_HEADS, SUBJECT_HEADS = {"lopvnedu", "loptkb"}, {"montkb", "monvnedu"}


class CellRefused(Exception):
    """A name that stands for nothing here; the text is the sentence for the person."""


@dataclass(frozen=True)
class AssignmentLists:
    """The people, classes and subjects of a school year, and what is assigned already."""

    school_name: str
    starts_on: date
    staff_kind: str
    people: Mapping[str, list[StaffLine]]
    by_code: Mapping[str, StaffLine]
    classes: Mapping[str, ClassCard]
    find_subject: Callable[[str], SubjectCard | None]
    taught: Mapping[tuple[int, int], ClassSubjectCard]
    standing: Mapping[int, list[TeachingLine]]
    programme: Mapping[tuple[str, int, int], CurriculumCard]
    class_names: Spellings = NO_SPELLINGS
    subject_names: Spellings = NO_SPELLINGS

    def school_class(self, text: str) -> ClassCard:
        for name in self.class_names.of_text(text):
            found = self.classes.get(class_key(name))
            if found:
                return found
        raise CellRefused(f"Lớp “{text[:40]}” không có trong năm học này của trường.")

    def subject(self, text: str) -> SubjectCard:
        for name in self.subject_names.of_text(text):
            found = self.find_subject(name)
            if found:
                return found
        raise CellRefused(f"Môn “{text[:60]}” không có trong danh sách môn học.")

    def in_programme(self, card: ClassCard, subject_id: int) -> ClassSubjectFacts | None:
        """The subject as the programme has it for the grade of the class."""
        key = curriculum_level(card.grade), grade_number(card.grade) or 0, subject_id
        row = self.programme.get(key)
        if row is None or row.regular_marks is None:
            return None
        first, second = split_periods(row.periods_per_year)
        return ClassSubjectFacts(
            subject_id=subject_id,
            form=row.form,
            periods_term1=first,
            periods_term2=second,
            regular_marks=row.regular_marks,
            status=row.status,
        )


def person_key(name: str) -> str:
    return search_key(name)


def assignment_lists(order: Order) -> AssignmentLists:
    school = school_summary(order.school_id)
    year = school_year(school.province_id, order.year)
    starts_on = year.starts_on if year else date(order.year, *OPENING)
    cards = classes_of(school.id, order.year)
    taught = class_subjects_of_school(school.id, order.year)
    staff = _staff(school.id, starts_on, order.today)
    return AssignmentLists(
        school_name=school.name,
        starts_on=starts_on,
        staff_kind=TEACHER_KINDS.get(max(school.levels, default=""), "27"),
        people=_by_name(staff),
        by_code={search_key(one.code): one for one in staff if one.code},
        classes=_by_class_name(cards),
        find_subject=subject_finder(),
        taught={(one.class_id, one.subject_id): one for one in taught},
        standing=teachers_of([one.id for one in taught], max(starts_on, order.today)),
        programme=_programme(cards, order.year),
    )


def _staff(school_id: int, starts_on: date, today: date) -> list[StaffLine]:
    """Who is posted when the year begins, or today."""
    lines = [*staff_of_school(school_id, starts_on), *staff_of_school(school_id, today)]
    return list({one.id: one for one in lines}.values())


def _by_name(staff: list[StaffLine]) -> dict[str, list[StaffLine]]:
    found: dict[str, list[StaffLine]] = defaultdict(list)
    for one in staff:
        found[person_key(one.name)].append(one)
    return dict(found)


def _by_class_name(cards: list[ClassCard]) -> dict[str, ClassCard]:
    by_code = {class_key(card.code): card for card in cards if card.code}
    return by_code | {class_key(card.name): card for card in cards}


def _programme(cards: list[ClassCard], year: int) -> dict[tuple[str, int, int], CurriculumCard]:
    grades = {(curriculum_level(card.grade), grade_number(card.grade) or 0) for card in cards}
    rows = curriculum(sorted(grades), year) if grades else []
    return {(row.level, row.grade, row.subject_id): row for row in reversed(rows)}


def with_mappings(lists: AssignmentLists, workbook: Workbook) -> AssignmentLists:
    """Take in the sheets of a timetable program that say what classes and subjects are called."""
    return replace(
        lists,
        class_names=_pairs(workbook, CLASS_HEADS),
        subject_names=_pairs(workbook, SUBJECT_HEADS),
    )


def _pairs(workbook: Workbook, heads: set[str]) -> Spellings:
    for sheet in workbook.sheets:
        texts = [[cell_text(cell) for cell in row[:2]] for row in sheet.rows]
        if texts and {class_key(text) for text in texts[0]} == heads:
            return Spellings.of((row[0], row[1]) for row in texts[1:] if len(row) == 2)
    return NO_SPELLINGS
