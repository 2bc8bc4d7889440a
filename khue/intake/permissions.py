"""The permissions of this context."""

from khue.access.api import LEADERS, Entry, Role, register_navigation, register_permission


def register() -> None:
    register_permission(
        "intake.import_sheets", "Nhập dữ liệu từ tệp", {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}
    )
    register_navigation(
        Entry("Dữ liệu", "Nhập từ tệp", "intake.start", "upload", "intake.import_sheets", 10)
    )
