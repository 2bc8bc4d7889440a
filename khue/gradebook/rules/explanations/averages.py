"""Cách tính điểm trung bình: how an average was made, from the same numbers as the rule."""

from collections.abc import Sequence

from khue.gradebook.rules.explanations.base import TT22, Explanation, Part, lower_first
from khue.gradebook.rules.marks import (
    ZERO_BY_RULE,
    Mark,
    counted_comment,
    counted_score,
    describe_mark,
    print_mark_cell,
)
from khue.gradebook.rules.tt22 import (
    FINAL_WEIGHT,
    MIDTERM_WEIGHT,
    SECOND_TERM_WEIGHT,
    comment_semester,
    comment_year,
    semester_average,
    weighted_sum,
    year_average,
)
from kit.numbers import print_mark

ARTICLE = f"{TT22}, Điều 9"
_TWO_TERMS = 1 + SECOND_TERM_WEIGHT


def decimals(numerator: int, denominator: int, places: int = 4) -> str:
    """A ratio of tenths, cut (not rounded) after some places, with a comma."""
    scaled = numerator * 10**places // (denominator * 10)
    whole, rest = divmod(scaled, 10**places)
    digits = f"{rest:0{places}d}".rstrip("0") or "0"
    return f"{whole},{digits}"


def _is_exact(numerator: int, denominator: int, places: int = 4) -> bool:
    shown: int = 10**places
    return numerator * shown % (denominator * 10) == 0


def exact_text(numerator: int, denominator: int) -> str:
    ending = "" if _is_exact(numerator, denominator) else "…"
    return decimals(numerator, denominator) + ending


def _part(label: str, mark: Mark, weight: int) -> Part:
    counted = counted_score(mark)
    return Part(
        label=label,
        shown=print_mark_cell(mark),
        counted="" if counted is None else print_mark(counted),
        weight=weight,
    )


def _parts(
    regular: Sequence[Mark], midterm: Mark, final: Mark, titles: Sequence[str]
) -> tuple[Part, ...]:
    heads = titles or [f"Thường xuyên {place}" for place in range(1, len(regular) + 1)]
    rows = [_part(head, mark, 1) for head, mark in zip(heads, regular, strict=True)]
    return (
        *rows,
        _part("Giữa kì", midterm, MIDTERM_WEIGHT),
        _part("Cuối kì", final, FINAL_WEIGHT),
    )


def _waiting_note(parts: Sequence[Part]) -> tuple[str, ...]:
    missing = ", ".join(lower_first(part.label) for part in parts if not part.counted)
    if not missing:
        return ()
    return (f"Chưa tính được vì còn thiếu: {missing}.",)


def _zero_notes(regular: Sequence[Mark], midterm: Mark, final: Mark) -> tuple[str, ...]:
    if any(mark == ZERO_BY_RULE for mark in (*regular, midterm, final)):
        return (
            "Lần đánh giá vắng không có lý do, hoặc không dự kiểm tra bù, "
            "được tính 0 điểm (Điều 7).",
        )
    return ()


def rounding_note(numerator: int, denominator: int) -> tuple[str, ...]:
    tie = 2 * numerator % denominator == 0 and numerator % denominator != 0
    if tie:
        return ("Chữ số thập phân thứ hai đúng bằng 5 nên được làm tròn lên.",)
    return ("Kết quả được làm tròn đến một chữ số thập phân.",)


def substitute(parts: Sequence[Part], denominator: int) -> str:
    terms = [
        part.counted if part.weight == 1 else f"{part.weight} × {part.counted}" for part in parts
    ]
    return f"({' + '.join(terms)}) / {denominator}"


def _unfinished(
    symbol: str, name: str, formula: str, parts: tuple[Part, ...], article: str = ARTICLE
) -> Explanation:
    notes = _waiting_note(parts)
    return Explanation(symbol, name, formula, parts, "", "", None, "", article, notes)


def explain_semester_average(
    regular: Sequence[Mark],
    midterm: Mark,
    final: Mark,
    *,
    titles: Sequence[str] = (),
    article: str = ARTICLE,
) -> Explanation:
    """Cách tính điểm trung bình môn học kì (ĐTBmhk), step by step.

    `titles` head the regular marks where some are of study topics. Continuing education has the
    same formula under its own `article`.
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    symbol, name = "ĐTBmhk", "Điểm trung bình môn học kì"
    formula = "(Tổng ĐĐGtx + 2 × ĐĐGgk + 3 × ĐĐGck) / (Số ĐĐGtx + 5)"
    parts = _parts(regular, midterm, final, titles)
    result = semester_average(regular, midterm, final)
    if result is None:
        return _unfinished(symbol, name, formula, parts, article)
    marks = [counted_score(mark) or 0 for mark in (*regular, midterm, final)]
    total, weight = weighted_sum(marks[:-2], marks[-2], marks[-1])
    notes = _zero_notes(regular, midterm, final) + rounding_note(total, weight)
    return Explanation(
        symbol=symbol,
        name=name,
        formula=formula,
        parts=parts,
        substitution=f"{substitute(parts, weight)} = {decimals(total, 1)} / {weight}",
        exact=exact_text(total, weight),
        result=result,
        printed=print_mark(result),
        article=article,
        notes=notes,
    )


def explain_year_average(
    first_term: Mark, second_term: Mark, *, article: str = ARTICLE
) -> Explanation:
    """Cách tính điểm trung bình môn cả năm (ĐTBmcn), step by step.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    symbol, name = "ĐTBmcn", "Điểm trung bình môn cả năm"
    formula = "(ĐTBmhkI + 2 × ĐTBmhkII) / 3"
    parts = (
        _part("Học kì I", first_term, 1),
        _part("Học kì II", second_term, SECOND_TERM_WEIGHT),
    )
    result = year_average(first_term, second_term)
    if result is None or first_term is None or second_term is None:
        return _unfinished(symbol, name, formula, parts, article)
    total = first_term + SECOND_TERM_WEIGHT * second_term
    return Explanation(
        symbol=symbol,
        name=name,
        formula=formula,
        parts=parts,
        substitution=f"{substitute(parts, _TWO_TERMS)} = {decimals(total, 1)} / {_TWO_TERMS}",
        exact=exact_text(total, _TWO_TERMS),
        result=result,
        printed=print_mark(result),
        article=article,
        notes=(
            "Tính từ điểm trung bình đã làm tròn của hai học kì.",
            *rounding_note(total, _TWO_TERMS),
        ),
    )


def _comment_part(label: str, mark: Mark) -> Part:
    counted = print_mark_cell(counted_comment(mark))
    return Part(label, print_mark_cell(mark), counted, 1)


def explain_comment_semester(
    regular: Sequence[Mark],
    midterm: Mark,
    final: Mark,
    *,
    titles: Sequence[str] = (),
    article: str = ARTICLE,
) -> Explanation:
    """Cách xếp mức học kì của môn đánh giá bằng nhận xét.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    labels = [part.label for part in _parts(regular, midterm, final, titles)]
    marks = (*regular, midterm, final)
    parts = tuple(_comment_part(label, mark) for label, mark in zip(labels, marks, strict=True))
    symbol, name = "KQ học kì", "Kết quả học kì"
    formula = "Đạt khi mọi lần đánh giá đều Đạt; còn lại là Chưa đạt"
    result = comment_semester(regular, midterm, final)
    if result is None:
        return _unfinished(symbol, name, formula, parts, article)
    failed = ", ".join(lower_first(part.label) for part in parts if part.counted == "CĐ")
    note = f"Chưa đạt ở: {failed}." if failed else "Mọi lần đánh giá đều Đạt."
    substitution = "; ".join(f"{part.label}: {part.counted}" for part in parts)
    printed = describe_mark(result)
    return Explanation(
        symbol,
        name,
        formula,
        parts,
        substitution,
        printed,
        result,
        printed,
        article,
        (note,),
        weighted=False,
    )


def explain_comment_year(
    first_term: Mark, second_term: Mark, *, article: str = ARTICLE
) -> Explanation:
    """Cách xếp mức cả năm của môn đánh giá bằng nhận xét: term II decides.

    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    parts = (_comment_part("Học kì I", first_term), _comment_part("Học kì II", second_term))
    symbol, name = "KQ cả năm", "Kết quả cả năm"
    formula = "Kết quả cả năm là kết quả của học kì II"
    result = comment_year(second_term)
    if result is None:
        return _unfinished(symbol, name, formula, parts[1:], article)
    printed = describe_mark(result)
    notes = ("Kết quả học kì I không làm thay đổi kết quả cả năm.",)
    return Explanation(
        symbol, name, formula, parts, "", printed, result, printed, article, notes, weighted=False
    )
