"""Đề nghị sửa điểm: asked by the teacher, verified by the homeroom teacher, consented, applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import Correction
from khue.gradebook.queries.books import Book, NoSuchBook, find_book
from khue.gradebook.queries.corrections import (
    CorrectionLine,
    find_correction,
)
from khue.gradebook.queries.grid import PupilRow, pupils_of
from khue.gradebook.queries.states import closing_of
from khue.gradebook.rules.corrections import Answerer, Request, may_refuse, may_withdraw
from khue.gradebook.rules.marks import Mark, parse_cell, print_mark_cell
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.rules.states import State, needs_consent
from khue.gradebook.services.cells import CellChange
from khue.gradebook.services.entering import correct_cell
from khue.gradebook.services.locking import SHARED, hold_term
from khue.gradebook.services.states import closed_sentence
from khue.gradebook.services.writing import hold_book
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.dates import print_date, print_moment, vietnam_day
from kit.refusal import Refusal

SHORTEST_REASON, LONGEST_REASON = 3, 300
_OPEN = [Correction.State.ASKED, Correction.State.VERIFIED]


class CorrectionRefused(Exception):
    """A request that cannot be made or answered so; the text says why and what to do."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a teacher asks for: the cell, what she saw in it (`base`), and the value as typed."""

    class_subject_id: int
    period: int
    student_id: int
    slot: str
    base: Mark
    text: str
    reason: str


@transaction.atomic
def ask_correction(*, actor: Actor, now: datetime, wish: Wish) -> int:
    """Đề nghị sửa một điểm of a book that is closed to its teacher; return its number.

    Law: TT 22/2021/TT-BGDĐT, Điều 20
    """
    if wish.period not in SPOKEN_TERMS:
        raise NoSuchBook(wish.period)
    book = find_book(wish.class_subject_id).in_term(wish.period)
    permit(actor, "gradebook.ask_correction", book.place)
    reason = _reason(wish.reason)
    _hold(book, wish.period, now)
    state = _closed_state(book, wish.period, now)
    pupil = _pupil(book, wish, now)
    new = _wanted(book, wish, pupil.marks[wish.slot])
    _refuse_second(book, wish)
    made = Correction.objects.create(
        year=book.year,
        student_id=wish.student_id,
        school_id=book.school_id,
        province_id=book.province_id,
        class_subject_id=book.id,
        period=wish.period,
        slot=wish.slot,
        old=pupil.marks[wish.slot],
        new=new,
        reason=reason,
        needs_consent=needs_consent(state),
        asked_by_id=actor.account_id,
        asked_by=actor.name,
        asked_at=now,
    )
    line = find_correction(actor, made.pk, vietnam_day(now))
    _note(_operation(actor, now), line, "ask", reason)
    return int(made.pk)


def _operation(actor: Actor, now: datetime) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now)


def _reason(text: str) -> str:
    reason = text.strip()[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise CorrectionRefused("NO_REASON", "Chưa gửi vì thiếu lý do. Hãy ghi lý do để lưu lại.")
    return reason


def _hold(book: Book, period: int, now: datetime) -> None:
    """The locks of whoever writes marks, in their order."""
    hold_term(SHARED, book.school_id, book.year, period)
    hold_book(book, period, now)


def _closed_state(book: Book, period: int, now: datetime) -> State:
    closing = closing_of(book.class_id, book.id, period)
    if closing.primary:
        raise CorrectionRefused(
            "PRIMARY",
            "Sổ tiểu học ghi mức đạt được, chưa sửa bằng đề nghị. Thầy cô đề nghị giáo viên chủ"
            " nhiệm hoặc lãnh đạo trường mở lại sổ của môn.",
        )
    if closing.state is State.OPEN:
        shut = closed_sentence(book, period, now)
        raise CorrectionRefused(
            "OPEN", shut or "Sổ đang mở cho thầy cô nhập: sửa thẳng vào ô điểm, không cần đề nghị."
        )
    return closing.state


def _pupil(book: Book, wish: Wish, now: datetime) -> PupilRow:
    found = pupils_of(book, wish.period, vietnam_day(now), only=[wish.student_id])
    if not found or wish.slot not in book.slots:
        raise NoSuchBook(wish.student_id)
    pupil = found[0]
    if pupil.left and pupil.ends_on:
        raise CorrectionRefused(
            "LEFT", f"{pupil.name} đã rời lớp ngày {print_date(pupil.ends_on)} nên không sửa nữa."
        )
    return pupil


def _wanted(book: Book, wish: Wish, stands: Mark) -> Mark:
    if stands != wish.base:
        raise CorrectionRefused("MOVED", _moved(wish.base, stands))
    new = parse_cell(wish.text, by_comment=book.by_comment)
    if isinstance(new, Refusal):
        raise CorrectionRefused(new.key, str(new))
    if new == stands:
        raise CorrectionRefused(
            "SAME", f"Ô này đang là {_shown(stands)} rồi. Hãy ghi giá trị mới khác giá trị cũ."
        )
    return new


def _shown(mark: Mark) -> str:
    return print_mark_cell(mark) or "ô trống"


def _moved(base: Mark, stands: Mark) -> str:
    return (
        f"Ô điểm đã đổi từ {_shown(base)} thành {_shown(stands)} sau khi thầy cô xem."
        " Tải lại trang, xem lịch sử ô rồi đề nghị lại nếu vẫn cần."
    )


def _refuse_second(book: Book, wish: Wish) -> None:
    rows = Correction.objects.filter(
        class_subject_id=book.id,
        period=wish.period,
        student_id=wish.student_id,
        slot=wish.slot,
        state__in=_OPEN,
    )
    if (first := rows.first()) is not None:
        raise CorrectionRefused(
            "ASKED_BEFORE",
            f"Ô này đang có đề nghị sửa thành {_shown(first.new)} của {first.asked_by}, gửi"
            f" {print_moment(first.asked_at)}. Chờ trả lời hoặc rút đề nghị đó trước.",
        )


# --- answers ----------------------------------------------------------------------------------


@transaction.atomic
def verify_correction(*, actor: Actor, now: datetime, correction_id: int) -> bool:
    """Giáo viên chủ nhiệm xác nhận; applied at once unless a leader must consent too.

    Where the homeroom teacher is the one who asks, a leader verifies: our policy. A leader who
    verifies consents with the same act. False when somebody has answered already.
    """
    line = _hold_correction(actor, now, correction_id, "gradebook.verify_correction")
    if line.state != Correction.State.ASKED:
        return False
    _refuse_asker(line, actor)
    if not line.can_verify:
        raise CorrectionRefused(
            "HOMEROOM_FIRST",
            f"Đề nghị này chờ giáo viên chủ nhiệm ({line.homeroom}) xác nhận trước.",
        )
    state = closing_of(line.book.class_id, line.book.id, line.period).state
    waits = needs_consent(state) and not line.person.is_leader
    by = {"verified_by": actor.name, "verified_at": now, "needs_consent": needs_consent(state)}
    if waits:
        _answer(line, Correction.State.VERIFIED, **by)
        _note(_operation(actor, now), line, "verify", line.reason)
        return True
    if needs_consent(state):
        by |= {"consented_by": actor.name, "consented_at": now}
    _apply(line, actor, now, "verify", by)
    return True


@transaction.atomic
def consent_correction(*, actor: Actor, now: datetime, correction_id: int) -> bool:
    """Lãnh đạo đồng ý sửa điểm đã duyệt, đã khóa; false when somebody has answered already."""
    line = _hold_correction(actor, now, correction_id, "gradebook.consent_correction")
    if not line.is_open:
        return False
    _refuse_asker(line, actor)
    if not line.can_consent:
        raise CorrectionRefused(
            "HOMEROOM_FIRST",
            f"Đề nghị này chờ giáo viên chủ nhiệm ({line.homeroom}) xác nhận trước.",
        )
    _apply(line, actor, now, "consent", {"consented_by": actor.name, "consented_at": now})
    return True


@transaction.atomic
def refuse_correction(*, actor: Actor, now: datetime, correction_id: int, reason: str) -> bool:
    """Không đồng ý sửa, with a reason; false when somebody has answered already."""
    line = _hold_correction(actor, now, correction_id, "gradebook.verify_correction")
    answer = _reason(reason)
    if not line.is_open:
        return False
    _refuse_asker(line, actor)
    _require(line, may_refuse)
    who = "verified" if line.state == Correction.State.ASKED else "consented"
    by = {f"{who}_by": actor.name, f"{who}_at": now, "answer": answer}
    _answer(line, Correction.State.REFUSED, **by)
    _note(_operation(actor, now), line, "refuse", answer)
    return True


@transaction.atomic
def withdraw_correction(*, actor: Actor, now: datetime, correction_id: int, reason: str) -> bool:
    """Rút đề nghị, with a reason; false when it has been answered already."""
    line = _hold_correction(actor, now, correction_id, "gradebook.view_corrections")
    answer = _reason(reason)
    if not line.is_open:
        return False
    _require(line, may_withdraw)
    _answer(line, Correction.State.WITHDRAWN, answer=answer)
    _note(_operation(actor, now), line, "withdraw", answer)
    return True


def _hold_correction(
    actor: Actor, now: datetime, correction_id: int, permission: str
) -> CorrectionLine:
    """The request through the gate, then the locks of its book, then as it stands now."""
    today = vietnam_day(now)
    line = find_correction(actor, correction_id, today)
    permit(actor, permission, line.book.place)
    if not line.is_open:
        return line
    _hold(line.book, line.period, now)
    return find_correction(actor, correction_id, today)


def _refuse_asker(line: CorrectionLine, actor: Actor) -> None:
    if line.asked_by_id == actor.account_id:
        raise CorrectionRefused(
            "OWN",
            "Thầy cô là người đề nghị nên người khác trả lời: giáo viên chủ nhiệm, hoặc lãnh đạo"
            " trường khi thầy cô chủ nhiệm lớp này.",
        )


def _require(line: CorrectionLine, rule: Callable[[Request, Answerer], bool]) -> None:
    if not rule(line.request, line.person):
        raise CorrectionRefused(
            "NOT_YOURS", "Việc này dành cho người đề nghị hoặc người được giao trả lời đề nghị."
        )


def _answer(line: CorrectionLine, state: Correction.State, **fields: object) -> None:
    Correction.objects.filter(pk=line.id).update(state=state, **fields)


def _apply(
    line: CorrectionLine, actor: Actor, now: datetime, act: str, by: dict[str, object]
) -> None:
    """Write the mark and close the request, both or neither."""
    operation = _operation(actor, now)
    outcome = correct_cell(
        operation=operation,
        book=line.book.in_term(line.period),
        term=line.period,
        change=CellChange(line.student_id, line.slot, line.old, line.new),
        reason=f"{line.reason} (đề nghị: {line.asked_by}; {_agreed(line, by)})",
    )
    if outcome.status != "saved":
        raise CorrectionRefused("MOVED", _gone(line, outcome.value, outcome.sentence))
    _answer(line, Correction.State.APPLIED, **by)
    _note(operation, line, act, line.reason)


def _agreed(line: CorrectionLine, by: dict[str, object]) -> str:
    verified = f"xác nhận: {by.get('verified_by') or line.verified_by}"
    return f"{verified}; đồng ý: {by['consented_by']}" if "consented_by" in by else verified


def _gone(line: CorrectionLine, stands: Mark, sentence: str) -> str:
    if stands == line.old:
        return sentence
    return (
        f"Chưa sửa: ô điểm đã đổi từ {_shown(line.old)} thành {_shown(stands)} sau khi"
        f" {line.asked_by} đề nghị. Hãy từ chối đề nghị này; cần sửa nữa thì đề nghị lại."
    )


def _note(operation: Operation, line: CorrectionLine, act: str, reason: str) -> None:
    change = Change(
        subject=f"correction:{line.id}",
        action=act,
        label=f"Đề nghị sửa: {line.cell}, {line.pupil}",
        old=line.shown_old,
        new=line.shown_new,
        reason=reason,
        school_id=line.book.school_id,
        province_id=line.book.province_id,
    )
    append_changes(operation, [change])
