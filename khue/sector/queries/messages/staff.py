"""LstCanBo."""

from __future__ import annotations

from khue.records.api import StaffFile
from khue.sector.queries.dossier import Dossier, folded
from khue.sector.queries.messages.values import Message, born_day, given, moment, whole

# DM_NHOM_CAN_BO of the kinds of staff (DM_LOAI_CAN_BO); 27-30 name the level of a teacher.
MANAGER_KINDS = frozenset({"01", "02", "05", "06"})
TEACHER_KINDS = frozenset({"03", "04", "27", "28", "29", "30"})
LEVEL_OF_KIND = {"27": "04", "28": "03", "29": "02", "30": "01"}
MANAGER, EMPLOYEE, TEACHER = 1, 2, 3
AT_WORK = "01"


def staff_code(dossier: Dossier, staff_id: int) -> str:
    """Mã cán bộ: the Ministry's, else that of the file, else the id of the system."""
    own = dossier.staff_codes.get(staff_id, "")
    return dossier.code_of("staff", staff_id, own or str(staff_id))


def staff_group(kind: str) -> int:
    """Nhóm cán bộ of a kind."""
    if kind in MANAGER_KINDS:
        return MANAGER
    return TEACHER if kind in TEACHER_KINDS else EMPLOYEE


def staff_message(dossier: Dossier, one: StaffFile) -> Message:
    """One member of staff."""
    return {
        **_identity(dossier, one),
        **_work(dossier, one),
        **_taught(dossier, one),
        **_training(dossier, one),
    }


def _identity(dossier: Dossier, one: StaffFile) -> Message:
    person = one.person
    return given(
        ClientId=str(person.id),
        TenCanBo=person.name,
        MaCanBo=staff_code(dossier, person.id),
        GioiTinh={"M": "01", "F": "02"}.get(person.sex),
        NgaySinh=moment(born_day(person.born)),
        NamSinh=whole(person.born[:4]),
        SoCmnd=person.personal_number,
        MaDanToc=person.ethnic_group,
        NoiSinh=person.birth_place,
        QueQuan=person.home_town,
        DchiThtru=person.address,
        MaPxaThtru=person.commune_code,
        SoDienThoaiDiDong=person.phone,
        Email=person.email,
    )


def _work(dossier: Dossier, one: StaffFile) -> Message:
    return given(
        LoaiCanBo=staff_group(one.kind),
        ChucVu=None if one.kind in LEVEL_OF_KIND else one.kind,
        CapHoc=LEVEL_OF_KIND.get(one.kind),
        LoaiHopDong=whole(one.contract),
        NgayTuyenDung=moment(one.recruited_on),
        NamVaoTruong=one.starts_on.year,
        MaNgach=dossier.names["ranks"].get(one.rank_code, one.rank_code),
        TrangThai=whole(one.status),
        NgayTrangThai=moment(one.starts_on if one.status == AT_WORK else one.ends_on),
        NhiemVuKiemNhiem=whole(one.duties[0]) if one.duties else None,
        LstNhiemVuKiemNhiem=list(one.duties),
    )


def _training(dossier: Dossier, one: StaffFile) -> Message:
    major = dossier.names["majors"].get(folded(one.major))
    history = given(
        MaNhomChuyenNganh=major, MaVbChungChi=one.qualification, ChuyenNganhDaoTao=one.major
    )
    return given(
        TrinhDoDaoTao=whole(one.qualification),
        TrinhDoChuyenMonNvCaoNhat=whole(one.qualification),
        TrinhDoGvien=whole(one.training_standard),
        ChuyenNganhDaoTaoChinh=major,
        LstQuaTrinhDaoTaoBoiDuong=[history] if history else None,
    )


def _taught(dossier: Dossier, one: StaffFile) -> Message:
    """The subjects of the file that the list of subjects taught knows by their names."""
    if staff_group(one.kind) != TEACHER:
        return {}
    known = dossier.names["teaching-subjects"]
    codes = [code for name in one.teaching_subjects if (code := known.get(folded(name)))]
    first, second = [*codes, None, None][:2]
    return given(
        MaMonHoc=first,
        MonDayChinh=first,
        MonDayKiemNhiem=second,
        SoTietThucDay1tuan=dossier.periods_of(one.person.id),
    )
