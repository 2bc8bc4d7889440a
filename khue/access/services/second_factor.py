"""Xác thực hai lớp: codes of an application on the phone (TOTP), and codes for a lost phone."""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

import pyotp
from django.conf import settings
from django.db import transaction

from khue.access.models import Account, Session
from khue.access.rules.actors import Actor
from khue.access.rules.second_factor import (
    RECOVERY_CODES,
    SECONDS_OF_A_STEP,
    matching_step,
    step_of,
    steps_to_try,
)
from khue.access.rules.tokens import digest_of, new_slip_code, plain_slip_code
from khue.access.services.marks import change_of, operation_of
from khue.access.services.sessions import rotate_session
from khue.access.services.signing_in import guarded
from khue.ledger.api import append_changes
from kit.cipher import seal, unseal


class WrongCode(Exception):
    """The code does not fit this moment, or was used before."""

    def __init__(self) -> None:
        super().__init__(
            "Mã chưa đúng hoặc đã dùng. Hãy đợi mã mới hiện trên ứng dụng rồi nhập lại; "
            "nếu vẫn sai, hãy kiểm tra giờ trên điện thoại."
        )


class WrongRecoveryCode(Exception):
    """None of the recovery codes that are left."""

    def __init__(self) -> None:
        super().__init__("Mã dự phòng chưa đúng hoặc đã dùng. Mỗi mã chỉ dùng được một lần.")


class AlreadyConfirmed(Exception):
    """A second factor stands already; another one begins only after a reset."""


def secret_to_confirm(*, actor: Actor) -> str:
    """The key of a second factor that is being set up; the same until it is confirmed."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_id)
        if account.totp_sealed and account.totp_confirmed_at:
            raise AlreadyConfirmed
        if not account.totp_sealed:
            give_secret(account, pyotp.random_base32())
            account.totp_confirmed_at = None
            account.save(update_fields=["totp_sealed", "totp_last_step", "totp_confirmed_at"])
        return _secret_of(account)


def give_secret(account: Account, secret: str) -> None:
    """Keep a key sealed; no step was used with it."""
    account.totp_sealed = seal(secret, label=_label(account), key_hex=settings.FIELD_KEY)
    account.totp_last_step = None


def provisioning_address(*, actor: Actor, secret: str) -> str:
    """The address that the QR picture carries to the application."""
    login = Account.objects.values_list("login", flat=True).get(pk=actor.account_id)
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Khuê")


def confirm_second_factor(
    *, actor: Actor, now: datetime, code: str, address: str | None
) -> tuple[str, list[str]]:
    """Switch the second factor on with its first code; return a new token and recovery codes."""
    secret_to_confirm(actor=actor)
    _guard_code(actor, now, address, code)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_id)
        account.totp_confirmed_at = now
        codes = _give_recovery_codes(account)
        account.save()
        change = change_of(account.pk, "confirm_second_factor", "xác thực hai lớp")
        append_changes(operation_of(actor, now), [change])
        return _rotate(actor, now), codes


def give_code(*, actor: Actor, now: datetime, code: str, address: str | None) -> str:
    """Pass with the code of the application; return a new token. Raises WrongCode."""
    _guard_code(actor, now, address, code)
    return _rotate(actor, now)


def give_recovery_code(*, actor: Actor, now: datetime, code: str, address: str | None) -> str:
    """Pass with one of the codes kept for a lost phone, which is then used up."""
    key = _attempt_key(actor)
    guarded(key, address, now, lambda: _use_recovery_code(actor, code), WrongRecoveryCode)
    with transaction.atomic():
        left = len(Account.objects.get(pk=actor.account_id).recovery_digests)
        change = change_of(
            actor.account_id, "use_recovery_code", "một mã dự phòng", new=f"còn {left} mã"
        )
        append_changes(operation_of(actor, now), [change])
        return _rotate(actor, now)


def renew_recovery_codes(*, actor: Actor, now: datetime) -> list[str]:
    """New codes for a lost phone; the old ones are worth nothing."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=actor.account_id)
        codes = _give_recovery_codes(account)
        account.save(update_fields=["recovery_digests"])
        change = change_of(account.pk, "renew_recovery_codes", "mã dự phòng")
        append_changes(operation_of(actor, now), [change])
    return codes


def demonstration_code(*, actor: Actor, now: datetime) -> str:
    """The code of this moment, told only in the demonstration; otherwise nothing."""
    account = Account.objects.get(pk=actor.account_id)
    if not settings.DEMO or not account.totp_sealed:
        return ""
    step = step_of(int(now.timestamp()))
    return _codes(account, (step,))[step]


def _guard_code(actor: Actor, now: datetime, address: str | None, code: str) -> None:
    key = _attempt_key(actor)
    guarded(key, address, now, lambda: _use_code(actor, code, now), WrongCode)


def _attempt_key(actor: Actor) -> str:
    return f"#{actor.account_id}"


def _use_code(actor: Actor, code: str, now: datetime) -> int | None:
    account = Account.objects.select_for_update().get(pk=actor.account_id)
    if not account.totp_sealed:
        return None
    last_used = None if settings.DEMO else account.totp_last_step
    steps = steps_to_try(step_of(int(now.timestamp())), last_used)
    step = matching_step(code, _codes(account, steps))
    if step is not None:
        Account.objects.filter(pk=account.pk).update(totp_last_step=step)
    return step


def _use_recovery_code(actor: Actor, code: str) -> bool | None:
    account = Account.objects.select_for_update().get(pk=actor.account_id)
    typed = digest_of(plain_slip_code(code))
    left = [kept for kept in account.recovery_digests if not compare_digest(kept, typed)]
    if len(left) == len(account.recovery_digests):
        return None
    Account.objects.filter(pk=account.pk).update(recovery_digests=left)
    return True


def _give_recovery_codes(account: Account) -> list[str]:
    codes = [new_slip_code() for _ in range(RECOVERY_CODES)]
    account.recovery_digests = [digest_of(plain_slip_code(code)) for code in codes]
    return codes


def _codes(account: Account, steps: tuple[int, ...]) -> dict[int, str]:
    generator = pyotp.TOTP(_secret_of(account))
    return {step: generator.at(step * SECONDS_OF_A_STEP) for step in steps}


def _secret_of(account: Account) -> str:
    return unseal(account.totp_sealed, label=_label(account), key_hex=settings.FIELD_KEY)


def _label(account: Account) -> str:
    return f"access.totp.{account.pk}"


def _rotate(actor: Actor, now: datetime) -> str:
    session = Session.objects.get(pk=actor.session_key)
    return rotate_session(session, now=now, second_factor=True)
