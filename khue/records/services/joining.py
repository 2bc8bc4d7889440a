"""Gắn hồ sơ cán bộ với tài khoản đã trao: a file comes after the account, and both are one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from khue.access.api import Actor, Admitted, end_grants, rename_account
from khue.ledger.api import Operation, append_changes
from khue.records.models import Staff
from khue.records.queries.admitted import free_accounts
from khue.records.queries.places import open_staff
from khue.records.rules.names import may_be_one
from khue.records.rules.refusals import RecordRefused
from khue.records.services.entering import HAS_ACCOUNT, MANAGE, let_in
from khue.records.services.writing import operation_of, promised, staff_change
from kit.dates import vietnam_day
from kit.row_history import RowEffect

NOT_FREE = (
    "Ở trường không còn tài khoản này để gắn: tài khoản đã đóng, thuộc trường khác hoặc đã có hồ "
    "sơ. Hãy tải lại trang và xem các tài khoản đang có."
)
OTHER_NAME = (
    "Tài khoản {login} mang tên {account}, hồ sơ mang tên {staff} nên chưa gắn. Nếu là cùng một "
    "người, hãy sửa họ tên trong hồ sơ trước; nếu không, hãy chọn tài khoản khác."
)
UNDONE = "Hoàn tác việc nhập từ tệp"


def join_account(*, actor: Actor, now: datetime, staff_id: int, account_id: int) -> str:
    """Gắn tài khoản; return its login. Raises RecordRefused, OutsidePlace, Refused."""
    with transaction.atomic():
        staff = open_staff(actor, MANAGE, staff_id, lock=True)
        return join(operation_of(actor, now), staff, account_id, vietnam_day(now)).login


def join(operation: Operation, staff: Staff, account_id: int, today: date) -> Admitted:
    """The account of this school becomes that of a locked or new file; the file has the name."""
    found = _checked(staff, account_id, today)
    staff.account_id = found.account_id
    with promised():
        staff.save(update_fields=["account"])
    label = f"tài khoản {found.told} đã được trao trước khi có hồ sơ"
    append_changes(operation, [staff_change(staff, "join_account", label=label)])
    if found.name != staff.name:
        rename_account(operation=operation, account_id=found.account_id, name=staff.name)
    let_in(operation, staff, today)
    return found


def _checked(staff: Staff, account_id: int, today: date) -> Admitted:
    if staff.account_id:
        raise RecordRefused("HAS_ACCOUNT", HAS_ACCOUNT)
    free = {one.account_id: one for one in free_accounts(staff.home_school_id, today)}
    if account_id not in free:
        raise RecordRefused("NOT_FREE", NOT_FREE, "account")
    found = free[account_id]
    if not may_be_one(found.name, staff.name):
        told = OTHER_NAME.format(login=found.login, account=found.name, staff=staff.name)
        raise RecordRefused("OTHER_NAME", told, "account")
    return found


def after_undo(*, actor: Actor, now: datetime, effects: Sequence[RowEffect]) -> None:
    """The account loses what came with the posts that were taken back; the rest it keeps."""
    operation, last_day = operation_of(actor, now), vietnam_day(now) - timedelta(days=1)
    for one in effects:
        if one.table == "records_posting" and one.before is None:
            key = f"posting:{one.id}"
            end_grants(operation=operation, source_key=key, day=last_day, reason=UNDONE)
