"""Tra cứu qua tin nhắn: what comes in is written down once, checked, and answered in one message.

Upper contexts register their commands. A phone that no guardian registered, too many questions and
guessed codes get no answer, so that nobody can learn or spend anything by trying.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from khue.ledger.api import Author, Operation
from khue.messaging.models import Inbound, Message
from khue.messaging.rules.commands import MOST_AN_HOUR, MOST_WRONG_A_DAY, Command, read_command
from khue.messaging.rules.masks import masked_phone
from khue.messaging.rules.segments import shortened, without_diacritics
from khue.messaging.services.outbox import Outgoing, order_messages
from khue.messaging.services.sealing import digest_of_address, seal_address, seal_text
from khue.records.api import children_of_phone
from kit.cipher import digest
from kit.fences import EVERYTHING, scoped
from kit.phone import parse_phone
from kit.refusal import Refusal

HELP = "TROGIUP"
SAME_WITHIN = timedelta(minutes=2)
ANSWER_PARTS = 3
NOT_A_PHONE = "Số gửi không phải số di động."
STRANGER = "Số điện thoại chưa được đăng ký với trường."
TOO_OFTEN = "Số này hỏi quá nhiều lần trong một giờ."
TOO_MANY_WRONG = "Số này nhập sai mã quá nhiều lần trong ngày."
WRONG_CODE = "Mã không đúng."
NOT_KNOWN = "Khong co lenh {word}. Soan TROGIUP de xem cac lenh."
WRONG_ANSWER = "Ma khong dung hoac khong thuoc gia dinh. Xem ma tren phieu cua truong."


class WrongCode(Exception):
    """The code is none, or not of this family; counted against guessing."""


@dataclass(frozen=True, slots=True)
class Question:
    """A command from a registered phone; `students` are the children it may ask about."""

    command: Command
    students: tuple[int, ...]
    now: datetime
    phone: str = ""


Answer = Callable[[Question], str]


@dataclass(frozen=True, slots=True)
class InboundCommand:
    """A word, what it does for whoever asks, and its line of help."""

    word: str
    answer: Answer
    usage: str


class WordTwice(Exception):
    """Two contexts claim one word."""


_COMMANDS: dict[str, InboundCommand] = {}


def register_inbound_command(word: str, answer: Answer, usage: str = "") -> None:
    """Make a command known; `answer` may raise WrongCode."""
    known = _COMMANDS.get(word.upper())
    if known is not None and known.answer is not answer:
        raise WordTwice(word)
    _COMMANDS[word.upper()] = InboundCommand(word.upper(), answer, usage)


def _help(question: Question) -> str:
    del question
    return "Cac lenh: " + "; ".join(one.usage or one.word for one in _COMMANDS.values())


register_inbound_command(HELP, _help, "TROGIUP")


def receive(
    *, provider: str, sender: str, number: str, text: str, now: datetime, reference: str = ""
) -> int:
    """Nhận một tin: once for its reference, and answered at most once; return its id."""
    phone = parse_phone(sender)
    known = sender if isinstance(phone, Refusal) else phone
    who = digest_of_address("sms", known)
    with scoped(EVERYTHING), transaction.atomic():
        kept = _kept(provider, reference, who, text, now)
        if kept is not None:
            return kept
        row = Inbound.objects.create(
            provider=provider,
            reference=reference or _reference(who, text, now),
            sender=seal_address(known),
            sender_digest=who,
            shown_sender=masked_phone(known)[-20:],
            number=number[:20],
            text=seal_text(text[:1000]),
            received_at=now,
        )
        _treat(row, None if isinstance(phone, Refusal) else phone, text, now)
    return row.pk


def _kept(provider: str, reference: str, who: str, text: str, now: datetime) -> int | None:
    """The same message brought again: by its reference, else by what it says within minutes."""
    rows = Inbound.objects.filter(provider=provider)
    if reference:
        rows = rows.filter(reference=reference)
    else:
        same = [_reference(who, text, now - timedelta(minutes=back)) for back in range(2)]
        rows = rows.filter(reference__in=same, received_at__gte=now - SAME_WITHIN)
    return rows.values_list("pk", flat=True).first()


def _reference(who: str, text: str, now: datetime) -> str:
    told = f"{who}\0{text}\0{now:%Y-%m-%dT%H:%M}"
    return "own-" + digest(told, label="messaging.inbound", key_hex=settings.FIELD_KEY)


def _treat(row: Inbound, phone: str | None, text: str, now: datetime) -> None:
    students = children_of_phone(phone or "", timezone.localdate(now))
    refusal = _why_no_answer(row, phone, students, now)
    if refusal:
        _close(row, Inbound.State.REFUSED, refusal)
        return
    question = Question(read_command(text), students, now, str(phone))
    try:
        said, reason = _said(question), ""
    except WrongCode:
        said, reason = WRONG_ANSWER, WRONG_CODE
    _answer(row, str(phone), said, now)
    _close(row, Inbound.State.ANSWERED, reason)


def _said(question: Question) -> str:
    command = _COMMANDS.get(question.command.word)
    if command is None:
        return NOT_KNOWN.format(word=question.command.word[:10])
    return command.answer(question)


def _why_no_answer(
    row: Inbound, phone: str | None, students: tuple[int, ...], now: datetime
) -> str:
    if phone is None:
        return NOT_A_PHONE
    if not students:
        return STRANGER
    mine = Inbound.objects.filter(sender_digest=row.sender_digest).exclude(pk=row.pk)
    if mine.filter(received_at__gt=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        return TOO_OFTEN
    wrong = mine.filter(received_at__gt=now - timedelta(days=1), reason=WRONG_CODE)
    return TOO_MANY_WRONG if wrong.count() >= MOST_WRONG_A_DAY else ""


def _answer(row: Inbound, phone: str, said: str, now: datetime) -> None:
    """Answers go without diacritics, in at most three parts, and need not wait for the morning."""
    answer = Outgoing(
        intent=f"inbound:{row.pk}",
        channel="sms",
        address=phone,
        text=shortened(without_diacritics(said), ANSWER_PARTS),
        kind="answer",
        urgent=True,
        expires_at=now + timedelta(hours=2),
    )
    operation = Operation(Author(None, "Hệ thống"), now)
    order_messages(operation=operation, now=now, title="Trả lời tra cứu", outgoing=[answer])
    row.answer = Message.objects.filter(intent=answer.intent).first()


def _close(row: Inbound, state: str, reason: str) -> None:
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason", "answer"])
