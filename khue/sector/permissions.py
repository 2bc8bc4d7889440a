"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import LEADERS, Entry, Role, register_navigation, register_permission

VIEW = "sector.view_push"
REPORT = "sector.view_quality"
SUPPLEMENT = "sector.supplement"
SUBMIT = "sector.submit"
APPROVE_COMMUNE = "sector.approve_commune"
APPROVE = "sector.approve"
WINDOWS = "sector.manage_windows"
OVERVIEW = "sector.view_overview"
SUPERVISORS = {Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER}
OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}


def register() -> None:
    register_permission(VIEW, "Xem đồng bộ cơ sở dữ liệu ngành", {*OFFICE, *SUPERVISORS})
    register_permission(REPORT, "Kiểm tra chất lượng dữ liệu gửi ngành", {*LEADERS, Role.OFFICE})
    register_permission(SUPPLEMENT, "Bổ sung dữ liệu gửi ngành", {*LEADERS, Role.OFFICE})
    register_permission(SUBMIT, "Nộp và gửi dữ liệu lên ngành", LEADERS)
    register_permission(APPROVE_COMMUNE, "Duyệt dữ liệu gửi ngành của xã", {Role.COMMUNE_OFFICER})
    register_permission(APPROVE, "Duyệt dữ liệu gửi ngành", {Role.DEPARTMENT_OFFICER})
    register_permission(WINDOWS, "Mở và đóng đợt báo cáo", {Role.DEPARTMENT_OFFICER})
    register_permission(OVERVIEW, "Xem tình hình đồng bộ của các trường", SUPERVISORS)
    section = "Dữ liệu"
    register_navigation(
        Entry(section, "Đồng bộ dữ liệu ngành", "sector.school", "transfer", VIEW, 60),
        Entry(section, "Đồng bộ các trường", "sector.overview", "list", OVERVIEW, 61),
    )
