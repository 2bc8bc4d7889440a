"""The permissions of this context."""

from khue.access.api import LEADERS, TEACHERS, Role, register_permission

OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}
READERS = {*OFFICE, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER, *TEACHERS}


def register() -> None:
    register_permission("records.view_students", "Xem danh sách học sinh", READERS)
    register_permission(
        "records.view_student", "Xem hồ sơ học sinh", {*READERS, Role.GUARDIAN, Role.STUDENT}
    )
    register_permission(
        "records.view_sensitive", "Xem dữ liệu nhạy cảm", {*OFFICE, Role.HOMEROOM_TEACHER}
    )
    register_permission("records.manage_students", "Sửa hồ sơ học sinh", OFFICE)
    register_permission("records.transfer_students", "Chuyển trường", OFFICE)
    register_permission("records.merge_students", "Gộp hồ sơ", OFFICE)
    register_permission(
        "records.view_staff",
        "Xem hồ sơ cán bộ",
        {*OFFICE, Role.DEPARTMENT_OFFICER, Role.COMMUNE_OFFICER},
    )
    register_permission("records.manage_staff", "Sửa hồ sơ cán bộ", OFFICE)
