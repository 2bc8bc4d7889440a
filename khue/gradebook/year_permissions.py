"""The permissions of the homeroom's work and of the end of the year."""

from khue.access.api import LEADERS, Entry, Role, register_navigation, register_permission

OFFICE = {*LEADERS, Role.OFFICE}
ASSESSMENT = "Đánh giá"
SEND = "gradebook.send_results"
VIEW, SUMMER, CLOSE = "gradebook.view_summary", "gradebook.view_summer", "gradebook.close_year"


def register() -> None:
    register_permission(VIEW, "Xem tổng kết lớp", {*OFFICE, Role.TECHNOLOGY, Role.HOMEROOM_TEACHER})
    register_permission("gradebook.write_summary", "Tổng kết lớp", {Role.HOMEROOM_TEACHER})
    register_permission("gradebook.decide_results", "Quyết định lên lớp", LEADERS)
    register_permission(
        "gradebook.give_awards",
        "Ghi khen thưởng đột xuất, đặc biệt",
        {*OFFICE, Role.HOMEROOM_TEACHER},
    )
    register_permission(
        SUMMER,
        "Xem rèn luyện, đánh giá lại trong hè",
        {*OFFICE, Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER},
    )
    register_permission(
        "gradebook.enter_reassessed",
        "Nhập kết quả đánh giá lại",
        {*OFFICE, Role.SUBJECT_TEACHER},
    )
    register_permission(SEND, "Gửi kết quả cho gia đình", {*OFFICE, Role.HOMEROOM_TEACHER})
    register_permission(CLOSE, "Kết chuyển năm học", OFFICE)
    register_navigation(
        Entry(ASSESSMENT, "Tổng kết lớp", "gradebook.homerooms", "check-circle", VIEW, 20),
        Entry(ASSESSMENT, "Gửi kết quả học kì", "gradebook.family_results", "mail", SEND, 22),
        Entry(ASSESSMENT, "Đánh giá lại trong hè", "gradebook.summer", "sun", SUMMER, 45),
        Entry(ASSESSMENT, "Danh sách cuối năm", "gradebook.year_lists", "list", VIEW, 40),
        Entry(ASSESSMENT, "Kết chuyển năm học", "gradebook.closing", "arrow-right", CLOSE, 50),
    )
