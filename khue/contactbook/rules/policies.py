"""Cách nhà trường liên lạc với gia đình: the choices of a school and their defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import time
from typing import Any

from kit.refusal import Refusal

AFTER_HOURS = (("hold", "Giữ tin, báo khi hết giờ yên tĩnh"), ("tell", "Báo ngay cả trong giờ này"))
ABSENCE = (
    ("off", "Không tự động báo"),
    ("app", "Báo trong ứng dụng"),
    ("sms", "Báo trong ứng dụng và tin nhắn SMS"),
)
CHANNELS = ("push", "sms", "zns", "email")
LONGEST_DELAY = 240
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:hg]([0-5]\d)?", re.ASCII)
NOT_A_TIME = "“{text}” không phải là giờ. Hãy viết giờ và phút, ví dụ 21:00."
NOT_A_DELAY = f"Số phút chờ phải từ 0 đến {LONGEST_DELAY}."


@dataclass(frozen=True, slots=True)
class FamilyPolicy:
    """Lựa chọn của trường: quiet hours, who may write, by which ways the family is told.

    `absence_after`: minutes between the list of a session and the message about who is not there.
    """

    quiet_from: str = "21:00"
    quiet_to: str = "06:00"
    after_hours: str = "hold"
    pupils_write: bool = False
    absence: str = "app"
    absence_after: int = 15
    channels: tuple[str, ...] = ("push",)
    sms_diacritics: bool = False

    @property
    def quiet(self) -> tuple[time, time]:
        return time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)

    @property
    def holds(self) -> bool:
        return self.after_hours == "hold"


DEFAULT = FamilyPolicy()


def policy_of(value: Mapping[str, Any]) -> FamilyPolicy:
    """A kept row as choices; what it does not say is the default."""
    known = {one.name: value[one.name] for one in fields(FamilyPolicy) if one.name in value}
    if "channels" in known:
        known["channels"] = tuple(known["channels"])
    return FamilyPolicy(**known)


def value_of(policy: FamilyPolicy) -> dict[str, Any]:
    """Choices as a row keeps them."""
    return {**asdict(policy), "channels": list(policy.channels)}


def parse_clock(text: str) -> str | Refusal:
    """ "21h", "6:30" → "21:00", "06:30"."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if found is None:
        return Refusal("NOT_A_TIME", NOT_A_TIME.format(text=text.strip()[:20]))
    return f"{int(found[1]):02d}:{found[2] or '00'}"


def check_policy(policy: FamilyPolicy) -> Refusal | None:
    """Why these choices cannot be kept."""
    if policy.after_hours not in dict(AFTER_HOURS) or policy.absence not in dict(ABSENCE):
        return Refusal("NO_CHOICE", "Trang gửi lên một lựa chọn không có. Hãy tải lại trang.")
    if not set(policy.channels) <= set(CHANNELS):
        return Refusal("NO_CHOICE", "Trang gửi lên một kênh không có. Hãy tải lại trang.")
    if not 0 <= policy.absence_after <= LONGEST_DELAY:
        return Refusal("NOT_A_DELAY", NOT_A_DELAY)
    return None
