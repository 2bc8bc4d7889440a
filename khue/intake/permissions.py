"""The permissions of this context."""

from khue.access.api import LEADERS, Role, register_permission


def register() -> None:
    register_permission(
        "intake.import_sheets", "Nhập dữ liệu từ tệp", {*LEADERS, Role.OFFICE, Role.TECHNOLOGY}
    )
