"""Khác với sổ: what a kept version says otherwise than the book and the file say now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from khue.transcripts.rules.facts import PupilFacts, SubjectFacts, YearFacts

IDENTITY: Mapping[str, str] = {
    "lifelong_code": "Mã số hồ sơ học tập suốt đời",
    "personal_number": "Số định danh",
    "code": "Mã học sinh",
    "name": "Họ và tên",
    "born": "Ngày sinh",
    "sex": "Giới tính",
    "birth_place": "Nơi sinh",
    "ethnic_code": "Dân tộc",
    "nationality_code": "Quốc tịch",
    "policies": "Đối tượng chính sách",
}
# Said without the values: they are sensitive.
SILENT = frozenset({"lifelong_code", "personal_number", "ethnic_code", "policies"})
SUBJECT: Mapping[str, str] = {
    "term1": "học kì I",
    "term2": "học kì II",
    "year": "cả năm",
    "after": "đánh giá lại",
    "level": "mức đạt được",
    "test": "điểm kiểm tra",
    "level_after": "mức đạt được sau giúp đỡ",
    "test_after": "điểm kiểm tra sau giúp đỡ",
    "strands": "phân môn",
    "comment": "nhận xét",
    "note": "ghi chú",
    "name": "tên môn",
}
YEAR: Mapping[str, str] = {
    "grade": "Khối",
    "class_name": "Lớp",
    "regime": "Quy chế đánh giá",
    "conduct": "Kết quả rèn luyện",
    "learning": "Kết quả học tập",
    "qualities": "Phẩm chất, năng lực",
    "quality_remark": "Nhận xét phẩm chất, năng lực",
    "year_level": "Đánh giá cuối năm",
    "year_level_after": "Đánh giá sau giúp đỡ",
    "absent_with": "Nghỉ có phép",
    "absent_without": "Nghỉ không phép",
    "not_assessed": "Không đánh giá",
    "outcome": "Kết luận",
    "award": "Danh hiệu",
    "special_awards": "Khen thưởng",
    "certificates": "Chứng chỉ",
    "remark": "Nhận xét của giáo viên chủ nhiệm",
    "summer_task": "Nhiệm vụ trong kì nghỉ hè",
    "summer_remark": "Nhận xét sau kì nghỉ hè",
}
_PLAIN = (str, int)
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not the same. `of_person`: of the file, not of the book."""

    label: str
    kept: str
    now: str
    of_person: bool = False
    element: str = ""

    @property
    def sentence(self) -> str:
        """As a page tells it."""
        if not self.kept and not self.now:
            return f"{self.label}: đã thay đổi."
        return f"{self.label}: học bạ ghi “{self.kept or '–'}”, nay là “{self.now or '–'}”."


def differences(kept: YearFacts, now: YearFacts) -> tuple[Difference, ...]:
    """Các điểm khác nhau between a version and the book and the file as they stand."""
    return (
        *_identity(kept.pupil, now.pupil),
        *_subjects(kept.subjects, now.subjects),
        *(
            Difference(label, *_shown(getattr(kept, fact), getattr(now, fact)))
            for fact, label in YEAR.items()
            if getattr(kept, fact) != getattr(now, fact)
        ),
    )


def _shown(kept: Any, now: Any) -> tuple[str, str]:
    """Short values as they are; of long and composite ones only that they changed."""
    old, new = ("" if one is None else str(one) for one in (kept, now))
    plain = all(one is None or isinstance(one, _PLAIN) for one in (kept, now))
    return (old, new) if plain and max(len(old), len(new)) <= LONGEST else ("", "")


def _identity(kept: PupilFacts, now: PupilFacts) -> Iterator[Difference]:
    for fact, label in IDENTITY.items():
        old, new = getattr(kept, fact), getattr(now, fact)
        if old != new:
            was, becomes = ("", "") if fact in SILENT else (old, new)
            yield Difference(label, was, becomes, of_person=True)


def _subjects(kept: Sequence[SubjectFacts], now: Sequence[SubjectFacts]) -> Iterator[Difference]:
    old, new = ({one.element: one for one in rows} for rows in (kept, now))
    for element in dict.fromkeys([*old, *new]):
        if element not in new or element not in old:
            name = (old.get(element) or new[element]).name
            told = ("có", "không có") if element in old else ("không có", "có")
            yield Difference(f"{name}: môn học", *told, element=element)
            continue
        yield from _subject(old[element], new[element])


def _subject(kept: SubjectFacts, now: SubjectFacts) -> Iterator[Difference]:
    for fact, label in SUBJECT.items():
        old, new = getattr(kept, fact), getattr(now, fact)
        if old != new:
            told = _shown(old, new)
            yield Difference(f"{now.name}, {label}", *told, element=kept.element)
