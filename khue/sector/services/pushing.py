"""Đẩy dữ liệu lên ngành: school by school, kind by kind, in packages that survive a dead worker.

A package is written down before it goes out, and closed when it was answered. A worker that dies
in between leaves an open package; the next one sends the very same rows again, and the gateway
ignores what it already holds.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import school_year_label
from khue.sector.models import KindState, Outgoing, Receipt, SentRecord, Submission
from khue.sector.queries.dossier import Dossier, with_new_codes
from khue.sector.queries.gateways import GatewayAddress, gateway_of
from khue.sector.queries.lists import code_book
from khue.sector.rules.answers import school_sentence_of
from khue.sector.rules.checking import CodeBook
from khue.sector.rules.envelopes import Event
from khue.sector.rules.packages import Package
from khue.sector.rules.periods import PERIOD_NAMES, RECEPTION_KINDS, Period
from khue.sector.rules.retries import FOLLOW_EVERY, gives_up, wait_after
from khue.sector.rules.states import (
    FOLLOWED,
    KIND_NAMES,
    PARTS_OF_KIND,
    PUSH_NAMES,
    UNDER_WAY,
    Kind,
    Push,
    may_push_become,
    parts_of,
    state_after_push,
)
from khue.sector.services.checking import check_part, keep_faults_of, read_dossier
from khue.sector.services.gateway import Gateway, Outcome, Reply
from khue.sector.services.queueing import queue_part, row_of
from khue.sector.services.receiving import write_answer
from khue.sector.services.refusals import keep_refusals
from khue.sector.services.refusing import SectorRefused
from khue.sector.services.stages import target_of
from khue.sector.services.submissions import Target, put_state, why_closed
from khue.sector.services.waiting import due, is_early
from kit.fences import EVERYTHING, scoped

LOCK_KEY = "hashtextextended(current_schema() || %s, 0)"
TRY_LOCK = f"select pg_try_advisory_lock({LOCK_KEY})"
UNLOCK = f"select pg_advisory_unlock({LOCK_KEY})"
NO_ANSWER = "Cổng tiếp nhận trả lời nhưng không nhắc tới bản ghi nào đã gửi."
GIVEN_UP = "{trouble} Đã thử {attempts} lần nên dừng lại; hãy bấm “Gửi lại” sau."
WRONG_ACCOUNT = "Cổng tiếp nhận không nhận tài khoản truyền dữ liệu của tỉnh. Hãy báo Sở."
Clock = Callable[[], datetime]


@dataclass
class Run:
    """One run of the push: its clocks, and when it last sent to each gateway."""

    clock: Clock = timezone.now
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    sent_at: dict[str, float] = field(default_factory=dict)
    until: float = 0.0
    books: dict[date, CodeBook] = field(default_factory=dict)
    opened: tuple[int, Dossier] | None = None
    """The submission that is being sent, and its files as they were when it began."""

    def has_time(self) -> bool:
        return self.monotonic() < self.until

    def book(self, on: date) -> CodeBook:
        """The codes of a day, read once for all schools."""
        if on not in self.books:
            self.books[on] = code_book(on)
        return self.books[on]

    def keep_pace(self, address: GatewayAddress) -> None:
        """Wait until the gateway may be spoken to again."""
        gap = 60.0 / address.per_minute
        left = self.sent_at.get(address.url, -gap) + gap - self.monotonic()
        if left > 0:
            self.sleep(left)
        self.sent_at[address.url] = self.monotonic()


def push_due(run: Run | None = None, *, seconds: float = 50.0) -> bool:
    """Send what is due in every province, then ask what became of what was received.

    Returns whether the time ran out before everything was done.
    """
    run = run or Run()
    run.until = run.monotonic() + seconds
    with scoped(EVERYTHING):
        for province_id in _provinces():
            with alone(province_id) as mine:
                if mine:
                    _push_province(run, province_id)
    return not run.has_time()


def _provinces() -> list[int]:
    wanted = KindState.objects.filter(status__in=[*UNDER_WAY, *FOLLOWED])
    return list(wanted.order_by("province_id").values_list("province_id", flat=True).distinct())


@contextmanager
def alone(province_id: int) -> Iterator[bool]:
    """Only one worker speaks for a province at a time; the lock dies with its session."""
    key = f"khue.sector.{province_id}"
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK, [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute(UNLOCK, [key])


def _push_province(run: Run, province_id: int) -> None:
    address = gateway_of(province_id)
    if address is None:
        _stop_without_account(run, province_id)
        return
    with closing(Gateway(address)) as gateway:
        for submission_id in _due(run, province_id):
            if run.has_time():
                _push_submission(run, gateway, submission_id)
        _follow(run, gateway, province_id)


def _stop_without_account(run: Run, province_id: int) -> None:
    for state in KindState.objects.filter(province_id=province_id, status__in=UNDER_WAY):
        put_state(state, Push.NO_PASSWORD, now=run.clock())


def _due(run: Run, province_id: int) -> list[int]:
    """Submissions with something to send now, the one that waits longest first."""
    rows = KindState.objects.filter(due(run.clock()), province_id=province_id, status__in=UNDER_WAY)
    ordered = rows.order_by("next_attempt_at", "id").values_list("submission_id", flat=True)
    return list(dict.fromkeys(ordered))


def _push_submission(run: Run, gateway: Gateway, submission_id: int) -> None:
    """Kind by kind: classes speak of staff, and pupils of classes, by the Ministry's codes."""
    submission = Submission.objects.get(pk=submission_id)
    target = target_of(submission)
    for state in KindState.objects.filter(submission=submission).order_by("kind"):
        if state.status not in UNDER_WAY:
            continue
        # What waits for another attempt holds back the kinds behind it.
        if is_early(state.next_attempt_at, run.clock()) or not run.has_time():
            return
        if not _push_kind(run, gateway, submission, target, state):
            return


def _push_kind(
    run: Run, gateway: Gateway, submission: Submission, target: Target, state: KindState
) -> bool:
    """Send one kind of data; whether the next kind may follow."""
    why = why_closed(target, run.clock())
    if why:
        put_state(state, Push.ERROR, now=run.clock(), trouble=why)
        return True
    if state.status == Push.WAITING and not _prepare(run, submission, target, state):
        return True
    while (receipt := _next_package(run, gateway, submission, state)) is not None:
        if not _send(run, gateway, target, state, receipt):
            return False
        if not run.has_time():
            return False
    _finish(run, submission, target, state)
    return True


def _prepare(run: Run, submission: Submission, target: Target, state: KindState) -> bool:
    """Compose, check and queue what changed; whether there was anything to work with."""
    now = run.clock()
    try:
        with transaction.atomic():
            author = _author(submission)
            kind = Kind(state.kind)
            dossier = _files(run, submission, target, author, kind)
            book = run.book(dossier.on)
            checked = [
                (part, check_part(dossier, part, book)) for part in parts_of(target.period, kind)
            ]
            for part, found in checked:
                queue_part(submission, target, part, found, now=now)
                keep_faults_of(submission, [part], found)
            everything = [one for _, found in checked for one in found]
            state.records = len(everything)
            state.faulty = sum(not one.may_go for one in everything)
            put_state(state, Push.PUSHING, now=now)
    except SectorRefused as refused:
        put_state(state, Push.ERROR, now=now, trouble=str(refused))
        return False
    return True


def _files(run: Run, submission: Submission, target: Target, author: Author, kind: Kind) -> Dossier:
    """The files of the school, opened once for the kinds that follow one another."""
    if kind == Kind.RESULT:
        return read_dossier(target, author=author, now=run.clock(), with_results=True)
    if run.opened is None or run.opened[0] != submission.pk or kind == Kind.SCHOOL:
        run.opened = submission.pk, read_dossier(target, author=author, now=run.clock())
    return with_new_codes(run.opened[1])


def _author(submission: Submission) -> Author:
    return Author(submission.ordered_by_id, submission.ordered_by)


def _next_package(
    run: Run, gateway: Gateway, submission: Submission, state: KindState
) -> Receipt | None:
    """The package that a dead worker left open, or a new one; None when nothing waits."""
    left = Receipt.objects.filter(
        school_id=submission.school_id, kind=state.kind, answered_at__isnull=True
    ).order_by("id")
    with transaction.atomic():
        for receipt in left:
            if _rows_of(receipt):
                return receipt
            receipt.answered_at, receipt.trouble = run.clock(), "Gói đã được thay bằng bản mới."
            receipt.save(update_fields=["answered_at", "trouble"])
        return _new_package(run, gateway.address.chunk, submission, state)


def _new_package(run: Run, size: int, submission: Submission, state: KindState) -> Receipt | None:
    parts = PARTS_OF_KIND[Kind(state.kind)]
    waiting = Outgoing.objects.filter(
        school_id=submission.school_id,
        part__in=parts,
        state=Outgoing.State.WAITING,
        receipt__isnull=True,
    )
    numbers = list(waiting.order_by("id").values_list("id", flat=True)[:size])
    if not numbers:
        return None
    receipt = Receipt.objects.create(
        submission=submission,
        school_id=submission.school_id,
        province_id=submission.province_id,
        kind=state.kind,
        package=uuid.uuid4(),
        records=len(numbers),
        sent_at=run.clock(),
    )
    Outgoing.objects.filter(pk__in=numbers).update(receipt=receipt)
    return receipt


def _rows_of(receipt: Receipt) -> list[Outgoing]:
    rows = Outgoing.objects.filter(receipt=receipt, state=Outgoing.State.WAITING)
    return list(rows.select_related("record").order_by("id"))


def _send(run: Run, gateway: Gateway, target: Target, state: KindState, receipt: Receipt) -> bool:
    """Send one package and write the answer down; whether it was answered."""
    run.keep_pace(gateway.address)
    reply = gateway.push(_package(target, state, receipt))
    if reply.outcome == Outcome.ANSWERED and reply.answer is not None:
        if write_answer(receipt, reply.answer, now=run.clock()):
            state.attempts = 0
            state.save(update_fields=["attempts"])
            return True
        reply = Reply(Outcome.LATER, trouble=NO_ANSWER)
    _stumble(run, state, receipt, reply)
    return False


def _package(target: Target, state: KindState, receipt: Receipt) -> Package:
    return Package(
        id=str(receipt.package),
        school_code=target.school.code,
        year=target.year,
        reception=RECEPTION_KINDS[target.period],
        kind=Kind(state.kind),
        rows=[row_of(one) for one in _rows_of(receipt)],
    )


def _stumble(run: Run, state: KindState, receipt: Receipt, reply: Reply) -> None:
    """Wait and try again, or stop with a sentence; the package stays open meanwhile."""
    now = run.clock()
    Receipt.objects.filter(pk=receipt.pk, answered_at__isnull=True).update(
        trouble=reply.trouble[:300]
    )
    if reply.outcome == Outcome.UNAUTHORISED:
        _bar(state, now)
        return
    if reply.outcome == Outcome.SCHOOL_REFUSED:
        _give_up(state, now, school_sentence_of(reply.code))
        return
    state.attempts += 1
    if gives_up(state.attempts):
        told = GIVEN_UP.format(trouble=reply.trouble, attempts=state.attempts)
        _give_up(state, now, told)
        return
    state.next_attempt_at = now + wait_after(state.attempts, reply.wait)
    put_state(state, Push.PUSHING, now=now, trouble=reply.trouble)


def _give_up(state: KindState, now: datetime, told: str) -> None:
    """What stops one kind of data stops those behind it too; a person sends them again."""
    put_state(state, Push.ERROR, now=now, trouble=told)
    behind = KindState.objects.filter(submission=state.submission_id, status__in=UNDER_WAY)
    for other in behind:
        put_state(other, Push.ERROR, now=now, trouble=told)


def _bar(state: KindState, now: datetime) -> None:
    """A wrong account is not tried again and again: everything of the province stops."""
    put_state(state, Push.WRONG_ACCOUNT, now=now, trouble=WRONG_ACCOUNT)
    for other in KindState.objects.filter(province_id=state.province_id, status__in=UNDER_WAY):
        put_state(other, Push.WRONG_ACCOUNT, now=now, trouble=WRONG_ACCOUNT)


def _finish(run: Run, submission: Submission, target: Target, state: KindState) -> None:
    """Everything that could go was answered: say how it stands, and note the push."""
    now = run.clock()
    parts = PARTS_OF_KIND[Kind(state.kind)]
    known = SentRecord.objects.filter(
        school_id=submission.school_id, part__in=parts, year=submission.year
    )
    state.held = known.filter(held_version__gt=0).exclude(event=Event.CANCEL).count()
    state.refused = known.exclude(refusals=[]).count()
    state.next_attempt_at = now + FOLLOW_EVERY
    status = state_after_push(refused=state.refused, held_back=state.faulty)
    with transaction.atomic():
        put_state(state, status, now=now)
        keep_refusals(submission, target.school, parts)
        _note(submission, target, state, now)


def _note(submission: Submission, target: Target, state: KindState, now: datetime) -> None:
    """Counts only: what was sent never stands in the ledger."""
    period = PERIOD_NAMES[Period(target.period)].lower()
    what = KIND_NAMES[Kind(state.kind)]
    told = {
        "bản ghi": state.records,
        "đã nhận": state.held,
        "bị trả lại": state.refused,
        "giữ lại vì lỗi": state.faulty,
        "trạng thái": PUSH_NAMES[Push(state.status or 0)],
    }
    change = Change(
        subject=f"school:{submission.school_id}",
        action="push",
        label=f"Đẩy dữ liệu ngành: {what}, đợt {period} {school_year_label(target.year)}",
        new=told,
        school_id=submission.school_id,
        province_id=submission.province_id,
    )
    append_changes(Operation(_author(submission), now), [change])


def _follow(run: Run, gateway: Gateway, province_id: int) -> None:
    """Ask what the gateway made of the data that it received."""
    rows = KindState.objects.filter(
        due(run.clock()), province_id=province_id, status__in=FOLLOWED
    ).select_related("submission")
    for state in rows.order_by("next_attempt_at")[:200]:
        if run.has_time():
            _ask(run, gateway, state)


def _ask(run: Run, gateway: Gateway, state: KindState) -> None:
    target = target_of(state.submission)
    run.keep_pace(gateway.address)
    told = gateway.state_of(
        target.school.code, target.year, RECEPTION_KINDS[target.period], Kind(state.kind)
    )
    state.next_attempt_at = run.clock() + FOLLOW_EVERY
    present = Push(state.status or 0)
    if told is None or not may_push_become(present, told) or told == Push.WAITING:
        state.save(update_fields=["next_attempt_at"])
        return
    put_state(state, told, now=run.clock())
