"""Cách tính của những năm học cũ: Thông tư 58/2011/TT-BGDĐT, alone and as amended in 2020."""

from collections.abc import Iterator, Mapping, Sequence

from khue.gradebook.rules.explanations.averages import exact_text, rounding_note
from khue.gradebook.rules.explanations.base import (
    TT26,
    TT58,
    Condition,
    Explanation,
    Part,
    parts_of,
    with_marks,
)
from khue.gradebook.rules.tt58 import (
    COMMENTS,
    GRADE_NEEDS,
    KEY_SUBJECTS_TT26,
    GradeNeed,
    OldLevel,
    OldResults,
    mean_of_subjects,
    old_level,
    old_semester_average,
)
from kit.numbers import print_mark


def _named(results: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    return {names.get(code, code): score for code, score in results.items()}


def explain_old_semester_average(
    regular: Sequence[int], period_tests: Sequence[int], semester_exam: int
) -> Explanation:
    """Cách tính ĐTBmhk trước Thông tư 26/2020: tests of one period count twice.

    Law: TT 58/2011/TT-BGDĐT, Điều 10
    """
    total = sum(regular) + 2 * sum(period_tests) + 3 * semester_exam
    weight = len(regular) + 2 * len(period_tests) + 3
    groups = (("KTtx", regular, 1), ("KTđk", period_tests, 2), ("KThk", [semester_exam], 3))
    parts = tuple(
        Part(
            f"{label} {place}" if len(marks) > 1 else label, print_mark(mark), print_mark(mark), by
        )
        for label, marks, by in groups
        for place, mark in enumerate(marks, 1)
    )
    result = old_semester_average(regular, period_tests, semester_exam)
    return Explanation(
        symbol="ĐTBmhk",
        name="Điểm trung bình môn học kì",
        formula="(Tổng KTtx + 2 × Tổng KTđk + 3 × KThk) / (Số KTtx + 2 × Số KTđk + 3)",
        parts=parts,
        substitution=f"{exact_text(total, 1)} / {weight}",
        exact=exact_text(total, weight),
        result=result,
        printed=print_mark(result),
        article=f"{TT58}, Điều 10",
        notes=rounding_note(total, weight),
    )


def explain_mean_of_subjects(
    scores: Mapping[str, int], *, symbol: str = "ĐTBcn"
) -> Explanation | None:
    """Cách tính điểm trung bình các môn của năm học cũ; none without a subject.

    Law: TT 58/2011/TT-BGDĐT, Điều 11
    """
    mean = mean_of_subjects(tuple(scores.values()))
    if mean is None:
        return None
    total, count = sum(scores.values()), len(scores)
    return Explanation(
        symbol=symbol,
        name="Điểm trung bình các môn học",
        formula="Trung bình cộng của điểm trung bình các môn đánh giá bằng điểm",
        parts=parts_of(scores),
        substitution=f"{exact_text(total, 1)} / {count}",
        exact=exact_text(total, count),
        result=mean,
        printed=print_mark(mean),
        article=f"{TT58}, Điều 11",
        notes=rounding_note(total, count),
        parts_title="Môn học",
        weighted=False,
    )


def _conditions_of(
    need: GradeNeed, results: OldResults, mean: int, keys: Sequence[str], names: Mapping[str, str]
) -> Iterator[Condition]:
    grade = need.grade.name_vi
    text = f"{grade}: điểm trung bình các môn từ {print_mark(need.mean)}"
    yield Condition(text, mean >= need.mean, print_mark(mean))
    if need.key:
        marks = {code: results.scores[code] for code in keys if code in results.scores}
        met = max(marks.values(), default=-1) >= need.key
        wanted = ", ".join(names.get(code, code) for code in keys)
        yield Condition(
            f"{grade}: một trong các môn {wanted} từ {print_mark(need.key)}",
            met,
            with_marks(_named(marks, names)),
        )
    low = {code: score for code, score in results.scores.items() if score < need.lowest}
    text = f"{grade}: không môn nào dưới {print_mark(need.lowest)}"
    yield Condition(text, not low, with_marks(_named(low, names)))
    if need.comments_passed:
        text = f"{grade}: các môn đánh giá bằng nhận xét đều Đạt"
        yield Condition(text, not results.failed_comments)


def _note(made: OldLevel, names: Mapping[str, str]) -> str:
    if not made.adjusted_by:
        return f"Xếp loại theo ngưỡng: {made.raw.name_vi}; không có điều chỉnh do một môn."
    one = "một môn đánh giá bằng nhận xét" if made.adjusted_by == COMMENTS else ""
    cause = one or names.get(made.adjusted_by, made.adjusted_by)
    return (
        f"Xếp loại theo ngưỡng là {made.raw.name_vi}, bị thấp xuống chỉ do kết quả của {cause}; "
        f"được điều chỉnh thành {made.final.name_vi} (khoản 6 Điều 13)."
    )


def explain_old_level(
    results: OldResults,
    *,
    names: Mapping[str, str],
    keys: Sequence[str] = KEY_SUBJECTS_TT26,
) -> Explanation | None:
    """Cách xếp loại học lực của năm học cũ; `names` gives the subject of each code.

    Law: TT 58/2011/TT-BGDĐT, Điều 13; TT 26/2020/TT-BGDĐT, Điều 2
    """
    made = old_level(results, keys=keys)
    if made is None:
        return None
    conditions = tuple(
        condition
        for need in GRADE_NEEDS
        if need.grade <= made.raw
        for condition in _conditions_of(need, results, made.mean, keys, names)
    )
    amended = f", sửa đổi bởi {TT26}" if tuple(keys) == KEY_SUBJECTS_TT26 else ""
    return Explanation(
        symbol="Học lực",
        name="Xếp loại học lực",
        formula="Xét điểm trung bình các môn, môn chính và môn thấp nhất theo từng loại",
        parts=parts_of(_named(results.scores, names)),
        substitution="",
        exact=made.raw.name_vi,
        result=made.final,
        printed=made.final.name_vi,
        article=f"{TT58}, Điều 13{amended}",
        notes=(_note(made, names),),
        conditions=conditions,
        parts_title="Môn học",
        weighted=False,
    )
