"""Lists of accounts, delegations and sign-ins as workbooks."""

from __future__ import annotations

from collections.abc import Iterable

from khue.access.queries.delegations import DelegationLine
from khue.access.queries.managing import AccountLine
from khue.access.queries.sessions import SessionLine
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
DELEGATIONS = [
    Field("given", "Chiều", width=12),
    Field("person", "Người", width=28),
    Field("role", "Vai trò", width=24),
    Field("place", "Nơi", width=32),
    Field("first", "Từ ngày", "date"),
    Field("last", "Đến ngày", "date"),
    Field("when", "Trạng thái", width=16),
    Field("reason", "Lý do", width=40),
]
SESSIONS = [
    Field("device", "Thiết bị", width=32),
    Field("address", "Địa chỉ mạng", "code", width=20),
    Field("opened_at", "Đăng nhập lúc", "moment"),
    Field("seen_at", "Dùng gần nhất", "moment"),
    Field("is_this", "Thiết bị này"),
]
WHEN = {"now": "Đang hiệu lực", "later": "Sắp tới", "past": "Đã hết"}


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


def delegations_workbook(lines: Iterable[DelegationLine], person: str) -> bytes:
    """Ủy quyền, given and received."""
    rows = [
        vars(line) | {"given": "Giao cho" if line.given else "Nhận từ", "when": WHEN[line.when]}
        for line in lines
    ]
    return excel_bytes([Page("Ủy quyền", DELEGATIONS, rows, titles=("Danh sách ủy quyền", person))])


def sessions_workbook(lines: Iterable[SessionLine], person: str) -> bytes:
    """Các phiên đăng nhập; never what identifies one to the server."""
    rows = [vars(line) for line in lines]
    titles = ("Các phiên đăng nhập", person)
    return excel_bytes([Page("Phiên đăng nhập", SESSIONS, rows, titles=titles)])
