"""Đăng nhập bằng điện thoại: a code goes to the phone, and whoever has the phone comes in.

Asking does the same for every phone; only the job that follows knows who registered it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Protocol

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from khue.access.models import Account, EntryCode
from khue.access.queries.phones import PhonePerson, open_account_of, people_of_phone
from khue.access.rules.attempts import describe_wait
from khue.access.rules.entry_codes import (
    AGAIN_AFTER,
    CHOOSE_WITHIN,
    DAY,
    DIGITS,
    HOUR,
    LASTS,
    TRIES,
    read_entry_code,
    wait_for_address,
    wait_for_phone,
)
from khue.access.services.attempts import one_at_a_time
from khue.access.services.marks import change_of
from khue.access.services.sessions import open_session
from khue.access.services.signing_in import guarded
from khue.ledger.api import Author, Operation, append_changes
from kit.cipher import digest, seal, unseal
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped

SEND_JOB = "access.send_entry_code"
DEMONSTRATION_CODE = "123456"


class CodeSender(Protocol):
    """Brings a code to a phone, once for its intent."""

    def __call__(self, *, intent: str, phone: str, code: str, now: datetime) -> None: ...


_senders: list[tuple[CodeSender, Callable[[], bool]]] = []


def register_code_sender(sender: CodeSender, ready: Callable[[], bool]) -> None:
    """Messaging sends the codes; `ready` says whether there is a way to send any."""
    _senders[:] = [(sender, ready)]


def codes_can_be_sent() -> bool:
    """Whether this house has a way to send codes at all."""
    return bool(_senders) and _senders[0][1]()


class AskedTooOften(Exception):
    """One more code now would be too many; the message tells how long to wait."""

    def __init__(self, wait: timedelta, *, just_asked: bool) -> None:
        self.wait, self.just_asked = wait, just_asked
        super().__init__(
            f"Vừa có mã được yêu cầu cho số này hoặc từ mạng này. Hãy đợi {describe_wait(wait)} "
            "rồi yêu cầu mã mới; mã vừa gửi vẫn dùng được trong 5 phút."
        )


class WrongEntryCode(Exception):
    """The code does not open: nobody is told whether the phone is registered."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence or "Mã chưa đúng. Hãy xem lại tin nhắn mới nhất, hoặc yêu cầu gửi lại mã."
        )


EXPIRED = "Mã đã hết hạn sau 5 phút hoặc đã dùng. Hãy yêu cầu gửi lại mã."
USED_UP = "Mã này đã bị nhập sai 5 lần nên không dùng được nữa. Hãy yêu cầu gửi lại mã."


@dataclass(frozen=True, slots=True)
class Proved:
    """A right code: which one, and who of the phone may come in."""

    code_id: int
    people: tuple[PhonePerson, ...]


def _key(phone: str) -> str:
    return digest(phone, label="access.entry_phone", key_hex=settings.FIELD_KEY)


def _digest_of_code(row_id: int, code: str) -> str:
    return digest(f"{row_id}\0{code}", label="access.entry_code", key_hex=settings.FIELD_KEY)


def ask_for_code(*, phone: str, address: str | None, now: datetime) -> None:
    """Yêu cầu mã: the same for every phone. Raises AskedTooOften."""
    key = _key(phone)
    with scoped(EVERYTHING), transaction.atomic():
        one_at_a_time(key, address)
        _check_how_often(key, address, now)
        row = EntryCode.objects.create(
            phone_digest=key,
            phone_sealed=seal(phone, label="access.entry_phone", key_hex=settings.FIELD_KEY),
            address=address,
            asked_at=now,
            expires_at=now + LASTS,
        )
        app.configure_task(SEND_JOB, priority=10).defer(code_id=row.pk)


def _check_how_often(key: str, address: str | None, now: datetime) -> None:
    of_phone = EntryCode.objects.filter(phone_digest=key, asked_at__gt=now - DAY)
    from_here = EntryCode.objects.filter(
        address=address, address__isnull=False, asked_at__gt=now - HOUR
    )
    asked = list(of_phone.values_list("asked_at", flat=True))
    here = list(from_here.values_list("asked_at", flat=True)[:500])
    wait = max(wait_for_phone(asked, now), wait_for_address(here, now))
    if wait:
        raise AskedTooOften(wait, just_asked=any(now - at < AGAIN_AFTER for at in asked))


def send_code(*, code_id: int, now: datetime) -> None:
    """Gửi mã to a phone that a school registered; to no other. The phone is forgotten here."""
    with scoped(EVERYTHING), transaction.atomic():
        row = EntryCode.objects.select_for_update().filter(pk=code_id).exclude(phone_sealed="")
        asked = row.first()
        if asked is None:
            return
        phone = unseal(asked.phone_sealed, label="access.entry_phone", key_hex=settings.FIELD_KEY)
        asked.phone_sealed = ""
        if now < asked.expires_at and people_of_phone(phone, vietnam_day(now)):
            code = new_entry_code()
            asked.code_digest = _digest_of_code(asked.pk, code)
            _senders[0][0](intent=f"entry-code:{asked.pk}", phone=phone, code=code, now=now)
        asked.save(update_fields=["phone_sealed", "code_digest"])


def new_entry_code() -> str:
    """Six digits; in the demonstration, where no message leaves the house, always the same."""
    if settings.DEMO:
        return DEMONSTRATION_CODE
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def give_entry_code(*, phone: str, typed: str, address: str | None, now: datetime) -> Proved:
    """Nhập mã: who may come in with this phone. Raises WrongEntryCode, TooManyAttempts."""
    key, said = _key(phone), read_entry_code(typed)
    why: list[str] = []
    with scoped(EVERYTHING):
        try:
            code_id = guarded(
                f"sms:{key}", address, now, lambda: _try(key, said, now, why), WrongEntryCode
            )
        except WrongEntryCode as wrong:
            raise WrongEntryCode(*why) from wrong
        people = tuple(people_of_phone(phone, vietnam_day(now)))
    if not people:
        raise WrongEntryCode(EXPIRED)
    return Proved(code_id, people)


def _try(key: str, said: str, now: datetime, why: list[str]) -> int | None:
    """The code that was right; otherwise None, and why it can be none."""
    newest = EntryCode.objects.select_for_update().filter(phone_digest=key)
    row = newest.order_by("-asked_at", "-id").first()
    if row is None or now >= row.expires_at or row.proved_at:
        why.append(EXPIRED)
        return None
    if row.tries >= TRIES:
        why.append(USED_UP)
        return None
    right = compare_digest(row.code_digest or "-", _digest_of_code(row.pk, said))
    changed = {"proved_at": now} if right else {"tries": row.tries + 1}
    EntryCode.objects.filter(pk=row.pk).update(**changed)
    return row.pk if right else None


def enter_by_phone(
    *, phone: str, code_id: int, person: int, address: str | None, device: str, now: datetime
) -> str:
    """Vào: one session for a right code; return its token. Raises WrongEntryCode."""
    with scoped(EVERYTHING), transaction.atomic():
        row = EntryCode.objects.select_for_update().filter(pk=code_id, phone_digest=_key(phone))
        asked = row.first()
        if asked is None or not _may_enter(asked, now):
            raise WrongEntryCode(EXPIRED)
        chosen = _chosen(phone, person, now)
        EntryCode.objects.filter(pk=asked.pk).update(used_at=now)
        account_id = open_account_of(chosen, now)
        _forget_slip(account_id, now)
        return open_session(account_id=account_id, now=now, address=address, device=device)


def _may_enter(asked: EntryCode, now: datetime) -> bool:
    proved = asked.proved_at
    return proved is not None and asked.used_at is None and now < proved + CHOOSE_WITHIN


def _chosen(phone: str, person: int, now: datetime) -> PhonePerson:
    people = people_of_phone(phone, vietnam_day(now))
    found = next((one for one in people if one.key == person), None)
    if found is None:
        raise WrongEntryCode(EXPIRED)
    return found


def _forget_slip(account_id: int, now: datetime) -> None:
    """Who came in by phone needs no slip; one that lies about opens nothing any more."""
    unused = Account.objects.filter(pk=account_id, password="").exclude(first_code_digest="")
    if unused.update(first_code_digest="", first_code_expires=None):
        name = Account.objects.values_list("name", flat=True).get(pk=account_id)
        change = change_of(account_id, "remove_slip", "mã đăng nhập trên phiếu")
        append_changes(Operation(Author(account_id, name), now), [change])


def forget_old_codes(*, now: datetime) -> int:
    """Forget codes that no longer count; return how many."""
    with scoped(EVERYTHING):
        return EntryCode.objects.filter(asked_at__lt=now - DAY).delete()[0]
