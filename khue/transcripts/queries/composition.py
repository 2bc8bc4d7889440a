"""Lập học bạ từ sổ: the facts of every pupil of a class, fresh from the books and the files.

Not gated: whoever calls has passed the gate for the class. Reads with the whole scope, so that the
same class gives the same facts whoever asks (a year that began at another school included).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from khue.gradebook.api import (
    Cells,
    ClassResults,
    Level,
    Place,
    PupilResults,
    SubjectColumn,
    SubjectLine,
    YearLevel,
    YearOfPupil,
    award_text,
    outcome_text,
    place_of,
    print_mark_cell,
    quality_columns,
    read_class_results,
    strands_of,
    year_of_class,
)
from khue.organisations.api import code_choices, grade_number, organisation
from khue.records.api import Identity, identities_of
from khue.transcripts.queries.sources import (
    ClassTeachers,
    Sources,
    sources_of_class,
    teachers_of_class,
)
from khue.transcripts.rules.facts import (
    Head,
    PupilFacts,
    QualityFacts,
    StrandFacts,
    SubjectFacts,
    Terms,
    YearFacts,
)
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key

PRIMARY, PRESCHOOL = "02", "01"
YEAR_END = 4
LEVEL_SIGNS = {1: "T", 2: "H", 3: "C"}
QUALITY_SIGNS = {1: "T", 2: "Đ", 3: "C"}
KIND_NOTES = {
    "practice": "Miễn phần thực hành",
    "reduced": "Đánh giá giảm nhẹ yêu cầu",
    "plan": "Theo kế hoạch giáo dục cá nhân",
    "exempt": "Miễn đánh giá",
}
NOT_TAKEN = "not_taken"
OF_DISABILITY = frozenset({"exempt", "plan"})
COMMUNE_KINDS = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")


@dataclass(frozen=True, slots=True)
class FreshClass:
    """A class as its books and files stand now. `facts`: by pupil, without code and version."""

    results: ClassResults
    facts: Mapping[int, YearFacts]
    teachers: ClassTeachers

    @property
    def place(self) -> str:
        return self.results.place


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all pupils of the class share."""

    results: ClassResults
    place: Place
    sources: Sources
    teachers: ClassTeachers
    codes: Mapping[str, str]
    department_code: str
    primary: Mapping[int, YearOfPupil]


def fresh_class(class_id: int, today: date, student_ids: Iterable[int] | None = None) -> FreshClass:
    """Everyone who finishes the year in a class, or some of them; about twenty reads."""
    with scoped(EVERYTHING):
        results = read_class_results(class_id, student_ids)
        if results.level == PRESCHOOL:
            return FreshClass(results, {}, ClassTeachers({}, {}, None))
        ground = _ground(results, today)
        pupils = results.staying
        people = identities_of([one.student_id for one in pupils], today)
    facts = {
        one.student_id: _facts(ground, one, people[one.student_id])
        for one in pupils
        if one.student_id in people
    }
    return FreshClass(results, facts, ground.teachers)


def _ground(results: ClassResults, today: date) -> _Ground:
    students = [one.student_id for one in results.staying]
    primary = results.level == PRIMARY
    class_id, year = results.class_id, results.year
    years = year_of_class(class_id, students).pupils if primary else {}
    return _Ground(
        results,
        place_of(results.school_id, year, results.province_id, today),
        sources_of_class(class_id, year, students, primary=primary),
        teachers_of_class(class_id, _last_day(results, today), today),
        _subject_codes(results.level, today),
        organisation(results.province_id).code,
        years,
    )


def _last_day(results: ClassResults, today: date) -> date:
    """The last day of the year, or today while it is not over."""
    last = min(today, results.ends_on) if results.ends_on else today
    return max(last, results.starts_on) if results.starts_on else last


def _subject_codes(level: str, today: date) -> dict[str, str]:
    rows = code_choices("subjects", on=today, parent=level)
    return {search_key(name): code for code, name in rows}


def _facts(ground: _Ground, pupil: PupilResults, person: Identity) -> YearFacts:
    results, sources, row = ground.results, ground.sources, pupil.decisions
    primary = ground.primary.get(pupil.student_id)
    homeroom = ground.teachers.homeroom
    number = grade_number(pupil.grade)
    return YearFacts(
        head=_head(ground),
        pupil=_pupil(person),
        year=results.year,
        regime=row.regime or ("TT27" if primary else "TT22"),
        grade=pupil.grade,
        class_name=results.class_name,
        homeroom=homeroom.name if homeroom else "",
        homeroom_code=homeroom.code if homeroom else "",
        subjects=tuple(_subjects(ground, pupil, primary)),
        conduct=_terms(pupil, ("conduct1", "conduct2", "conduct_year", "conduct_after")),
        learning=_terms(pupil, ("learning1", "learning2", "learning_year", "learning_after")),
        qualities=tuple(_qualities(primary)) if primary else (),
        quality_remark=sources.quality_remarks.get(pupil.student_id, ""),
        year_level=_year_level(row.primary_level),
        year_level_after=_year_level(row.primary_after),
        absent_with=row.absent_with,
        absent_without=row.absent_without,
        not_assessed=_is_not_assessed(pupil),
        outcome=row.final_outcome,
        outcome_text=outcome_text(row.final_outcome, number),
        award="" if row.award == "NONE" else row.award,
        award_text=award_text(row.award, row.regime),
        special_awards=tuple(sources.special.get(pupil.student_id, ())),
        remark=row.remark2,
        summer_task=row.summer_task,
        summer_remark=row.summer_remark,
        stays=tuple(sources.stays.get(pupil.student_id, ())),
    )


def _head(ground: _Ground) -> Head:
    place, school = ground.place, ground.place.school
    commune = place.commune
    bare = next((commune.removeprefix(k) for k in COMMUNE_KINDS if commune.startswith(k)), commune)
    return Head(
        code="",
        version=0,
        verify_code="",
        department_code=ground.department_code,
        department=school.supervisor_name,
        school_code=school.code,
        school=school.name,
        commune=commune,
        province=place.province,
        level=ground.results.level,
        place=bare or place.province,
    )


def _pupil(person: Identity) -> PupilFacts:
    """Law: NĐ 88/2026/NĐ-CP, Điều 9 (the lifelong code follows the personal number)."""
    return PupilFacts(
        lifelong_code=person.personal_number,
        personal_number=person.personal_number,
        code=person.code,
        name=person.name,
        born=person.born,
        sex=person.sex,
        birth_place=person.birth_place,
        ethnic_code=person.ethnic_code,
        ethnic=person.ethnic,
        nationality_code=person.nationality_code,
        nationality=person.nationality,
        address=person.address,
        policies=person.policies,
        father=person.father.name,
        father_job=person.father.job,
        mother=person.mother.name,
        mother_job=person.mother.job,
        guardian=person.guardian.name,
        guardian_job=person.guardian.job,
    )


def _terms(pupil: PupilResults, columns: tuple[str, str, str, str]) -> Terms:
    levels = (pupil.decisions.level(column) for column in columns)
    return Terms(*("" if one is None else Level(one).name_vi for one in levels))


def _year_level(stored: str) -> str:
    return YearLevel[stored].name_vi if stored else ""


def _is_not_assessed(pupil: PupilResults) -> bool:
    """Khuyết tật không đánh giá: every subject by a plan of the pupil's own, or exempt."""
    kinds = [one.kind for one in pupil.subjects.values() if one.kind != NOT_TAKEN]
    return bool(kinds) and all(kind in OF_DISABILITY for kind in kinds)


def _subjects(
    ground: _Ground, pupil: PupilResults, primary: YearOfPupil | None
) -> Iterator[SubjectFacts]:
    for column in ground.results.subjects:
        line = pupil.subjects.get(column.id, SubjectLine())
        if line.kind == NOT_TAKEN or not (primary or column.regular_marks):
            continue
        if primary is None:
            yield _secondary_subject(ground, pupil, column, line)
        elif column.name in primary.before.subjects:
            yield _primary_subject(ground, pupil, column, primary)


def _shared(
    ground: _Ground, pupil: PupilResults, column: SubjectColumn, last: int
) -> dict[str, Any]:
    teacher = ground.teachers.subject(column.id)
    names = ground.teachers.names.get(column.id, "")
    key = (pupil.student_id, column.id)
    return {
        "element": f"mh-{column.id}",
        "code": ground.codes.get(search_key(column.name), ""),
        "name": column.name,
        "comment": ground.sources.comment(*key, last),
        "corrections": ground.sources.corrections.get(key, 0),
        "teacher": names,
        "teacher_code": teacher.code if teacher else "",
    }


def _secondary_subject(
    ground: _Ground, pupil: PupilResults, column: SubjectColumn, line: SubjectLine
) -> SubjectFacts:
    last = 2 if column.is_taught_in(2) else 1
    return SubjectFacts(
        **_shared(ground, pupil, column, last),
        form=column.form,
        term1=print_mark_cell(line.term1),
        term2=print_mark_cell(line.term2),
        year=print_mark_cell(line.year),
        after=print_mark_cell(line.reassessed),
        note=_note(line),
    )


def _note(line: SubjectLine) -> str:
    terms = ", ".join({1: "học kì I", 2: "học kì II"}[one] for one in line.carried)
    brought = f"Kết quả {terms} do {line.from_school} chuyển đến" if line.carried else ""
    told = [brought if line.from_school else "", KIND_NOTES.get(line.kind, "")]
    return "; ".join(text for text in told if text)


def _primary_subject(
    ground: _Ground, pupil: PupilResults, column: SubjectColumn, year: YearOfPupil
) -> SubjectFacts:
    before = year.before.subjects[column.name]
    after = year.again.subjects.get(column.name, Cells())
    shared = _shared(ground, pupil, column, YEAR_END)
    names = strands_of(column.name)
    if names:
        strands = tuple(_strands(names, before, after))
        return SubjectFacts(**shared, form=column.form, strands=strands)
    return SubjectFacts(
        **shared,
        form=column.form,
        level=_sign(before.level),
        test=_whole(before.mark),
        level_after=_sign(after.level),
        test_after=_whole(after.test),
    )


def _strands(names: tuple[str, ...], before: Cells, after: Cells) -> Iterator[StrandFacts]:
    first = (before.level, before.mark, after.level, after.test)
    second = (before.level2, before.mark2, after.level2, after.test2)
    for name, (level, test, level_after, test_after) in zip(names, (first, second), strict=True):
        signs = _sign(level), _whole(test), _sign(level_after), _whole(test_after)
        yield StrandFacts(name, *signs)


def _sign(level: int | None) -> str:
    return LEVEL_SIGNS.get(level or 0, "")


def _whole(mark: int | None) -> str:
    return "" if mark is None or mark < 0 else str(mark)


def _qualities(year: YearOfPupil) -> Iterator[QualityFacts]:
    needed = year.before.quality_levels()
    for column in quality_columns()[:-1]:
        if column.slot in needed:
            level = year.before.qualities.get(column.slot)
            after = year.again.qualities.get(column.slot)
            signs = QUALITY_SIGNS.get(level or 0, ""), QUALITY_SIGNS.get(after or 0, "")
            yield QualityFacts(column.slot, column.group, column.title, *signs)
