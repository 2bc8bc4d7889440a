"""Dấu hiệu cần quan tâm: runs of absence and the risk of leaving school, by rules one can read.

Every threshold is a dated row of khue/attendance/data/alert-rules.csv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from khue.attendance.rules.dated import holds_on, rows_of
from khue.attendance.rules.kinds import ABSENT, EARLY, LATE, WITHOUT
from kit.dates import print_date

FEWEST_SESSIONS = 20
_ABOUT_LIMIT = ("near_limit", "over_limit")
# What one and the same absence brings about is one sign of leaving; the law's limit is none.
_ABOUT_LEAVING = {
    "run_without": "run",
    "run_any": "run",
    "many_without": "many",
    "share": "many",
    "often_late": "late",
}


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Một quy tắc cảnh báo: `threshold` sessions (or percent), within `days` where there are."""

    key: str
    title: str
    threshold: int
    days: int | None
    source: str

    @property
    def told(self) -> str:
        """The rule in one sentence, as the page shows it."""
        return _SENTENCES[self.key].format(n=self.threshold, days=self.days)


@dataclass(frozen=True, slots=True)
class Sign:
    """Một dấu hiệu: the rule that speaks, and what it saw."""

    rule: AlertRule
    seen: str


@dataclass(frozen=True, slots=True)
class PupilDays:
    """What the rules look at: the sessions held, the latest last, and the pupil's marks in them.

    `held`: (day, session) of the sessions taken that count while the pupil sat in the class.
    `marks`: (day, session) → kind, also late and early.
    `absent`: sessions of the year by the law's count.
    """

    held: Sequence[tuple[date, str]]
    marks: Mapping[tuple[date, str], str]
    absent: int


_SENTENCES: Mapping[str, str] = {
    "run_without": "Nghỉ không phép {n} buổi học liền nhau trở lên, tính đến buổi gần nhất.",
    "run_any": "Nghỉ {n} buổi học liền nhau trở lên, có phép hoặc không, tính đến buổi gần nhất.",
    "many_without": "Nghỉ không phép từ {n} buổi trong {days} ngày gần đây.",
    "share": "Nghỉ từ {n}% số buổi đã điểm danh trong {days} ngày gần đây.",
    "often_late": "Đi muộn hoặc về sớm từ {n} lần trong {days} ngày gần đây.",
    "near_limit": "Đã nghỉ từ {n} buổi trong năm học; quá 45 buổi thì không được lên lớp.",
    "over_limit": "Đã nghỉ từ {n} buổi trong năm học, quá mức để được lên lớp.",
    "dropout": "Có từ {n} trong ba dấu hiệu cùng lúc: nghỉ liền, nghỉ nhiều, hay đi muộn.",
}


def alert_rules(on: date) -> list[AlertRule]:
    """Các quy tắc cảnh báo in force on a day."""
    return [
        AlertRule(
            row["key"],
            row["title"],
            int(row["threshold"]),
            int(row["days"]) if row["days"] else None,
            row["source"],
        )
        for row in rows_of("alert-rules")
        if holds_on(row, on)
    ]


def signs_of(pupil: PupilDays, rules: Sequence[AlertRule], today: date) -> list[Sign]:
    """Dấu hiệu của một học sinh, in the order of the rules; the risk of leaving comes last."""
    single = [rule for rule in rules if rule.key != "dropout"]
    seen = ((rule, _seen(rule, pupil, today)) for rule in single)
    found = [Sign(rule, text) for rule, text in seen if text]
    if any(sign.rule.key == "over_limit" for sign in found):
        found = [sign for sign in found if sign.rule.key != "near_limit"]
    leaving = [sign for sign in found if sign.rule.key in _ABOUT_LEAVING]
    told = "; ".join(sign.seen for sign in leaving)
    many = len({_ABOUT_LEAVING[sign.rule.key] for sign in leaving})
    risks = [rule for rule in rules if rule.key == "dropout" and many >= rule.threshold]
    return [*found, *(Sign(rule, told) for rule in risks)]


def _seen(rule: AlertRule, pupil: PupilDays, today: date) -> str:
    if rule.key in ("run_without", "run_any"):
        return _run(rule, pupil)
    if rule.key in _ABOUT_LIMIT:
        return f"đã nghỉ {pupil.absent} buổi" if pupil.absent >= rule.threshold else ""
    since = today - timedelta(days=rule.days or 0)
    held = [where for where in pupil.held if since < where[0] <= today]
    return _share(rule, pupil, held) if rule.key == "share" else _often(rule, pupil, held)


def _run(rule: AlertRule, pupil: PupilDays) -> str:
    """Nghỉ liền: back from the latest session held; days without school do not break it."""
    wanted = (WITHOUT,) if rule.key == "run_without" else ABSENT
    latest = reversed(pupil.held)
    missed = list(takewhile(lambda where: pupil.marks.get(where) in wanted, latest))
    if len(missed) < rule.threshold:
        return ""
    word = " không phép" if rule.key == "run_without" else ""
    return f"nghỉ{word} {len(missed)} buổi liền từ {print_date(missed[-1][0])}"


def _often(rule: AlertRule, pupil: PupilDays, held: Sequence[tuple[date, str]]) -> str:
    wanted = (WITHOUT,) if rule.key == "many_without" else (LATE, EARLY)
    many = sum(pupil.marks.get(where) in wanted for where in held)
    if many < rule.threshold:
        return ""
    told = "nghỉ không phép {} buổi" if rule.key == "many_without" else "đi muộn, về sớm {} lần"
    return f"{told.format(many)} trong {rule.days} ngày"


def _share(rule: AlertRule, pupil: PupilDays, held: Sequence[tuple[date, str]]) -> str:
    """Too few sessions say nothing about a share."""
    many = sum(pupil.marks.get(where) in ABSENT for where in held)
    if len(held) < FEWEST_SESSIONS or many * 100 < rule.threshold * len(held):
        return ""
    return f"nghỉ {many} trong {len(held)} buổi gần đây"
