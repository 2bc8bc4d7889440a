"""Nhận xét môn học: its parts, the level a phrase fits, and suggestions that never repeat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType

from khue.gradebook.rules.marks import HIGHEST, PASSED, Mark

PARTS: Mapping[str, str] = MappingProxyType(
    {"progress": "Sự tiến bộ", "strengths": "Ưu điểm nổi bật", "limits": "Hạn chế chủ yếu"}
)
LEVELS: Mapping[str, str] = MappingProxyType(
    {
        "T": "Tốt (từ 8,0) hoặc Hoàn thành tốt",
        "K": "Khá (từ 6,5)",
        "D": "Đạt (từ 5,0)",
        "CD": "Chưa đạt (dưới 5,0)",
        "P": "Đạt, môn đánh giá bằng nhận xét",
        "H": "Hoàn thành (tiểu học)",
        "C": "Chưa hoàn thành (tiểu học)",
    }
)
PRIMARY_LEVELS: Mapping[int, str] = MappingProxyType({1: "T", 2: "H", 3: "C"})
LONGEST_COMMENT = 500


@dataclass(frozen=True, slots=True)
class Phrase:
    """Một câu nhận xét mẫu; a blank subject fits every subject, `own` is the school's."""

    part: str
    level: str
    text: str
    subject: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Wanting:
    """A pupil of the list and what already stands in one part of the comment."""

    student_id: int
    level: str
    text: str = ""


def level_of_mark(mark: Mark) -> str:
    """Mức của câu nhận xét that fits a result: T, K, D, CD, or P where Đạt is all there is.

    Our own use of the thresholds 8,0, 6,5 and 5,0; nothing yet gives no level.
    Law: TT 22/2021/TT-BGDĐT, Điều 9
    """
    if mark is None or mark < 0:
        return ""
    if mark > HIGHEST:
        return "P" if mark == PASSED else "CD"
    return "T" if mark >= 80 else "K" if mark >= 65 else "D" if mark >= 50 else "CD"


def phrases_for(bank: Sequence[Phrase], part: str, level: str, subject: str) -> list[str]:
    """The phrases that fit: the school's own first, those of the subject before the general."""
    fitting = [
        one
        for one in bank
        if (one.part, one.level) == (part, level) and one.subject in ("", subject)
    ]
    fitting.sort(key=lambda one: (not one.own, not one.subject))
    return list(dict.fromkeys(one.text for one in fitting))


def _liking(key: str, student_id: int, text: str) -> bytes:
    return blake2b(f"{key}|{student_id}|{text}".encode(), digest_size=8).digest()


def suggest(
    pupils: Sequence[Wanting], phrases: Mapping[str, Sequence[str]], *, key: str
) -> dict[int, str]:
    """Gợi ý nhận xét for the pupils who have none, in the order of the list.

    `phrases` by level; `key` names the book, the period and the part. What is written stays.
    Neighbours in the list never get the same phrase, and asking again gives the same answer:
    each pupil has an order of liking of their own. A pupil for whom no phrase is free gets none.
    """
    texts = [one.text for one in pupils]
    found: dict[int, str] = {}
    for place, pupil in enumerate(pupils):
        if texts[place] or not pupil.level:
            continue
        beside = {texts[place - 1] if place else "", *texts[place + 1 : place + 2]}
        free = [text for text in phrases.get(pupil.level, ()) if text not in beside]
        if free:
            texts[place] = min(free, key=lambda text: _liking(key, pupil.student_id, text))
            found[pupil.student_id] = texts[place]
    return found
