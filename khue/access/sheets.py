"""The list of accounts as a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from khue.access.queries.managing import AccountLine
from kit.dates import print_moment
from kit.sheets.writing import Field, Page, excel_bytes

COLUMNS = [
    Field("name", "Họ và tên", width=28),
    Field("login", "Tên đăng nhập", "code", width=20),
    Field("kind", "Loại", width=20),
    Field("roles", "Vai trò", width=36),
    Field("state", "Trạng thái", width=22),
    Field("seen", "Dùng gần nhất", width=18),
]


def accounts_workbook(lines: Iterable[AccountLine], place_name: str) -> bytes:
    """Everything the list shows; never a code, never a password."""
    rows = [
        {
            "name": line.name,
            "login": line.login,
            "kind": line.kind,
            "roles": ", ".join(line.roles),
            "state": line.state_name,
            "seen": print_moment(line.seen_at) if line.seen_at else "",
        }
        for line in lines
    ]
    return excel_bytes(
        [Page("Tài khoản", COLUMNS, rows, titles=("Danh sách tài khoản", place_name))]
    )
