"""LstLopHocInfo with DsMonHoc and DsGiaoVien."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from khue.organisations.api import ClassCard, ClassSubjectCard
from khue.sector.queries.dossier import Dossier
from khue.sector.queries.lists import subject_codes
from khue.sector.queries.messages.staff import staff_code
from khue.sector.queries.messages.values import Message, flag, given, whole
from khue.timetable.api import HomeroomLine

PRIMARY, CONTINUING = "02", "05"
MARKS, COMMENTS, PRIMARY_WAY = 0, 1, 3
LANGUAGE_CODES = {"Tiếng Anh": "01", "Tiếng Nga": "02", "Tiếng Pháp": "03", "Tiếng Đức": "04"}
Teachers = Mapping[int, Mapping[int, list[int]]]
"""Subject of a class -> term -> members of staff."""


def teachers_by_subject(dossier: Dossier) -> Teachers:
    found: dict[int, dict[int, list[int]]] = defaultdict(dict)
    for term, lines in dossier.teaching.items():
        for line in lines:
            found[line.class_subject_id].setdefault(term, []).append(line.staff_id)
    return found


def class_message(
    dossier: Dossier, card: ClassCard, teachers: Teachers, disabled: frozenset[int]
) -> Message:
    """One class; `disabled` are the classes in which a disabled pupil sits."""
    code = dossier.code_of("class", card.id, card.code)
    return {
        **given(
            ClientId=str(card.id),
            MaLopHoc=code,
            TenLopHoc=card.name,
            KhoiHoc=card.grade,
            MaGvcnDn=_homeroom(dossier, card, dossier.first_homerooms),
            MaGvcnCn=_homeroom(dossier, card, dossier.homerooms),
            BuoiHoc=whole(card.session),
            MaNhomTuoiMn=card.age_group,
            ThuTu=card.position or None,
            MaHeChuyen=card.specialised_subject,
            MaHocBanTru=card.lunch_boarding,
            MaLopGhep=code if card.merged_kind == "grades" else None,
            MaDiemTruong=dossier.codes.get(("site", card.site_id or 0)),
            MaNn1=_language(dossier, card),
            DsMonHoc=_subjects(dossier, card, teachers),
        ),
        **_flags(card, disabled),
    }


def _flags(card: ClassCard, disabled: frozenset[int]) -> Message:
    flags: Message = {
        "LopGhep": flag(card.merged_kind == "grades"),
        "LopChuyen": flag(bool(card.specialised_subject)),
        "LopVnen": 0,
        "LopBanTru": flag(bool(card.lunch_boarding)),
        "IsLopCoTreKhuyetTat": flag(card.id in disabled),
        "IsLopGdtx": flag(card.level == CONTINUING),
    }
    # How many ages a mixed class holds is not kept; a class of one age is 0.
    return flags if card.merged_kind == "ages" else {**flags, "LopGhepDoTuoi": 0}


def _homeroom(dossier: Dossier, card: ClassCard, lines: Mapping[int, HomeroomLine]) -> str | None:
    line = lines.get(card.id) or dossier.homerooms.get(card.id)
    return staff_code(dossier, line.staff_id) if line else None


def _language(dossier: Dossier, card: ClassCard) -> str | None:
    """Only a subject that names its language tells which language it is."""
    names = [one.subject_name for one in dossier.subjects.get(card.id, ())]
    return next((LANGUAGE_CODES[name] for name in names if name in LANGUAGE_CODES), None)


def subject_code(card: ClassCard, subject: ClassSubjectCard) -> str:
    """The code of a subject at the level of the class; empty when the list knows none."""
    return subject_codes().get((card.level, subject.subject_name), "")


def _subjects(dossier: Dossier, card: ClassCard, teachers: Teachers) -> list[Message]:
    return [
        _subject(dossier, card, one, teachers.get(one.id, {}))
        for one in dossier.subjects.get(card.id, ())
        if subject_code(card, one)
    ]


def _subject(
    dossier: Dossier, card: ClassCard, one: ClassSubjectCard, by_term: Mapping[int, list[int]]
) -> Message:
    taught = [
        {"HocKy": term, "MaGiaoVien": staff_code(dossier, staff_id)}
        for term, members in sorted(by_term.items())
        for staff_id in members
    ]
    return given(
        MaMonHoc=subject_code(card, one),
        MaGiaoVien=taught[-1]["MaGiaoVien"] if taught else None,
        MonChuyen=flag(one.specialised),
        SoTietHk1=one.periods_term1,
        SoTietHk2=one.periods_term2,
        LoaiDanhGia=assessment_kind(card, one),
        MonVnen=0,
        DsGiaoVien=taught,
    )


def assessment_kind(card: ClassCard, one: ClassSubjectCard) -> int:
    """LoaiDanhGia: primary has its own circular; otherwise marks or comments."""
    if card.level == PRIMARY:
        return PRIMARY_WAY
    return COMMENTS if one.by_comment else MARKS
