"""TruonghocInfo và LstDiemTruongInfo."""

from __future__ import annotations

from khue.organisations.api import SiteCard
from khue.records.api import StaffFile
from khue.sector.queries.dossier import Dossier
from khue.sector.queries.messages.values import Message, decimal, flag, given, moment, whole

PRINCIPAL_KINDS = {"01", "05"}
OPEN = {"studying", "suspended"}


def school_message(dossier: Dossier) -> Message:
    """The school itself."""
    school, told = dossier.school, dossier.school.details
    return {
        **given(
            MaTruongHoc=school.code,
            TenTruongHoc=school.name,
            NamHoc=dossier.year.start_year,
            CapHoc=school.level_group,
            MaNhomCapHoc=school.level_group,
            LoaiHinhDaoTao=whole(school.ownership),
            LoaiHinhTruong=whole(school.school_type),
            MaLoaiTruong=school.school_type,
            ChuanQuocGia=whole(str(told.get("national_standard", ""))),
            DiaChi=told.get("address"),
            DienThoai=told.get("phone"),
            Email=told.get("email"),
            Website=told.get("website"),
            MaKhuVuc=told.get("area_kind"),
            MaVungKhoKhan=told.get("difficult_area"),
            MaTinh=school.province_code,
            MaXa=told.get("commune_code"),
            NgayThanhLap=moment(told.get("founded_on")),
        ),
        **_flags(dossier),
        **_counts(dossier),
        **_principal(dossier),
    }


def _flags(dossier: Dossier) -> Message:
    school = dossier.school
    return {
        "Hoc2BuoiNgay": flag(school.two_sessions),
        "HocSinhBanTru": flag(school.lunch_boarding),
        "HocSinhNoiTru": flag(school.boarding),
        "HocSinhKhuyetTat": flag(any(one.sensitive.disability for one in dossier.pupils)),
    }


def _counts(dossier: Dossier) -> Message:
    return {
        "SoDiemTruong": len(dossier.sites),
        "TongSoCanBo": sum(one.ends_on is None for one in dossier.staff),
        "TongSoHocSinh": sum(one.stays[-1].status in OPEN for one in dossier.pupils),
        "TongSoLopHoc": sum(one.closed_on is None for one in dossier.classes),
    }


def _principal(dossier: Dossier) -> Message:
    found = next((one for one in dossier.staff if _leads(one)), None)
    if found is None:
        return {}
    person = found.person
    return given(
        HieuTruong=person.name, DienThoaiHieuTruong=person.phone, EmailHieuTruong=person.email
    )


def _leads(one: StaffFile) -> bool:
    return one.kind in PRINCIPAL_KINDS and one.ends_on is None


def site_message(dossier: Dossier, site: SiteCard) -> Message:
    """One site of the school."""
    return given(
        ClientId=str(site.id),
        MaDiemTruong=dossier.code_of("site", site.id, site.code),
        TenDiemTruong=site.name,
        DiaChi=site.address,
        KhoangCach=decimal(site.distance_km),
        PhuongTien=site.reached_by,
        MaTinhThanh=dossier.school.province_code,
    )
