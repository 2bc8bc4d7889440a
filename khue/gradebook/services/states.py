"""Trạng thái sổ điểm: whether a book may be written in, and the steps that close it."""

from __future__ import annotations

from datetime import datetime

from khue.gradebook.queries.books import Book
from khue.gradebook.queries.states import Closing, class_closing_of, closing_of
from khue.gradebook.rules.states import State, spoken_period
from khue.gradebook.rules.windows import outside_sentence
from kit.dates import print_moment, vietnam_day

_ASK = "Cần sửa, thầy cô chọn ô điểm rồi bấm “Đề nghị sửa điểm”"
_CLOSED_BOOK = {
    State.TEACHER_DONE: "đã được xác nhận nhập xong",
    State.HOMEROOM_CONSOLIDATED: "đã được giáo viên chủ nhiệm tổng hợp",
    State.PRINCIPAL_APPROVED: "đã được lãnh đạo trường duyệt",
    State.LOCKED: "đã khóa",
}
_WHO_AGREES = {
    State.TEACHER_DONE: "; giáo viên chủ nhiệm xác nhận thì điểm được sửa.",
    State.HOMEROOM_CONSOLIDATED: "; giáo viên chủ nhiệm xác nhận thì điểm được sửa.",
    State.PRINCIPAL_APPROVED: "; giáo viên chủ nhiệm xác nhận và lãnh đạo trường đồng ý thì điểm"
    " được sửa.",
    State.LOCKED: ", hoặc đề nghị lãnh đạo trường mở sổ.",
}
_WHO_OPENS_CLASS = {
    State.HOMEROOM_CONSOLIDATED: "Cần sửa, giáo viên chủ nhiệm trả lớp về bước tổng hợp trước.",
    State.PRINCIPAL_APPROVED: "Cần sửa, thầy cô đề nghị lãnh đạo trường thu hồi duyệt.",
    State.LOCKED: "Cần sửa, thầy cô đề nghị lãnh đạo trường mở sổ.",
}


def closed_sentence(book: Book, period: int, now: datetime) -> str:
    """Why this book may not be written in now ("" when it may); one statement.

    `period`: the term, or the point of a primary class. The caller holds the term's shared lock
    and the book, so nothing closes between the answer and the writing.
    """
    closing = closing_of(book.class_id, book.id, period)
    what = spoken_period(period, primary=closing.primary)
    if closing.state is not State.OPEN:
        return _closed(f"Sổ điểm {book.title} {what}", closing)
    return outside_sentence(closing.days, vietnam_day(now), what)


def _closed(name: str, closing: Closing) -> str:
    state = closing.state
    return (
        f"{name} {_CLOSED_BOOK[state]}{_who_and_when(closing)} nên không sửa trực tiếp được."
        f" {_ASK}{_WHO_AGREES[state]}"
    )


def _who_and_when(closing: Closing) -> str:
    standing = closing.standing
    return f" ({standing.by}, {print_moment(standing.at)})" if standing.at else ""


def class_closed_sentence(class_id: int, period: int, now: datetime) -> str:
    """Why the work of the homeroom teacher on a class (conduct, remarks, absences) is closed.

    "" when it is open: until the class is consolidated. The caller holds the term's shared lock.
    """
    del now
    closing = class_closing_of(class_id, period)
    if closing.state not in _WHO_OPENS_CLASS:
        return ""
    what = spoken_period(period, primary=closing.primary)
    return (
        f"Kết quả {what} của lớp {closing.name} {_CLOSED_BOOK[closing.state]}"
        f"{_who_and_when(closing)} nên không sửa được. {_WHO_OPENS_CLASS[closing.state]}"
    )
