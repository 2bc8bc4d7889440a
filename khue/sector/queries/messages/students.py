"""LstHocSinh."""

from __future__ import annotations

from khue.organisations.api import YearCard
from khue.records.api import (
    Entry,
    Period,
    PupilFile,
    Relative,
    Status,
    Stay,
    sector_status_code,
)
from khue.sector.queries.dossier import Dossier
from khue.sector.queries.messages.values import (
    Message,
    born_day,
    flag,
    given,
    moment,
    sex_number,
    whole,
)
from kit.vietnamese import given_name

FROM_ANOTHER_SCHOOL = "1"
POOR = "08"
LEFT = frozenset({Status.TRANSFERRED_OUT, Status.DROPPED_OUT})
IN_PROVINCE, ELSEWHERE = "01", "02"
PARENTS = {"father": "Bo", "mother": "Me", "guardian": "NguoiGiamHo"}


def student_message(dossier: Dossier, pupil: PupilFile) -> Message:
    """One pupil."""
    return {
        **_identity(pupil),
        **_address(pupil),
        **_circumstances(pupil),
        **_family(dossier, pupil),
        **_study(dossier, pupil),
        **_arrival(dossier, pupil),
        **_departure(dossier, pupil),
    }


def _identity(pupil: PupilFile) -> Message:
    person = pupil.person
    return given(
        ClientId=str(person.id),
        MaHocSinh=person.code,
        HoTen=person.name,
        TenHocSinh=given_name(person.name),
        MaDanToc=person.ethnic_group,
        MaTonGiao=pupil.sensitive.religion,
        GioiTinh=sex_number(person),
        NgaySinh=moment(born_day(person.born)),
        NoiSinh=person.birth_place,
        QueQuan=person.home_town,
        MaQuocTich=person.nationality,
        MaCongDan=person.personal_number,
    )


def _address(pupil: PupilFile) -> Message:
    person = pupil.person
    return given(
        DchiThtru=person.address,
        MaPxaThtru=person.commune_code,
        SoDthoaiDdong=person.phone,
        Email=person.email,
    )


def _circumstances(pupil: PupilFile) -> Message:
    facts = pupil.sensitive
    return {
        "KhuyetTat": flag(bool(facts.disability)),
        "IsHoNgheo": flag(POOR in facts.policies),
        **given(
            MaLoaiKhuyetTat=facts.disability,
            MaDtuongCsach=facts.policies[0] if facts.policies else None,
        ),
    }


def _family(dossier: Dossier, pupil: PupilFile) -> Message:
    """Father, mother; the guardian, or else a parent, who represents the child anyway."""
    found: Message = {}
    for relative in reversed(pupil.relatives):
        if relative.relation in PARENTS:
            found.update(_adult(relative, PARENTS[relative.relation]))
    if "HoTenNguoiGiamHo" not in found and pupil.relatives:
        found.update(_adult(_representative(dossier, pupil), PARENTS["guardian"]))
    return found


def _representative(dossier: Dossier, pupil: PupilFile) -> Relative:
    """The parent whom the school speaks to first; one whose day of birth is known goes before."""
    added = dossier.supplements.get(("student", pupil.person.id), {})
    known = [one for one in pupil.relatives if f"NgaySinh{PARENTS.get(one.relation)}" in added]
    return [*known, *pupil.relatives][0]


def _adult(one: Relative, suffix: str) -> Message:
    return given(
        **{
            f"HoTen{suffix}": one.name,
            f"NgheNghiep{suffix}": one.job,
            f"SoDienThoai{suffix}": one.phone,
        }
    )


def _study(dossier: Dossier, pupil: PupilFile) -> Message:
    first, last = pupil.stays[0], pupil.stays[-1]
    return given(
        MaLopHocDn=_class_code(dossier, first.class_id),
        MaLopHocCn=_class_code(dossier, last.class_id),
        KhoiHoc=whole(last.grade),
        LoaiNhapHoc=whole(first.entry_kind),
        TrangThai=status_code(dossier.year, pupil),
        NgayTrangThai=moment(last.ends_on if has_left(last) else first.starts_on),
    )


def _class_code(dossier: Dossier, class_id: int) -> str | None:
    found = dossier.class_codes.get(class_id)
    return (dossier.code_of("class", class_id, "") if found is None else found) or None


def has_left(stay: Stay) -> bool:
    return stay.status in LEFT


def status_code(year: YearCard, pupil: PupilFile) -> int | None:
    """DM_TRANG_THAI_HOC_SINH of a pupil in the year."""
    first, last = pupil.stays[0], pupil.stays[-1]
    if has_left(last):
        period = _period(year, last, left=True)
        return whole(sector_status_code(Status(last.status), Entry.AT_START, period))
    return whole(sector_status_code(Status.STUDYING, _entry(year, first), _period(year, first)))


def _entry(year: YearCard, first: Stay) -> Entry:
    """An arrival counts in its own year; who came from another school on the first day too."""
    return Entry.TRANSFERRED_IN if first.entry_kind == FROM_ANOTHER_SCHOOL else Entry.AT_START


def _period(year: YearCard, stay: Stay, *, left: bool = False) -> Period:
    day = (stay.ends_on or stay.starts_on) if left else stay.starts_on
    if day > year.ends_on or day < year.starts_on:
        return Period.SUMMER
    return Period.TERM_1 if day <= year.term(1).ends_on else Period.TERM_2


def _arrival(dossier: Dossier, pupil: PupilFile) -> Message:
    school = dossier.destinations.get(pupil.come_from or 0)
    return {"ChuyenDenTuTinh": school.province_code} if school else {}


def _departure(dossier: Dossier, pupil: PupilFile) -> Message:
    last = pupil.stays[-1]
    if not has_left(last):
        return {}
    period = _period(dossier.year, last, left=True)
    term = {Period.TERM_1: 1, Period.TERM_2: 2}.get(period)
    return given(
        ThoiDiemRoiTruong=term,
        MaLyDoThoiHoc=last.leaving_reason if last.status == Status.DROPPED_OUT else None,
        **_destination(dossier, pupil),
    )


def _destination(dossier: Dossier, pupil: PupilFile) -> Message:
    school = dossier.destinations.get(pupil.gone_to or 0)
    if school is None:
        return {}
    inside = school.province_code == dossier.school.province_code
    return {
        "NoiChuyenDi": IN_PROVINCE if inside else ELSEWHERE,
        "ChuyenDiDenTinh": school.province_code,
    }
