"""The permissions of this context."""

from khue.access.api import (
    LEADERS,
    OFFICERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)
from khue.gradebook import year_permissions

ASSESSMENT = "Đánh giá"
READERS = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY, Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER}


def register() -> None:
    year_permissions.register()
    register_permission("gradebook.view_marks", "Xem sổ điểm", READERS)
    register_permission("gradebook.enter_marks", "Nhập điểm", {Role.SUBJECT_TEACHER})
    register_permission(
        "gradebook.assess_pupils",
        "Đánh giá phẩm chất, năng lực học sinh tiểu học và sự phát triển của trẻ mầm non",
        {Role.HOMEROOM_TEACHER},
    )
    register_permission(
        "gradebook.name_stages", "Đặt giai đoạn đánh giá trẻ mầm non", {*LEADERS, Role.OFFICE}
    )
    register_permission(
        "gradebook.edit_phrases",
        "Sửa ngân hàng nhận xét của trường",
        {*LEADERS, Role.OFFICE},
    )
    register_permission(
        "gradebook.view_child_marks", "Xem kết quả học tập", {Role.GUARDIAN, Role.STUDENT}
    )
    register_permission(
        "gradebook.import_past_years", "Nhập kết quả các năm học cũ", {*LEADERS, Role.OFFICE}
    )
    register_permission("gradebook.lock_term", "Khóa sổ điểm", LEADERS)
    register_permission(
        "gradebook.print_school", "In sổ của cả trường", {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}
    )
    register_permission(
        "gradebook.finish_book", "Xác nhận đã nhập xong điểm", {Role.SUBJECT_TEACHER}
    )
    register_permission(
        "gradebook.consolidate_class", "Tổng hợp kết quả của lớp", {Role.HOMEROOM_TEACHER}
    )
    register_permission(
        "gradebook.reopen_book", "Mở lại sổ điểm", {*LEADERS, Role.HOMEROOM_TEACHER}
    )
    register_permission("gradebook.approve_class", "Duyệt kết quả của lớp", LEADERS)
    register_permission("gradebook.set_school_window", "Đặt thời gian nhập điểm", LEADERS)
    register_permission(
        "gradebook.set_department_window",
        "Đặt thời gian nhập điểm của các trường",
        {Role.DEPARTMENT_OFFICER},
    )
    register_permission(
        "gradebook.view_windows",
        "Xem thời gian nhập điểm",
        {*LEADERS, Role.OFFICE, Role.DEPARTMENT_OFFICER},
    )
    register_permission(
        "gradebook.hand_in",
        "Trình ký sổ, bảng tổng hợp và danh sách của lớp",
        {*LEADERS, Role.OFFICE, Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER},
    )
    register_permission("gradebook.ask_correction", "Đề nghị sửa điểm", {Role.SUBJECT_TEACHER})
    register_permission(
        "gradebook.verify_correction",
        "Xác nhận đề nghị sửa điểm",
        {*LEADERS, Role.HOMEROOM_TEACHER},
    )
    register_permission("gradebook.consent_correction", "Đồng ý sửa điểm đã duyệt", LEADERS)
    register_permission(
        "gradebook.view_corrections",
        "Xem đề nghị sửa điểm",
        {*LEADERS, Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER},
    )
    register_permission(
        "gradebook.view_overview",
        "Xem tình hình sổ điểm",
        {*LEADERS, Role.OFFICE, Role.HOMEROOM_TEACHER},
    )
    register_permission(
        "gradebook.view_progress",
        "Xem tiến độ nhập điểm",
        {*LEADERS, *OFFICERS, Role.OFFICE, Role.TECHNOLOGY},
    )
    register_permission(
        "gradebook.manage_circumstances",
        "Ghi trường hợp riêng của học sinh ở môn học",
        {*LEADERS, Role.OFFICE},
    )
    register_permission(
        "gradebook.bring_marks", "Nhận điểm của học sinh chuyển đến", {*LEADERS, Role.OFFICE}
    )
    register_permission(
        "gradebook.view_policies",
        "Xem lựa chọn về đánh giá",
        {*LEADERS, Role.OFFICE, Role.DEPARTMENT_OFFICER},
    )
    register_permission(
        "gradebook.set_department_policies",
        "Đặt lựa chọn về đánh giá của tỉnh",
        {Role.DEPARTMENT_OFFICER},
    )
    register_permission(
        "gradebook.set_school_policies", "Đặt lựa chọn về đánh giá của trường", LEADERS
    )
    register_navigation(
        Entry("Ký số", "Trình ký sổ", "gradebook.signing", "upload", "gradebook.hand_in", 30),
        Entry(
            ASSESSMENT,
            "Lựa chọn đánh giá",
            "gradebook.policies",
            "settings",
            "gradebook.view_policies",
            60,
        ),
        Entry(
            "Hằng ngày", "Sổ điểm", "gradebook.my_books", "gradebook", "gradebook.view_marks", 10
        ),
        Entry(
            ASSESSMENT,
            "Tiến độ nhập điểm",
            "gradebook.progress",
            "chart",
            "gradebook.view_progress",
            20,
        ),
        Entry(ASSESSMENT, "In sổ", "gradebook.prints", "print", "gradebook.view_marks", 16),
        Entry(ASSESSMENT, "Khóa sổ điểm", "gradebook.locks", "lock", "gradebook.lock_term", 30),
        Entry(
            ASSESSMENT,
            "Sửa điểm",
            "gradebook.corrections",
            "pen",
            "gradebook.view_corrections",
            14,
        ),
        Entry(
            ASSESSMENT,
            "Tình hình sổ điểm",
            "gradebook.overview",
            "grid",
            "gradebook.view_overview",
            19,
        ),
        Entry(
            ASSESSMENT,
            "Thời gian nhập điểm",
            "gradebook.windows",
            "calendar",
            "gradebook.view_windows",
            29,
        ),
    )
