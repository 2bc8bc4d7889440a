"""Looking after other people's accounts: every use case passes the gate at the account's places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from khue.access.models import Account, Grant
from khue.access.queries.grants import living_grants
from khue.access.queries.managing import MANAGE, account_in_reach, why_not_manage
from khue.access.queries.places import PlaceOption, place_at
from khue.access.rules.actors import Actor, Granted
from khue.access.rules.gate import Refused, grants_with, permit, reach
from khue.access.rules.managing import refuse_days, refuse_grant
from khue.access.rules.roles import Role
from khue.access.services.accounts import (
    NewAccount,
    Slip,
    create_accounts,
    issue_slip_codes,
)
from khue.access.services.grants import NewGrant, end_on, record_grants, yesterday
from khue.access.services.marks import change_of, operation_of
from khue.access.services.sessions import end_sessions
from khue.ledger.api import append_changes
from kit.dates import vietnam_day
from kit.refusal import Refusal

MOST_SLIPS = 500


class NotGranted(Exception):
    """The role cannot be handed out like this; the message says why."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.sentence)


class NeedsReason(Exception):
    """An act that must say why came without a reason."""

    def __init__(self) -> None:
        super().__init__("Hãy ghi lý do (ít nhất 3 ký tự); lý do được lưu vào lịch sử.")


class TooManySlips(Exception):
    """More slips at once than a person can print and hand out."""

    def __init__(self) -> None:
        super().__init__(f"Mỗi lần in nhiều nhất {MOST_SLIPS} phiếu. Hãy chọn ít người hơn.")


def close_account(*, actor: Actor, now: datetime, account_id: int, reason: str) -> None:
    """Đóng tài khoản: nobody enters with it any more; what it did stays."""
    with transaction.atomic():
        account = _managed(actor, account_id, now)
        Account.objects.filter(pk=account.pk).update(closed_at=now)
        end_sessions(account_ids=[account.pk], now=now)
        _note(actor, now, account_id, "close", "tài khoản", _reason(reason))


def reopen_account(*, actor: Actor, now: datetime, account_id: int, reason: str) -> None:
    """Mở lại tài khoản."""
    with transaction.atomic():
        account = _managed(actor, account_id, now)
        Account.objects.filter(pk=account.pk).update(closed_at=None)
        _note(actor, now, account_id, "reopen", "tài khoản", _reason(reason))


def reset_second_factor(*, actor: Actor, now: datetime, account_id: int, reason: str) -> None:
    """Đặt lại xác thực hai lớp: the person sets it up anew at the next sign-in."""
    with transaction.atomic():
        account = _managed(actor, account_id, now)
        account.totp_sealed, account.totp_confirmed_at = "", None
        account.totp_last_step, account.recovery_digests = None, []
        account.save()
        end_sessions(account_ids=[account.pk], now=now)
        label = "xác thực hai lớp"
        _note(actor, now, account_id, "reset_second_factor", label, _reason(reason))


def print_slips(*, actor: Actor, now: datetime, account_ids: Sequence[int]) -> list[Slip]:
    """In phiếu: new one-time codes for the chosen accounts, by name; all or none."""
    chosen = list(dict.fromkeys(account_ids))
    if len(chosen) > MOST_SLIPS:
        raise TooManySlips
    with transaction.atomic():
        accounts = [_managed(actor, one, now) for one in chosen]
        in_order = sorted(accounts, key=lambda account: (account.name_key, account.pk))
        ids = [account.pk for account in in_order if account.closed_at is None]
        return issue_slip_codes(operation=operation_of(actor, now), account_ids=ids)


def open_account(
    *,
    actor: Actor,
    now: datetime,
    login: str,
    name: str,
    kind: str,
    role: Role,
    path: str,
    valid_from: date,
    valid_to: date | None,
) -> int:
    """Thêm tài khoản with its first role. Raises LoginTaken, LoginMalformed, NotGranted."""
    place = _place(actor, role, path)
    _check_days(valid_from, valid_to, now)
    with transaction.atomic():
        person = NewAccount(login, name, kind, place.school_id, place.province_id)
        operation = operation_of(actor, now)
        account_id = create_accounts(operation=operation, people=[person])[0]
        granted = _new_grant(account_id, role, place, valid_from, valid_to, "")
        record_grants(operation=operation, grants=[granted])
    return account_id


def hand_out_role(
    *,
    actor: Actor,
    now: datetime,
    account_id: int,
    role: Role,
    path: str,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> int:
    """Phân quyền: a role no stronger than the own one, at or below the own place."""
    place = _place(actor, role, path)
    _check_days(valid_from, valid_to, now)
    with transaction.atomic():
        account = _managed(actor, account_id, now)
        _check_not_held(account, role, place, now)
        granted = _new_grant(account.pk, role, place, valid_from, valid_to, _reason(reason))
        return record_grants(operation=operation_of(actor, now), grants=[granted])[0]


def withdraw_grant(*, actor: Actor, now: datetime, grant_id: int, reason: str) -> None:
    """Thôi giao vai trò: from this moment. What follows from an assignment ends there."""
    with transaction.atomic():
        grant = Grant.objects.filter(pk=grant_id).first()
        account = _managed(actor, grant.account_id if grant else 0, now)
        if grant is None or grant.source not in {Grant.Source.MANUAL, Grant.Source.DELEGATION}:
            raise Refused(
                "Vai trò này theo phân công hoặc quan hệ gia đình nên chỉ kết thúc ở trang phân "
                "công hoặc hồ sơ gia đình."
            )
        found = Grant.objects.filter(pk=grant.pk, account=account, ended_at__isnull=True)
        end_on(operation_of(actor, now), found, yesterday(vietnam_day(now)), _reason(reason))


def _managed(actor: Actor, account_id: int, now: datetime) -> Account:
    today = vietnam_day(now)
    account_in_reach(actor, account_id, MANAGE, today=today)
    why_not = why_not_manage(actor, account_id, today=today)
    if why_not:
        raise Refused(why_not)
    return Account.objects.select_for_update().get(pk=account_id)


def _reason(reason: str) -> str:
    if len(reason.strip()) < 3:
        raise NeedsReason
    return reason.strip()[:300]


def _note(actor: Actor, now: datetime, account_id: int, act: str, label: str, why: str) -> None:
    change = change_of(account_id, act, label, reason=why)
    append_changes(operation_of(actor, now), [change])


def _place(actor: Actor, role: Role, path: str) -> PlaceOption:
    permit(actor, MANAGE, path)
    place = place_at(reach(actor, MANAGE).paths, path)
    if place is None:
        raise NotGranted(Refusal("PLACE", "Không tìm thấy nơi này. Hãy chọn lại trong danh sách."))
    wanted = Granted(role, path, place.province_id, place.school_id, place.name)
    refusal = refuse_grant(grants_with(actor, MANAGE), wanted, place.kind)
    if refusal:
        raise NotGranted(refusal)
    return place


def _check_days(first: date, last: date | None, now: datetime) -> None:
    refusal = refuse_days(first, last, vietnam_day(now))
    if refusal:
        raise NotGranted(refusal)


def _check_not_held(account: Account, role: Role, place: PlaceOption, now: datetime) -> None:
    held = living_grants(vietnam_day(now)).filter(account=account, role=role, place=place.path)
    if held.filter(valid_to__isnull=True).exists():
        raise NotGranted(Refusal("HELD", f"Người này đang giữ vai trò đó tại {place.name}."))


def _new_grant(
    account_id: int,
    role: Role,
    place: PlaceOption,
    valid_from: date,
    valid_to: date | None,
    reason: str,
) -> NewGrant:
    return NewGrant(
        account_id=account_id,
        role=role,
        place=place.path,
        place_name=place.name,
        school_id=place.school_id,
        province_id=place.province_id,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
    )
