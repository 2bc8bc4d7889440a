"""Tài khoản đã có trong tệp cán bộ: whom a row means, and what the plan says of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from khue.access.api import Admitted
from khue.intake.api import PlannedRow
from khue.records.queries.admitted import accounts_like
from khue.records.rules.names import may_be_one
from khue.records.sheets.cells import CellRefused

NO_SUCH = (
    "Tài khoản đã có: ở trường không có tài khoản “{login}” nào được trao mà chưa gắn hồ sơ. "
    "Hãy xem lại tên đăng nhập, hoặc để trống ô này."
)
OTHER_NAME = (
    "Tài khoản đã có: “{login}” mang tên {account}, dòng này ghi {name}. Hãy xem lại tên đăng nhập "
    "hoặc họ và tên."
)
JOINS = "Gắn với tài khoản đã có: {told}."
MAY_BE = (
    "Ở trường đã có tài khoản mang tên này: {told}. Nếu là cùng một người, hãy ghi tên đăng nhập "
    "ấy vào cột “Tài khoản đã có”; nếu để trống thì lập hồ sơ riêng, sau này gắn ở trang hồ sơ."
)
ON_FILE = "Hồ sơ đã lập từ trước: hãy gắn tài khoản {told} ở trang hồ sơ."


@dataclass(frozen=True)
class Desk:
    """The accounts of the school to which no file belongs yet."""

    free: Sequence[Admitted]

    def meant(self, login: str, name: str) -> Admitted | None:
        """The account whose login stands in the row; its name must be the row's too."""
        wanted = login.strip().lower()
        if not wanted:
            return None
        found = next((one for one in self.free if one.login == wanted), None)
        if found is None:
            raise CellRefused(NO_SUCH.format(login=wanted[:64]))
        if not may_be_one(found.name, name):
            raise CellRefused(OTHER_NAME.format(login=wanted, account=found.name, name=name))
        return found

    def told(self, name: str, meant: Admitted | None) -> Iterator[str]:
        """What becomes of the account, or that a name alone joins nothing."""
        if meant:
            yield JOINS.format(told=meant.told)
            return
        alike = accounts_like(name, self.free)
        if alike:
            yield MAY_BE.format(told="; ".join(one.told for one in alike))

    def on_file(self, row: PlannedRow, meant: Admitted | None) -> PlannedRow:
        """A row about a file that stands joins nothing: that is done at the file."""
        if meant is None:
            return row
        return replace(row, reasons=(*row.reasons, ON_FILE.format(told=meant.told)))
