"""Cách đánh giá cuối năm học ở tiểu học: what each level asks, and what stands in its way."""

from collections.abc import Mapping

from khue.gradebook.rules.awards import TITLES
from khue.gradebook.rules.explanations.base import TT27, Condition, Explanation, Part, waiting
from khue.gradebook.rules.tt27 import (
    NEEDS,
    Need,
    QualityLevel,
    SubjectLevel,
    YearEnd,
    YearLevel,
    level_when_complete,
    lowest_named,
    meets,
    primary_award,
)
from kit.numbers import print_mark

_ARTICLE = f"{TT27}, Điều 9"
_FORMULA = (
    "Xét môn học, phẩm chất, năng lực và bài kiểm tra cuối năm theo từng mức, từ cao xuống thấp"
)


def _short(tenths: int) -> str:
    return print_mark(tenths, whole_with_decimal=False)


def _subjects(need: Need, subjects: Mapping[str, SubjectLevel]) -> Condition:
    worse = [
        f"{name} {level.name}" for name, level in subjects.items() if level > need.worst_subject
    ]
    wanted = "đều T" if need.worst_subject is SubjectLevel.T else "đều T hoặc H"
    text = f"{need.level.name_vi}: môn học và hoạt động giáo dục {wanted}"
    return Condition(text, not worse, ", ".join(worse))


def _qualities(need: Need, qualities: Mapping[str, QualityLevel]) -> Condition:
    worse = [f"{name} {one.symbol}" for name, one in qualities.items() if one > need.worst_quality]
    wanted = "đều Tốt" if need.worst_quality is QualityLevel.T else "đều Tốt hoặc Đạt"
    text = f"{need.level.name_vi}: phẩm chất, năng lực {wanted}"
    return Condition(text, not worse, ", ".join(worse))


def _tests(need: Need, tests: Mapping[str, int]) -> Condition:
    low = ", ".join(lowest_named(tests, need.lowest_test))
    text = f"{need.level.name_vi}: mọi bài kiểm tra cuối năm từ {_short(need.lowest_test)} điểm"
    return Condition(text, not low, low)


def _parts(
    subjects: Mapping[str, SubjectLevel | None], tests: Mapping[str, int | None]
) -> tuple[Part, ...]:
    levels = [
        Part(name, "" if one is None else one.name, "" if one is None else one.name)
        for name, one in subjects.items()
    ]
    marks = [
        Part(f"Bài kiểm tra {name}", "" if mark is None else _short(mark), "")
        for name, mark in tests.items()
    ]
    return (*levels, *marks)


def _explained(
    year: YearEnd, qualities: Mapping[str, QualityLevel], level: YearLevel
) -> tuple[Condition, ...]:
    return tuple(
        condition
        for need in NEEDS
        if need.level <= level
        for condition in (
            _subjects(need, year.subjects),
            _qualities(need, qualities),
            _tests(need, year.tests),
        )
    )


def explain_primary_year(
    subjects: Mapping[str, SubjectLevel | None],
    qualities: Mapping[str, QualityLevel | None],
    tests: Mapping[str, int | None],
) -> Explanation:
    """Cách đánh giá kết quả giáo dục cuối năm học, by the names that the page shows.

    Law: TT 27/2020/TT-BGDĐT, Điều 9
    """
    level = level_when_complete(subjects, tuple(qualities.values()), tests)
    missing = [name for name, one in (*subjects.items(), *qualities.items()) if one is None]
    missing += [f"bài kiểm tra {name}" for name, mark in tests.items() if mark is None]
    known = {name: one for name, one in qualities.items() if one is not None}
    year = _year(subjects, known, tests)
    return Explanation(
        symbol="KQGD",
        name="Đánh giá kết quả giáo dục cuối năm học",
        formula=_FORMULA,
        parts=_parts(subjects, tests),
        substitution="",
        exact="",
        result=level,
        printed=level.name_vi if level is not None else "",
        article=_ARTICLE,
        notes=waiting(missing) or _notes(year),
        conditions=() if level is None else _explained(year, known, level),
        parts_title="Môn học, hoạt động giáo dục",
        weighted=False,
    )


def _year(
    subjects: Mapping[str, SubjectLevel | None],
    qualities: Mapping[str, QualityLevel],
    tests: Mapping[str, int | None],
) -> YearEnd:
    return YearEnd(
        {name: level for name, level in subjects.items() if level is not None},
        tuple(qualities.values()),
        {name: mark for name, mark in tests.items() if mark is not None},
    )


def _notes(year: YearEnd) -> tuple[str, ...]:
    only_year_end = "Chỉ xét kết quả cuối năm; mức của học kì I không ảnh hưởng."
    if any(meets(need, year) for need in NEEDS):
        return (only_year_end,)
    return (only_year_end, "Giáo viên lập kế hoạch giúp đỡ và đánh giá bổ sung (Điều 11).")


def explain_primary_award(
    level: YearLevel,
    *,
    outstanding_subject: bool = False,
    clear_progress: bool = False,
    recognised_by_class: bool = False,
) -> Explanation:
    """Cách xét danh hiệu học sinh tiểu học.

    Law: TT 27/2020/TT-BGDĐT, Điều 13
    """
    award = primary_award(
        level,
        outstanding_subject=outstanding_subject,
        clear_progress=clear_progress,
        recognised_by_class=recognised_by_class,
    )
    best, good = level is YearLevel.HTXS, level is YearLevel.HTT
    conditions = (
        Condition("Xuất sắc: đánh giá cuối năm Hoàn thành xuất sắc", best, level.name_vi),
        Condition("Tiêu biểu: đánh giá cuối năm Hoàn thành tốt", good, level.name_vi),
        Condition(
            "Tiêu biểu: thành tích nổi bật ở một môn học, hoặc tiến bộ rõ rệt ở một phẩm chất, "
            "năng lực",
            outstanding_subject or clear_progress,
        ),
        Condition("Tiêu biểu: được tập thể lớp công nhận", recognised_by_class),
    )
    return Explanation(
        symbol="Khen thưởng",
        name="Danh hiệu cuối năm học",
        formula="Hoàn thành xuất sắc: Xuất sắc; Hoàn thành tốt và đủ điều kiện thêm: Tiêu biểu",
        parts=(),
        substitution="",
        exact="",
        result=award.value,
        printed=TITLES[award] or "Không có danh hiệu",
        article=f"{TT27}, Điều 13",
        notes=(),
        conditions=conditions,
        weighted=False,
    )
