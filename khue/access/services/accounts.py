"""Making accounts and slips for people whom another context keeps; the caller passed the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from khue.access.models import Account
from khue.access.rules.logins import check_login
from khue.access.rules.tokens import digest_of, new_slip_code, plain_slip_code
from khue.access.services.marks import change_of, changes_of, subject_of
from khue.access.services.sessions import end_sessions
from khue.ledger.api import Change, Operation, append_changes
from kit.refusal import Refusal


class LoginMalformed(Exception):
    """The login name cannot be used; the message says what can."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.sentence)


class LoginTaken(Exception):
    """Another account has this login name."""

    def __init__(self, login: str) -> None:
        self.login = login
        super().__init__(f"Tên đăng nhập “{login}” đã có người dùng. Hãy chọn tên khác.")


@dataclass(frozen=True)
class NewAccount:
    """A person who gets a way in; the school and province say who reads its history."""

    login: str
    name: str
    kind: str
    school_id: int | None = None
    province_id: int | None = None


@dataclass(frozen=True)
class Slip:
    """Phiếu đăng nhập: a one-time code as it is printed; readable only now."""

    account_id: int
    login: str
    name: str
    code: str
    expires_at: datetime


def create_account(
    *,
    operation: Operation,
    login: str,
    name: str,
    kind: str,
    school_id: int | None = None,
    province_id: int | None = None,
) -> int:
    """Tạo tài khoản: without a password; the person comes in with a slip. Returns its id."""
    person = NewAccount(login, name, kind, school_id, province_id)
    return create_accounts(operation=operation, people=[person])[0]


@transaction.atomic
def create_accounts(*, operation: Operation, people: Sequence[NewAccount]) -> list[int]:
    """Make many accounts at once; raises LoginMalformed or LoginTaken and then makes none."""
    for person in people:
        refusal = check_login(person.login)
        if refusal:
            raise LoginMalformed(refusal)
    made = _insert([_row(person, operation.at) for person in people])
    pairs = zip(made, people, strict=True)
    append_changes(operation, [_created(account, person) for account, person in pairs])
    return [account.pk for account in made]


def _row(person: NewAccount, now: datetime) -> Account:
    row = Account(login=person.login, name=person.name, kind=person.kind, created_at=now)
    row.index_name()
    return row


def _insert(rows: list[Account]) -> list[Account]:
    logins = [row.login for row in rows]
    taken = set(Account.objects.filter(login__in=logins).values_list("login", flat=True))
    twice = next((one for one in logins if one in taken or logins.count(one) > 1), None)
    if twice:
        raise LoginTaken(twice)
    try:
        with transaction.atomic():
            return Account.objects.bulk_create(rows, batch_size=2000)
    except IntegrityError as error:
        raise LoginTaken(logins[0]) from error


def _created(account: Account, person: NewAccount) -> Change:
    return Change(
        subject_of(account.pk),
        "create",
        "tài khoản",
        new={"login": account.login, "name": account.name},
        school_id=person.school_id,
        province_id=person.province_id,
    )


@transaction.atomic
def rename_account(*, operation: Operation, account_id: int, name: str) -> None:
    """Follow a person's change of name."""
    account = Account.objects.select_for_update().get(pk=account_id)
    if account.name == name:
        return
    change = change_of(account_id, "rename", "họ và tên", old=account.name, new=name)
    account.name = name
    account.save(update_fields=["name", "name_key", "name_search"])
    append_changes(operation, [change])


def issue_slip_code(*, operation: Operation, account_id: int) -> Slip:
    """Cấp mã lần đầu: the old password and all sessions end; the code is readable only now."""
    return issue_slip_codes(operation=operation, account_ids=[account_id])[0]


@transaction.atomic
def issue_slip_codes(*, operation: Operation, account_ids: Sequence[int]) -> list[Slip]:
    """Codes for many accounts, in the order of the ids."""
    found = Account.objects.select_for_update().in_bulk(set(account_ids))
    slips = [_new_slip(found[one], operation.at) for one in account_ids]
    fields = ["password", "first_code_digest", "first_code_expires"]
    Account.objects.bulk_update(found.values(), fields, batch_size=500)
    end_sessions(account_ids=account_ids, now=operation.at)
    append_changes(operation, changes_of(account_ids, "issue_slip", "mã đăng nhập trên phiếu"))
    return slips


def _new_slip(account: Account, now: datetime) -> Slip:
    code = new_slip_code()
    account.password = ""
    account.first_code_digest = digest_of(plain_slip_code(code))
    account.first_code_expires = now + settings.SLIP_LASTS
    return Slip(account.pk, account.login, account.name, code, account.first_code_expires)
