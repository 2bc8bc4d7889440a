"""Lượt qua cổng: which way, and what it is worth, by the school's hours.

Everything here is a plain function of the corrected time; nothing knows a clock or a card's code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from kit.dates import VIETNAM, print_clock, print_date, vietnam_day

IN, OUT, AUTO = "in", "out", "auto"
BOTH = "both"
DIRECTION_NAMES: Mapping[str, str] = MappingProxyType(
    {IN: "Chỉ lượt vào", OUT: "Chỉ lượt ra", BOTH: "Cả vào và ra"}
)
GOOD, LATE, TWICE, BORROWED = "good", "late", "twice", "borrowed"
LOST, UNKNOWN, CLOSED, LEFT = "lost", "unknown", "closed", "left"
RETIRED, STALE = "retired", "stale"
COUNTED = (GOOD, LATE)
TROUBLES = (BORROWED, LOST, RETIRED, LEFT, UNKNOWN, STALE)
ACTIVE = "active"
# A clock that is ahead by less than this is taken for the same time.
AHEAD = timedelta(minutes=2)
CLOCK_WRONG = 120
LOWEST, HIGHEST = 300, 450


@dataclass(frozen=True, slots=True)
class Hours:
    """Giờ học of a session that is held: times of the day, minutes counted from its beginning."""

    session: str
    opens_at: time
    begins_at: time
    ends_at: time
    late_after: int = 0
    absent_after: int = 45
    asks_health: bool = False

    def on(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, VIETNAM)

    def late_from(self, day: date) -> datetime:
        """From when on a pupil who comes is late."""
        return self.on(day, self.begins_at) + timedelta(minutes=self.late_after)

    def absent_from(self, day: date) -> datetime:
        """From when on a pupil who has not come is absent."""
        return self.on(day, self.begins_at) + timedelta(minutes=self.absent_after)


@dataclass(frozen=True, slots=True)
class GateDay:
    """Một ngày ở cổng: the sessions held, and the seconds within which a card is the same tap.

    `known` is false where the school set no hours: then everything is in time.
    """

    day: date
    hours: tuple[Hours, ...] = ()
    known: bool = True
    twice_seconds: int = 10
    borrowed_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Passed:
    """Một lượt đã tính of a holder: only those that counted."""

    direction: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tap:
    """Một lượt đang xét: the corrected time, the way asked for, and what the card is.

    `state`: of the card, "unknown" where there is none; `here`: whether its holder still belongs
    to the school; `sessions`: those of a pupil's class, empty for staff.
    """

    at: datetime
    asked: str
    state: str = ACTIVE
    here: bool = True
    staff: bool = False
    sessions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    direction: str
    verdict: str
    minutes: int = 0
    """How late, in minutes."""


def corrected(device_at: datetime, *, device_now: datetime, received: datetime) -> datetime:
    """Giờ đã chỉnh: a passing keeps its distance to the moment at which the device called."""
    return received - (device_now - device_at)


def clock_off(device_now: datetime, received: datetime) -> int:
    """Đồng hồ lệch: in seconds, above zero when the device is ahead."""
    return round_seconds(device_now - received)


def round_seconds(span: timedelta) -> int:
    """Whole seconds, nearest."""
    return (span + timedelta(milliseconds=500)) // timedelta(seconds=1)


def judge(tap: Tap, past: Sequence[Passed], gate: GateDay, received: datetime) -> Judged:
    """Xét một lượt quẹt: `past` are the counted passings of the same holder on the same day."""
    before = max((one for one in past if one.at <= tap.at), key=lambda one: one.at, default=None)
    way = direction_of(tap, before, gate)
    refused = _why_not_counted(tap, gate, received) or _same_card(tap, way, before, gate)
    if refused:
        return Judged(way, refused)
    if way == IN and not tap.staff and not _in_time_and_hours(tap, gate):
        return Judged(way, CLOSED)
    minutes = minutes_late(tap, past, gate) if way == IN and not tap.staff else 0
    return Judged(way, LATE if minutes else GOOD, minutes)


def direction_of(tap: Tap, before: Passed | None, gate: GateDay) -> str:
    """Vào hay ra: what the device says; else by the last passing, and by the hours.

    Who is inside goes out; but a card read again at once, or before the session has begun, still
    means coming in.
    """
    if tap.asked in (IN, OUT):
        return tap.asked
    if before is None:
        return OUT if _all_over(tap.at, gate) else IN
    if tap.at - before.at <= timedelta(seconds=gate.borrowed_seconds):
        return before.direction
    if before.direction == OUT:
        return IN
    return IN if _still_arriving(tap.at, before.at, gate) else OUT


def _all_over(at: datetime, gate: GateDay) -> bool:
    return bool(gate.hours) and all(at >= one.on(gate.day, one.ends_at) for one in gate.hours)


def _still_arriving(at: datetime, came: datetime, gate: GateDay) -> bool:
    """Both taps lie before the beginning of one session, while its gate is open."""
    return any(
        one.on(gate.day, one.opens_at) <= came <= at < one.on(gate.day, one.begins_at)
        for one in gate.hours
    )


def _why_not_counted(tap: Tap, gate: GateDay, received: datetime) -> str:
    if tap.state != ACTIVE:
        return tap.state
    if not tap.here:
        return LEFT
    if vietnam_day(tap.at) != gate.day or tap.at > received + AHEAD:
        return STALE
    return ""


def _same_card(tap: Tap, way: str, before: Passed | None, gate: GateDay) -> str:
    if before is None:
        return ""
    gap = (tap.at - before.at).total_seconds()
    if gap <= gate.twice_seconds:
        return TWICE
    return BORROWED if way == before.direction and gap <= gate.borrowed_seconds else ""


def _in_time_and_hours(tap: Tap, gate: GateDay) -> bool:
    """Whether the gate is open for pupils: from the opening of a session to its end."""
    if not gate.known:
        return True
    return any(
        one.on(gate.day, one.opens_at) <= tap.at < one.on(gate.day, one.ends_at)
        for one in gate.hours
    )


def minutes_late(tap: Tap, past: Sequence[Passed], gate: GateDay) -> int:
    """Số phút đi muộn: the first coming into a session of the pupil's class, after its grace."""
    for hours in gate.hours:
        if hours.session in tap.sessions and _within(hours, gate.day, tap.at):
            came = presence(hours, gate.day, [*past, Passed(IN, tap.at)])
            return came.minutes if came.kind == LATE and came.at == tap.at else 0
    return 0


def _within(hours: Hours, day: date, at: datetime) -> bool:
    return hours.on(day, hours.begins_at) <= at < hours.on(day, hours.ends_at)


HERE, MISSING, EARLY = "here", "missing", "early"


@dataclass(frozen=True, slots=True)
class Presence:
    """Có mặt trong một buổi: here, late, early or missing; `at` is the passing that says so."""

    kind: str
    minutes: int = 0
    at: datetime | None = None
    left_minutes: int = 0
    """For one who came late and left early as well: how early."""


def presence(hours: Hours, day: date, passed: Sequence[Passed]) -> Presence:
    """Suy ra có mặt, đi muộn, về sớm from the passings of one day, in whatever order they came.

    Who stands inside when the grace is over came in time, also when she has been in since an
    earlier session; else the first coming in before the end is late, else the pupil is missing.
    """
    ordered = sorted(passed, key=lambda one: (one.at, one.direction))
    limit, end = hours.late_from(day), hours.on(day, hours.ends_at)
    left = _left_minutes(hours, day, [one for one in ordered if one.at < end])
    if _inside_at(ordered, limit):
        return Presence(EARLY, left) if left else Presence(HERE)
    came = next((one.at for one in ordered if one.direction == IN and limit < one.at < end), None)
    if came is None:
        return Presence(MISSING)
    return Presence(LATE, _minutes(came - hours.on(day, hours.begins_at)), came, left)


def _inside_at(ordered: Sequence[Passed], at: datetime) -> bool:
    before = [one for one in ordered if one.at <= at]
    return bool(before) and before[-1].direction == IN


GRACE_AT_END = timedelta(minutes=5)


def _left_minutes(hours: Hours, day: date, before_end: Sequence[Passed]) -> int:
    """Về sớm: minutes between the last going out and the end; the last five minutes are free."""
    end = hours.on(day, hours.ends_at)
    if not before_end or before_end[-1].direction == IN:
        return 0
    out = before_end[-1].at
    inside = out > hours.late_from(day) and out <= end - GRACE_AT_END
    return _minutes(end - out) if inside else 0


MOST_MINUTES = 240


def _minutes(span: timedelta) -> int:
    return max(1, min(span // timedelta(minutes=1), MOST_MINUTES))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sentence of an answer depends on."""

    judged: Judged
    at: datetime
    temperature: int | None = None
    fever_from: int = 375


SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        TWICE: "Thẻ vừa quẹt xong, không cần quẹt lại.",
        BORROWED: "Thẻ này vừa dùng chưa đầy một phút. Hãy đối chiếu ảnh; văn phòng đã được báo.",
        LOST: "Thẻ này đã báo mất. Mời người cầm thẻ gặp văn phòng.",
        RETIRED: "Thẻ này đã được thay. Hãy dùng thẻ mới, hoặc gặp văn phòng.",
        UNKNOWN: "Thẻ này không phải của trường hoặc chưa đăng ký. Hãy gặp văn phòng.",
        LEFT: "Người cầm thẻ không còn ở trường. Mời gặp văn phòng.",
        CLOSED: "Lúc này ngoài giờ vào cổng hoặc không có buổi học. Lượt này không tính.",
    }
)


def sentence_of(heard: Heard) -> str:
    """Câu trả lời ở cổng: the same for the same passing, however often it comes."""
    told = _sentence(heard.judged, heard.at)
    if heard.temperature is not None and heard.temperature >= heard.fever_from:
        degrees = f"{heard.temperature // 10},{heard.temperature % 10}"
        return f"{told} Thân nhiệt {degrees} °C: mời gặp y tế."
    return told


def _sentence(judged: Judged, at: datetime) -> str:
    if judged.verdict in COUNTED:
        way = "Vào" if judged.direction == IN else "Ra"
        late = f", muộn {judged.minutes} phút" if judged.minutes else ""
        return f"{way} lúc {print_clock(at)}{late}."
    if judged.verdict == STALE:
        return (
            f"Lượt này ghi lúc {print_clock(at)} ngày {print_date(vietnam_day(at))}, không phải"
            " hôm nay, nên chỉ lưu lại và không tính. Hãy xem lại đồng hồ của máy."
        )
    return SENTENCES[judged.verdict]


def clock_sentence(seconds: int) -> str:
    """Lời nhắc về đồng hồ của máy, when it is more than two minutes off; else nothing."""
    if abs(seconds) <= CLOCK_WRONG:
        return ""
    minutes = abs(seconds) // 60
    way = "nhanh" if seconds > 0 else "chậm"
    span = f"{minutes // 60} giờ {minutes % 60} phút" if minutes >= 60 else f"{minutes} phút"
    return (
        f"Đồng hồ của máy {way} {span}. Các lượt đã được chỉnh theo giờ máy chủ;"
        " hãy đặt lại giờ của máy."
    )
