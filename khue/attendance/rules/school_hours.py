"""Giờ học và cách dùng cổng as a school sets them, and why a setting cannot stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType
from typing import Any

from khue.attendance.rules.days import SESSION_NAMES
from kit.dates import print_date

WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
MOST_WAIT, MOST_GRACE = 180, 60
PROPOSE, TAKE = "propose", "take"
TAKES_NAMES: Mapping[str, str] = MappingProxyType(
    {PROPOSE: "Đề nghị cho giáo viên", TAKE: "Tự điểm danh"}
)
NO_SESSION = "Hãy chọn buổi sáng hoặc buổi chiều."
NO_WEEK = "Hãy chọn ít nhất một ngày trong tuần có buổi học này."
ORDER = "Giờ mở cổng phải trước giờ vào học, và giờ vào học trước giờ tan học. Hãy xem lại giờ."
MINUTES = (
    f"Số phút cho phép muộn từ 0 đến {MOST_GRACE}; số phút chờ trước khi coi là vắng từ 1 đến"
    f" {MOST_WAIT} và không ít hơn số phút cho phép muộn."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HoursFacts:
    """Một buổi học as a school sets it; `weekdays`: seven figures, Monday first."""

    session: str
    starts_on: date
    opens_at: time
    begins_at: time
    ends_at: time
    late_after: int
    absent_after: int
    weekdays: str
    asks_health: bool = False

    @property
    def told(self) -> str:
        held = ", ".join(
            name for name, on in zip(WEEKDAYS, self.weekdays, strict=True) if on == "1"
        )
        health = ", hỏi sức khỏe" if self.asks_health else ""
        return (
            f"{SESSION_NAMES[self.session]} từ {print_date(self.starts_on)}: mở cổng"
            f" {self.opens_at:%H:%M}, vào học {self.begins_at:%H:%M}, tan học {self.ends_at:%H:%M};"
            f" muộn sau {self.late_after} phút, vắng sau {self.absent_after} phút; {held}{health}"
        )

    def values(self) -> dict[str, Any]:
        return {
            "opens_at": self.opens_at,
            "begins_at": self.begins_at,
            "ends_at": self.ends_at,
            "late_after_minutes": self.late_after,
            "absent_after_minutes": self.absent_after,
            "weekdays": self.weekdays,
            "asks_health": self.asks_health,
        }


def why_wrong(facts: HoursFacts) -> str:
    if facts.session not in SESSION_NAMES:
        return NO_SESSION
    if "1" not in facts.weekdays or len(facts.weekdays) != len(WEEKDAYS):
        return NO_WEEK
    if not facts.opens_at <= facts.begins_at < facts.ends_at:
        return ORDER
    grace = 0 <= facts.late_after <= MOST_GRACE
    wait = max(1, facts.late_after) <= facts.absent_after <= MOST_WAIT
    return "" if grace and wait else MINUTES


@dataclass(frozen=True, kw_only=True, slots=True)
class GateChoices:
    """Cách dùng cổng; `fever_from` in tenths of a degree."""

    takes: str = "propose"
    fever_from: int = 375
    twice_seconds: int = 10
    borrowed_seconds: int = 60
    tells_family: bool = False

    @property
    def told(self) -> str:
        family = "báo gia đình" if self.tells_family else "không báo gia đình"
        return (
            f"{TAKES_NAMES[self.takes]}; thân nhiệt từ {self.fever_from // 10},"
            f"{self.fever_from % 10} °C; quẹt lại {self.twice_seconds} giây; nghi dùng chung thẻ"
            f" {self.borrowed_seconds} giây; {family}"
        )

    @property
    def sound(self) -> bool:
        return (
            self.takes in TAKES_NAMES
            and 360 <= self.fever_from <= 420
            and 1 <= self.twice_seconds <= 60
            and self.twice_seconds <= self.borrowed_seconds <= 600
        )

    def values(self) -> Mapping[str, Any]:
        return {name: getattr(self, name) for name in CHOICE_NAMES}


CHOICE_NAMES = ("takes", "fever_from", "twice_seconds", "borrowed_seconds", "tells_family")
