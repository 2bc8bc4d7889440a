"""The permissions of this context."""

from __future__ import annotations

from khue.access.api import (
    FAMILY,
    LEADERS,
    OFFICERS,
    TEACHERS,
    Entry,
    Role,
    reach,
    register_navigation,
    register_permission,
)

SEND = "contactbook.send"
SEND_SCHOOL = "contactbook.send_to_school"
SEND_CLASS = "contactbook.send_to_class"
SEND_AREA = "contactbook.send_to_area"
READ = "contactbook.read"
WRITE = "contactbook.write_messages"
TEMPLATES = "contactbook.manage_templates"
OFFICE_INBOX = "contactbook.answer_for_office"
COMPLAINTS = "contactbook.read_complaints"
SETTINGS = "contactbook.manage_settings"


def register() -> None:
    office = {*LEADERS, Role.OFFICE}
    everyone = {*office, *TEACHERS, *FAMILY, *OFFICERS, Role.STAFF, Role.TECHNOLOGY}
    register_permission(SEND, "Soạn thông báo", {*office, *TEACHERS, *OFFICERS})
    register_permission(SEND_SCHOOL, "Gửi thông báo toàn trường", office)
    register_permission(SEND_CLASS, "Gửi thông báo cho lớp", {*office, *TEACHERS})
    register_permission(SEND_AREA, "Gửi thông báo cho các trường", OFFICERS)
    register_permission(READ, "Đọc thông báo", everyone)
    register_permission(WRITE, "Nhắn tin giữa gia đình và giáo viên", {*office, *TEACHERS, *FAMILY})
    register_permission(TEMPLATES, "Quản lý mẫu tin", {*office, Role.DEPARTMENT_OFFICER})
    register_permission(OFFICE_INBOX, "Trả lời gia đình thay văn phòng", office)
    register_permission(COMPLAINTS, "Đọc cuộc trao đổi bị phản ánh", LEADERS)
    register_permission(SETTINGS, "Đặt cách liên lạc với gia đình", office)
    register_navigation(
        Entry("Hằng ngày", "Thông báo", "contactbook.notices", "bell", SEND, 25),
        Entry(
            *("Hằng ngày", "Thông báo", "contactbook.my_notices", "bell", READ, 25),
            only_for=lambda actor: reach(actor, SEND).is_empty,
        ),
        Entry("Hằng ngày", "Trao đổi", "contactbook.threads", "mail", WRITE, 26),
    )
