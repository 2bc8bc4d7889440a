"""Đăng ký phần mềm kết nối: what must be told before a program may read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khue.interchange.rules.limits import LEAST_CALLS, LONGEST_CONNECTION, MOST_CALLS
from khue.interchange.rules.scopes import SCOPES
from kit.refusal import Refusal


@dataclass(frozen=True, kw_only=True)
class ClientFacts:
    """Who stands behind a program and what it is for."""

    name: str
    purpose: str
    contact_name: str
    contact_email: str
    contact_phone: str
    expires_on: date
    calls_a_minute: int


def refuse_facts(facts: ClientFacts, today: date) -> Refusal | None:
    """None when a program may be registered like this."""
    if facts.expires_on < today:
        return Refusal("PAST", "Ngày hết hạn đã qua. Hãy chọn từ hôm nay trở đi.")
    if facts.expires_on > today + LONGEST_CONNECTION:
        return Refusal("TOO_LONG", "Một kết nối kéo dài nhiều nhất một năm; hãy gia hạn khi cần.")
    if not LEAST_CALLS <= facts.calls_a_minute <= MOST_CALLS:
        between = f"từ {LEAST_CALLS} đến {MOST_CALLS}"
        return Refusal("PACE", f"Số lần gọi mỗi phút phải {between}.")
    return None


def refuse_scopes(names: frozenset[str]) -> Refusal | None:
    """None when at least one known scope is meant."""
    if not names:
        return Refusal("NO_SCOPE", "Hãy chọn ít nhất một phạm vi dữ liệu.")
    if not names <= set(SCOPES):
        return Refusal("UNKNOWN_SCOPE", "Có phạm vi không còn dùng. Hãy tải lại trang rồi chọn.")
    return None
