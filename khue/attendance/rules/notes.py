"""Đơn xin nghỉ học: which days and words a request may have."""

from __future__ import annotations

from datetime import date, timedelta

from khue.attendance.rules.days import SESSIONS
from kit.refusal import Refusal

LONGEST_LEAVE = 30
LATEST_EXCUSE = 7
FARTHEST_AHEAD = 120
LONGEST_REASON = 500
Moment = tuple[date, str]


def why_not_asked(first: Moment, last: Moment, reason: str, today: date) -> Refusal | None:
    """Why a request cannot be sent; nothing when it can. Days may lie a week back."""
    return _wrong_days(first, last) or _wrong_time(first[0], last[0], today) or _wrong_words(reason)


def _wrong_days(first: Moment, last: Moment) -> Refusal | None:
    if first[1] not in SESSIONS or last[1] not in SESSIONS:
        return Refusal("SESSION", "Hãy chọn buổi sáng hoặc buổi chiều.")
    if (last[0], SESSIONS.index(last[1])) < (first[0], SESSIONS.index(first[1])):
        return Refusal("ORDER", "Buổi nghỉ cuối phải sau buổi nghỉ đầu. Hãy xem lại ngày.")
    return None


def _wrong_time(first: date, last: date, today: date) -> Refusal | None:
    if (last - first).days >= LONGEST_LEAVE:
        return Refusal(
            "LONG",
            f"Đơn này dài hơn {LONGEST_LEAVE} ngày. Nghỉ dài ngày, gia đình liên hệ nhà trường.",
        )
    if first < today - timedelta(days=LATEST_EXCUSE):
        return Refusal(
            "LATE",
            f"Đơn chỉ gửi được trong vòng {LATEST_EXCUSE} ngày sau buổi nghỉ."
            " Hãy liên hệ giáo viên chủ nhiệm.",
        )
    if first > today + timedelta(days=FARTHEST_AHEAD):
        return Refusal("FAR", "Ngày xin nghỉ còn quá xa. Hãy xem lại ngày.")
    return None


def _wrong_words(reason: str) -> Refusal | None:
    if not reason:
        return Refusal("NO_REASON", "Hãy ghi lý do xin nghỉ.")
    if len(reason) > LONGEST_REASON:
        return Refusal("LONG_REASON", f"Lý do dài quá {LONGEST_REASON} chữ. Hãy viết ngắn hơn.")
    return None
