"""Lớp học: what makes a class of a school sound."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from khue.organisations.rules.levels import Level, grades_of_levels, level_of_grade
from kit.refusal import Refusal
from kit.vietnamese import tidy

NAME_LENGTH, CODE_LENGTH = 50, 20


@dataclass(frozen=True)
class ClassFacts:
    """What is said of a class; `grades` are DM_KHOI codes.

    `merged_kind` is "grades" for a multi-grade class, "ages" for a mixed-age one, else empty.
    """

    name: str
    grades: tuple[str, ...]
    code: str = ""
    site_id: int | None = None
    bundle_id: int | None = None
    merged_kind: str = ""
    age_group: str = ""
    specialised_subject: str = ""
    session: str = ""
    lunch_boarding: str = ""
    boarding: bool = False
    position: int = 0


@dataclass(frozen=True)
class SchoolFrame:
    """What a school allows its classes to be: levels taught, sites, bundles with first years."""

    name: str
    levels: tuple[str, ...]
    site_ids: Collection[int]
    bundle_years: Mapping[int, int]


def check_class(facts: ClassFacts, school: SchoolFrame, year: int) -> Refusal | None:
    """The first reason why a school cannot have such a class in a year; None when it can."""
    checks = (_check_name, _check_grades, _check_merging, _check_age_group, _check_places)
    found = (check(facts, school) for check in checks)
    return next((one for one in found if one), None) or _check_upper(facts, school, year)


def _refuse(key: str, sentence: str, field: str) -> Refusal:
    return Refusal(key, sentence, {"field": field})


def _check_name(facts: ClassFacts, school: SchoolFrame) -> Refusal | None:
    if not tidy(facts.name):
        return _refuse("NO_NAME", "Lớp chưa có tên. Hãy viết tên lớp, ví dụ 8A.", "name")
    if len(tidy(facts.name)) > NAME_LENGTH or len(facts.code) > CODE_LENGTH:
        sentence = f"Tên lớp dài nhất {NAME_LENGTH} chữ, mã lớp dài nhất {CODE_LENGTH} chữ."
        return _refuse("NAME_TOO_LONG", sentence, "name")
    return None


def _check_grades(facts: ClassFacts, school: SchoolFrame) -> Refusal | None:
    if not facts.grades:
        return _refuse("NO_GRADE", "Chưa chọn khối của lớp.", "grades")
    allowed = grades_of_levels(Level(code) for code in school.levels)
    if not set(facts.grades) <= set(allowed):
        sentence = f"{school.name} không dạy khối này. Hãy chọn khối thuộc cấp học của trường."
        return _refuse("GRADE_NOT_TAUGHT", sentence, "grades")
    if len({level_of_grade(grade) for grade in facts.grades}) > 1:
        sentence = "Một lớp chỉ ghép các khối trong cùng một cấp học."
        return _refuse("TWO_LEVELS", sentence, "grades")
    return None


def _check_merging(facts: ClassFacts, school: SchoolFrame) -> Refusal | None:
    preschool = level_of_grade(facts.grades[0]) == Level.PRESCHOOL
    if len(set(facts.grades)) > 1 and not facts.merged_kind:
        sentence = "Lớp có nhiều khối phải là lớp ghép. Hãy chọn kiểu lớp ghép hoặc chỉ một khối."
        return _refuse("MANY_GRADES_UNMERGED", sentence, "merged_kind")
    if facts.merged_kind == "grades" and len(set(facts.grades)) < 2:
        sentence = "Lớp ghép nhiều trình độ phải có từ hai khối trở lên."
        return _refuse("MERGED_OF_ONE", sentence, "grades")
    if facts.merged_kind == "ages" and not preschool:
        sentence = "Chỉ lớp mầm non mới ghép độ tuổi."
        return _refuse("AGES_IN_SCHOOL", sentence, "merged_kind")
    return None


def _check_age_group(facts: ClassFacts, school: SchoolFrame) -> Refusal | None:
    if facts.age_group and level_of_grade(facts.grades[0]) != Level.PRESCHOOL:
        sentence = "Nhóm tuổi chỉ dùng cho nhóm trẻ và lớp mẫu giáo."
        return _refuse("AGE_GROUP_IN_SCHOOL", sentence, "age_group")
    return None


def _check_places(facts: ClassFacts, school: SchoolFrame) -> Refusal | None:
    if facts.site_id is not None and facts.site_id not in school.site_ids:
        sentence = "Điểm trường này không thuộc trường. Hãy chọn lại điểm trường."
        return _refuse("FOREIGN_SITE", sentence, "site_id")
    return None


def _check_upper(facts: ClassFacts, school: SchoolFrame, year: int) -> Refusal | None:
    upper = level_of_grade(facts.grades[0]) == Level.UPPER_SECONDARY
    if not upper and (facts.bundle_id or facts.specialised_subject):
        sentence = "Tổ hợp môn và hệ chuyên chỉ dùng cho lớp 10, 11, 12."
        return _refuse("NOT_UPPER_SECONDARY", sentence, "bundle_id")
    if facts.bundle_id and facts.bundle_id not in school.bundle_years:
        sentence = "Tổ hợp môn này không phải của trường. Hãy chọn lại tổ hợp."
        return _refuse("FOREIGN_BUNDLE", sentence, "bundle_id")
    if facts.bundle_id and school.bundle_years[facts.bundle_id] > year:
        sentence = "Tổ hợp môn này bắt đầu từ một năm học sau. Hãy chọn tổ hợp khác."
        return _refuse("BUNDLE_TOO_NEW", sentence, "bundle_id")
    return None


def taken_refusal(name: str, year_label: str) -> Refusal:
    sentence = f"Năm học {year_label} đã có lớp {name}. Hãy đặt tên khác hoặc sửa lớp đang có."
    return _refuse("CLASS_NAME_TAKEN", sentence, "name")


def repeated_names(rows: Sequence[ClassFacts]) -> set[str]:
    """Names that stand twice in one list, compared without case."""
    names = [tidy(row.name).casefold() for row in rows]
    return {name for name in names if names.count(name) > 1}
