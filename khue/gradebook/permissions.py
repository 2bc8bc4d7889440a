"""The permissions of this context."""

from khue.access.api import LEADERS, OFFICERS, Role, register_permission

READERS = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY, Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER}


def register() -> None:
    register_permission("gradebook.view_marks", "Xem sổ điểm", READERS)
    register_permission("gradebook.enter_marks", "Nhập điểm", {Role.SUBJECT_TEACHER})
    register_permission(
        "gradebook.view_child_marks", "Xem kết quả học tập", {Role.GUARDIAN, Role.STUDENT}
    )
    register_permission("gradebook.lock_term", "Khóa sổ điểm", LEADERS)
    register_permission(
        "gradebook.view_progress",
        "Xem tiến độ nhập điểm",
        {*LEADERS, *OFFICERS, Role.OFFICE, Role.TECHNOLOGY},
    )
