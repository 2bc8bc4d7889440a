"""Học bạ trên giấy: the facts of a year as the official form prints them.

Plain values for the templates of `khue/transcripts/papers`; nothing here is computed, except the
line on corrections, which counts them.
Law: TT 22/2021/TT-BGDĐT, Phụ lục II; TT 27/2020/TT-BGDĐT, Phụ lục
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from khue.transcripts.rules.facts import (
    CONTINUING,
    LOWER,
    PRIMARY,
    UPPER,
    PupilFacts,
    Stay,
    SubjectFacts,
    YearFacts,
)
from kit.dates import VIETNAM, print_born, print_date

TITLES: Mapping[str, str] = MappingProxyType(
    {
        PRIMARY: "HỌC BẠ TIỂU HỌC",
        LOWER: "HỌC BẠ TRUNG HỌC CƠ SỞ",
        UPPER: "HỌC BẠ TRUNG HỌC PHỔ THÔNG",
        CONTINUING: "HỌC BẠ GIÁO DỤC THƯỜNG XUYÊN",
    }
)
LEADERS: Mapping[str, str] = MappingProxyType({CONTINUING: "GIÁM ĐỐC"})
SEXES: Mapping[str, str] = MappingProxyType({"M": "Nam", "F": "Nữ"})
NO_CORRECTION = "Trang này không có sửa chữa."
CORRECTED = "Trang này có sửa chữa ở {count} chỗ, thuộc các môn học: {subjects}."
# Where the looks of the two signatures stand on the last page, in points from the lower left; the
# template keeps this place free.
SIGNATURE = (345.0, 126.0, 540.0, 202.0)
SIGNATURE_TEXT = (330.0, 167.0, 548.0, 204.0)
SEAL_TEXT = (330.0, 127.0, 548.0, 161.0)
SEAL_WIDE = 102.0
QUALITY_GROUPS: tuple[tuple[str, str], ...] = (
    ("q", "Phẩm chất chủ yếu"),
    ("c", "Năng lực cốt lõi"),
)


@dataclass(frozen=True)
class PaperSigner:
    """Người ký số, as the paper tells. `role`: subject, homeroom, principal, seal."""

    role: str
    element: str
    name: str
    at: datetime | None = None

    @property
    def told(self) -> str:
        """Đã ký số: the name, and when."""
        if self.at is None:
            return ""
        return f"Ký số lúc {self.at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


@dataclass(frozen=True)
class Foot:
    """Chân trang: what leads back to the file that was signed."""

    qr: str
    verify_code: str
    verify_at: str
    record: str
    digest: str


@dataclass(frozen=True)
class SubjectLine:
    """Một dòng của bảng môn học; `strands` are lines of a primary subject in two strands."""

    name: str
    values: list[str]
    comment: str
    teacher: str
    signed: str


@dataclass(frozen=True)
class QualityGroup:
    """Phẩm chất or năng lực with their lines: name, level."""

    title: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True)
class YearPaper:
    """Một năm học on paper."""

    title: str
    year: str
    class_name: str
    name: str
    pupil_word: str
    school: str
    commune: str
    province: str
    department: str
    place: str
    version: int
    is_primary: bool
    homeroom: str
    homeroom_signed: str
    leader: str
    leader_word: str
    leader_signed: str
    columns: list[str]
    subjects: list[SubjectLine]
    corrections: str
    results: list[tuple[str, list[str]]]
    qualities: list[QualityGroup]
    facts: list[tuple[str, str]]
    remarks: list[tuple[str, str]]
    approval: str
    foot: Foot
    stays: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class IdentityPaper:
    """Trang lí lịch: who it is."""

    title: str
    name: str
    pupil_word: str
    school: str
    commune: str
    province: str
    code: str
    pupil_code: str
    lines: list[tuple[str, str]]
    place: str
    made_on: str
    leader: str
    leader_word: str
    photo: str


def year_paper(facts: YearFacts, signers: Sequence[PaperSigner], foot: Foot) -> YearPaper:
    """Phần học bạ của một năm học."""
    head = facts.head
    homeroom, principal = (signer_of(signers, role) for role in ("homeroom", "principal"))
    return YearPaper(
        title=title_of(facts),
        year=facts.label.replace("-", " – "),
        class_name=facts.class_name,
        name=facts.pupil.name,
        pupil_word=pupil_word(facts),
        school=head.school,
        commune=head.commune,
        province=head.province,
        department=head.department,
        place=head.place,
        version=head.version,
        is_primary=facts.is_primary,
        homeroom=facts.homeroom,
        homeroom_signed=homeroom.told if homeroom else "",
        leader=head.leader_name,
        leader_word=leader_word(facts),
        leader_signed=principal.told if principal else "",
        columns=_columns(facts),
        subjects=list(_subjects(facts, signers)),
        corrections=corrections_told(facts),
        results=_results(facts),
        qualities=_qualities(facts),
        facts=[line for line in _decided(facts) if line[1]],
        remarks=[line for line in _remarks(facts) if line[1]],
        approval=_approval(facts),
        foot=foot,
        stays=[stay_line(one) for one in facts.stays],
    )


def title_of(facts: YearFacts) -> str:
    return TITLES.get(facts.head.level, "HỌC BẠ")


def pupil_word(facts: YearFacts) -> str:
    return "Học viên" if facts.head.level == CONTINUING else "Học sinh"


def leader_word(facts: YearFacts) -> str:
    """Chức vụ of who signs for the school."""
    told = facts.head.leader_title.upper()
    return told or LEADERS.get(facts.head.level, "HIỆU TRƯỞNG")


def signer_of(
    signers: Iterable[PaperSigner], role: str, element: str | None = None
) -> PaperSigner | None:
    return next(
        (one for one in signers if one.role == role and element in {None, one.element}), None
    )


def corrections_told(facts: YearFacts) -> str:
    """Trang này có sửa chữa ở … chỗ, thuộc các môn học …; counted from the history."""
    if not facts.corrections:
        return NO_CORRECTION
    return CORRECTED.format(count=facts.corrections, subjects=", ".join(facts.corrected_subjects))


def _columns(facts: YearFacts) -> list[str]:
    if facts.is_primary:
        return ["Mức đạt được", "Điểm KTĐK"]
    return ["Học kì I", "Học kì II", "Cả năm", "Đánh giá lại"]


def _subjects(facts: YearFacts, signers: Sequence[PaperSigner]) -> Iterable[SubjectLine]:
    homeroom = signer_of(signers, "homeroom") if facts.is_primary else None
    for one in facts.subjects:
        signed = signer_of(signers, "subject", one.element) or homeroom
        values = _primary_values(one) if facts.is_primary else _secondary_values(one)
        comment = " ".join(text for text in (one.comment, _noted(one)) if text)
        yield SubjectLine(one.name, values, comment, one.teacher, signed.told if signed else "")
        if facts.is_primary:
            yield from _strands(one)


def _noted(one: SubjectFacts) -> str:
    return f"({one.note})" if one.note else ""


def _secondary_values(one: SubjectFacts) -> list[str]:
    return [one.term1, one.term2, one.year, one.after]


def _primary_values(one: SubjectFacts) -> list[str]:
    """Only the values of the year's end go into the học bạ; after help, the new one."""
    return [one.level_after or one.level, one.test_after or one.test]


def _strands(one: SubjectFacts) -> Iterable[SubjectLine]:
    for strand in one.strands:
        values = [strand.level_after or strand.level, strand.test_after or strand.test]
        yield SubjectLine(f"– {strand.name}", values, "", "", "")


def _results(facts: YearFacts) -> list[tuple[str, list[str]]]:
    """Kết quả rèn luyện, kết quả học tập: by term, of the year, after the summer."""
    if facts.is_primary:
        return []
    conduct, learning = facts.conduct, facts.learning
    return [
        ("Kết quả rèn luyện", [conduct.term1, conduct.term2, conduct.year, conduct.after]),
        ("Kết quả học tập", [learning.term1, learning.term2, learning.year, learning.after]),
    ]


def _qualities(facts: YearFacts) -> list[QualityGroup]:
    groups = [
        QualityGroup(
            title,
            [
                (one.name, one.level_after or one.level)
                for one in facts.qualities
                if one.slot.startswith(slot)
            ],
        )
        for slot, title in QUALITY_GROUPS
    ]
    return [group for group in groups if group.lines]


def _decided(facts: YearFacts) -> Iterable[tuple[str, str]]:
    yield "Đánh giá kết quả giáo dục", facts.year_level_after or facts.year_level
    yield "Số buổi nghỉ học trong năm", _absent(facts)
    yield from _health(facts)
    yield "Đánh giá lại", _reassessed(facts)
    yield "Nhiệm vụ rèn luyện trong hè", facts.summer_task
    yield "Kết luận", _concluded(facts)
    yield "Chứng chỉ", "; ".join(facts.certificates)
    yield "Khen thưởng", "; ".join(one for one in (facts.award_text, *facts.special_awards) if one)


def _concluded(facts: YearFacts) -> str:
    told = "Học sinh khuyết tật, không đánh giá" if facts.not_assessed else ""
    return ". ".join(text for text in (told, facts.outcome_text) if text)


def _absent(facts: YearFacts) -> str:
    given = [facts.absent_with, facts.absent_without]
    if all(one is None for one in given):
        return ""
    with_leave, without = (one or 0 for one in given)
    total = with_leave + without
    return f"{total} (có phép {with_leave}, không phép {without})"


def _health(facts: YearFacts) -> Iterable[tuple[str, str]]:
    measures = (("chiều cao", facts.height), ("cân nặng", facts.weight), ("", facts.health))
    told = "; ".join(f"{name} {value}".strip() for name, value in measures if value)
    yield "Sức khỏe", told[:1].upper() + told[1:]


def _reassessed(facts: YearFacts) -> str:
    if facts.is_primary:
        return ""
    return "; ".join(f"{one.name}: {one.after}" for one in facts.subjects if one.after)


def _remarks(facts: YearFacts) -> Iterable[tuple[str, str]]:
    yield "Nhận xét về phẩm chất, năng lực", facts.quality_remark
    yield "Nhận xét của giáo viên chủ nhiệm", facts.remark
    yield "Nhận xét sau rèn luyện trong hè", facts.summer_remark


def _approval(facts: YearFacts) -> str:
    word = "học viên" if facts.head.level == CONTINUING else "học sinh"
    return (
        f"Xác nhận kết quả học tập và rèn luyện năm học {facts.label.replace('-', ' – ')}"
        f" của {word} như trên."
    )


def identity_paper(facts: YearFacts, photo: str) -> IdentityPaper:
    """Trang lí lịch, from the newest year."""
    head = facts.head
    return IdentityPaper(
        title=title_of(facts),
        name=facts.pupil.name,
        pupil_word=pupil_word(facts),
        school=head.school,
        commune=head.commune,
        province=head.province,
        code=head.code,
        pupil_code=facts.pupil.code,
        lines=list(_who(facts.pupil)),
        place=head.place,
        made_on=long_day(head.made_on),
        leader=head.leader_name,
        leader_word=leader_word(facts),
        photo=photo,
    )


def _who(pupil: PupilFacts) -> Iterable[tuple[str, str]]:
    yield "Giới tính", SEXES.get(pupil.sex, "")
    yield "Ngày, tháng, năm sinh", print_born(pupil.born)
    yield "Nơi sinh", pupil.birth_place
    yield "Dân tộc", pupil.ethnic
    yield "Quốc tịch", pupil.nationality
    yield "Đối tượng chính sách", pupil.policies
    yield "Chỗ ở hiện nay", pupil.address
    yield "Họ và tên cha", pupil.father
    yield "Nghề nghiệp của cha", pupil.father_job
    yield "Họ và tên mẹ", pupil.mother
    yield "Nghề nghiệp của mẹ", pupil.mother_job
    yield "Họ và tên người giám hộ", pupil.guardian
    yield "Nghề nghiệp của người giám hộ", pupil.guardian_job


def stay_line(one: Stay) -> tuple[str, str, str]:
    """Lớp, trường, from when to when in the year."""
    until = print_date(one.ends_on) if one.ends_on else "cuối năm học"
    days = f"{print_date(one.starts_on)} – {until}"
    return one.class_name, one.school, f"{days}{f'; {one.note}' if one.note else ''}"


def long_day(day: date | None) -> str:
    """Ngày 05 tháng 01 năm 2027, with zeros as NĐ 30/2020/NĐ-CP asks."""
    if day is None:
        return ""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
