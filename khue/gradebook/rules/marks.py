"""Điểm và mức đánh giá trong một ô sổ điểm: four states, never one blank.

One small integer keeps everything that a cell of the mark book can hold:
nothing yet (None), waiting for a make-up test (-1), zero by rule (-2), a mark in tenths
(0 to 100), Đạt (101) or Chưa đạt (102).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from kit.numbers import parse_mark, print_mark
from kit.refusal import Refusal
from kit.vietnamese import search_key

Mark = int | None

NOT_YET: Mark = None
EXCUSED_PENDING = -1
ZERO_BY_RULE = -2
HIGHEST = 100
PASSED = 101
FAILED = 102

_WORDS_OF_EVERY_SUBJECT: Mapping[str, int] = MappingProxyType(
    {"p": EXCUSED_PENDING, "hb": EXCUSED_PENDING, "hoc bu": EXCUSED_PENDING, "kp": ZERO_BY_RULE}
)
_WORDS_OF_COMMENTS: Mapping[str, int] = MappingProxyType(
    {"d": PASSED, "dat": PASSED, "cd": FAILED, "chua dat": FAILED}
)
_PRINTED: Mapping[int, str] = MappingProxyType(
    {EXCUSED_PENDING: "P", ZERO_BY_RULE: "KP", PASSED: "Đ", FAILED: "CĐ"}
)
_SPOKEN: Mapping[int, str] = MappingProxyType(
    {
        EXCUSED_PENDING: "vắng có lý do, chờ kiểm tra bù",
        ZERO_BY_RULE: "vắng không có lý do",
        PASSED: "Đạt",
        FAILED: "Chưa đạt",
    }
)
_NOT_A_COMMENT = (
    "“{text}” không phải là mức đánh giá. Môn đánh giá bằng nhận xét chỉ nhận Đ (Đạt) "
    "hoặc CĐ (Chưa đạt)."
)


@dataclass(frozen=True, slots=True)
class Assessments:
    """Các điểm đánh giá của một học kì: ĐĐGtx, ĐĐGgk, ĐĐGck.

    `regular` has one place for each required regular mark, filled or not.
    """

    regular: tuple[Mark, ...]
    midterm: Mark
    final: Mark

    @property
    def all(self) -> tuple[Mark, ...]:
        """Every required assessment of the term, in the order of the book."""
        return (*self.regular, self.midterm, self.final)


def is_settled(stored: Mark) -> bool:
    """Lần đánh giá đã có kết quả: a value, or what the rule puts in its place.

    Law: TT 22/2021/TT-BGDĐT, Điều 7
    """
    return stored is not None and stored != EXCUSED_PENDING


def counted_score(stored: Mark) -> Mark:
    """Điểm được tính: an assessment missed without reason counts 0 points.

    Law: TT 22/2021/TT-BGDĐT, Điều 7
    """
    if stored == ZERO_BY_RULE:
        return 0
    return stored if stored is not None and 0 <= stored <= HIGHEST else None


def counted_comment(stored: Mark) -> Mark:
    """Mức được tính: an assessment missed without reason counts Chưa đạt.

    Law: TT 22/2021/TT-BGDĐT, Điều 7
    """
    if stored == ZERO_BY_RULE:
        return FAILED
    return stored if stored in (PASSED, FAILED) else None


def is_score(stored: Mark) -> bool:
    """Whether a subject assessed by score may keep this in a cell."""
    return stored in (None, EXCUSED_PENDING, ZERO_BY_RULE) or 0 <= (stored or 0) <= HIGHEST


def is_comment(stored: Mark) -> bool:
    """Whether a subject assessed by comment may keep this in a cell."""
    return stored in (None, EXCUSED_PENDING, ZERO_BY_RULE, PASSED, FAILED)


def parse_score_cell(value: str | float | None) -> Mark | Refusal:
    """Read a cell of a scored subject: a mark, blank, P (make-up due) or KP (zero by rule)."""
    word = search_key(str(value)) if isinstance(value, str) else ""
    if value is None or (isinstance(value, str) and not word):
        return NOT_YET
    return _WORDS_OF_EVERY_SUBJECT.get(word) or parse_mark(value)


def parse_comment_cell(value: str | float | None) -> Mark | Refusal:
    """Read a cell of a comment subject: Đ, CĐ, blank, P or KP, with or without diacritics."""
    word = search_key(str(value)) if value is not None else ""
    if not word:
        return NOT_YET
    known = _WORDS_OF_COMMENTS.get(word) or _WORDS_OF_EVERY_SUBJECT.get(word)
    return known or Refusal(
        "NOT_A_COMMENT", _NOT_A_COMMENT.format(text=value), {"text": str(value)}
    )


def parse_cell(value: str | float | None, *, by_comment: bool) -> Mark | Refusal:
    """Read a cell in the form of assessment of its subject."""
    reader: Callable[[str | float | None], Mark | Refusal]
    reader = parse_comment_cell if by_comment else parse_score_cell
    return reader(value)


@lru_cache(maxsize=256)
def print_mark_cell(stored: Mark) -> str:
    """As it stands in the cell: "7,5", "Đ", "CĐ", "P", "KP" or nothing."""
    if stored is None:
        return ""
    return _PRINTED.get(stored) or print_mark(stored)


def describe_mark(stored: Mark) -> str:
    """As a sentence says it: "7,5", "Chưa đạt", "vắng không có lý do", "để trống"."""
    if stored is None:
        return "để trống"
    return _SPOKEN.get(stored) or print_mark(stored)


def count_settled(marks: Sequence[Mark]) -> int:
    """How many of these cells no longer wait for anything (progress of a mark book)."""
    return sum(map(is_settled, marks))
