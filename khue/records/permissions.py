"""The permissions of this context, and its places in the navigation."""

from khue.access.api import (
    FAMILY,
    LEADERS,
    OFFICERS,
    TEACHERS,
    Entry,
    Role,
    register_navigation,
    register_permission,
)

OFFICE = {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}
SUPERVISORS = OFFICERS - {Role.MINISTRY_OFFICER}
READERS = {*OFFICE, *SUPERVISORS, *TEACHERS}


def register() -> None:
    register_permission("records.view_students", "Xem danh sách học sinh", READERS)
    register_permission("records.view_student", "Xem hồ sơ học sinh", {*READERS, *FAMILY})
    register_permission(
        "records.view_family",
        "Xem thông tin gia đình học sinh",
        {*OFFICE, Role.HOMEROOM_TEACHER},
    )
    register_permission(
        "records.view_sensitive", "Xem dữ liệu nhạy cảm", {*OFFICE, Role.HOMEROOM_TEACHER}
    )
    register_permission("records.manage_students", "Sửa hồ sơ học sinh", OFFICE)
    register_permission(
        "records.manage_photos", "Cập nhật ảnh học sinh", {*OFFICE, Role.HOMEROOM_TEACHER}
    )
    register_permission("records.link_child", "Gắn thêm con vào tài khoản", {Role.GUARDIAN})
    register_permission("records.transfer_students", "Chuyển trường", OFFICE)
    register_permission("records.merge_students", "Gộp hồ sơ", OFFICE)
    register_permission("records.view_register", "Xem sổ đăng bộ", {*OFFICE, *SUPERVISORS})
    register_permission("records.view_staff", "Xem hồ sơ cán bộ", {*OFFICE, *SUPERVISORS})
    register_permission("records.manage_staff", "Sửa hồ sơ cán bộ", OFFICE)
    register_navigation(*_entries())


def _entries() -> list[Entry]:
    section = "Nhà trường"
    return [
        Entry(section, "Học sinh", "records.students", "child", "records.view_students", 20),
        Entry(section, "Cán bộ", "records.staff_list", "people", "records.view_staff", 30),
        Entry(section, "Sổ đăng bộ", "records.register", "book", "records.view_register", 60),
        Entry(
            section,
            "Chuyển trường",
            "records.transfers",
            "transfer",
            "records.transfer_students",
            61,
        ),
        Entry("Hằng ngày", "Thêm con", "records.add_child", "plus", "records.link_child", 90),
        Entry(section, "Hồ sơ trùng", "records.duplicates", "merge", "records.merge_students", 62),
    ]
