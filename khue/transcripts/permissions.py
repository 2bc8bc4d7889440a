"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import (
    FAMILY,
    LEADERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

OFFICE = {*LEADERS, Role.OFFICE}
VIEW = "transcripts.view"
COMPOSE = "transcripts.compose"
VERIFY = "transcripts.verify"
CONFIRM = "transcripts.confirm"
PUBLISH = "transcripts.publish"
CORRECT = "transcripts.correct"
TRANSFER = "transcripts.transfer"
VIEW_OWN = "transcripts.view_own"


def register() -> None:
    seen_by = {*OFFICE, Role.HOMEROOM_TEACHER, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER}
    register_permission(VIEW, "Xem học bạ số", seen_by)
    register_permission(COMPOSE, "Lập học bạ số", {*OFFICE, Role.HOMEROOM_TEACHER})
    register_permission(VERIFY, "Kiểm tra, đối soát học bạ số", OFFICE)
    register_permission(CONFIRM, "Xác nhận học bạ số", LEADERS)
    register_permission(PUBLISH, "Phát hành, hủy học bạ số", LEADERS)
    register_permission(CORRECT, "Đề nghị chỉnh sửa học bạ số", OFFICE)
    register_permission(TRANSFER, "Gửi, nhận học bạ số khi chuyển trường", OFFICE)
    register_permission(VIEW_OWN, "Xem học bạ số của mình hoặc của con", FAMILY)
    register_navigation(Entry("Nhà trường", "Học bạ số", "transcripts.overview", "sheet", VIEW, 45))
