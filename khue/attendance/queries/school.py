"""Ai đang ở đâu: the classes of a school today; and pupils whose absences ask for attention."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache

from khue.access.api import Actor
from khue.attendance.models import Absence, Taking
from khue.attendance.queries.days import TakingLine, takings_on
from khue.attendance.queries.frames import VIEW, classes_of_actor, plans_of
from khue.attendance.queries.pupils import sessions_absent
from khue.attendance.rules.alerts import AlertRule, PupilDays, Sign, alert_rules, signs_of
from khue.attendance.rules.counting import counts
from khue.attendance.rules.days import SESSIONS, ClassPlan
from khue.attendance.rules.kinds import ABSENT, EARLY, LATE, SHORT_NAMES, WITH, WITHOUT
from khue.organisations.api import ClassCard
from khue.records.api import RollLine, class_sizes, rolls_of_classes
from kit.statements import kept_rows, keys_array

LOOK_BACK = 120
KEPT_SECONDS = 600
# On the first page of every teacher; the plan is kept. In the order of AwayLine.
AWAY = """
select missed.school_class_id, missed.session, missed.student_id, pupil.name, missed.kind,
  missed.note, missed.source
from attendance_absence missed join records_student pupil on pupil.id = missed.student_id
where missed.school_class_id = any(%s::bigint[]) and missed.day = %s and missed.period = 0
order by pupil.name_key
"""
# What changes with every list that is taken or put right.
LISTS = """
select count(*), sum(version), max(taken_at) from attendance_taking
where school_class_id = any(%s::bigint[]) and day > %s
"""


@dataclass(frozen=True, slots=True)
class AwayLine:
    """Một học sinh vắng, muộn, về sớm now."""

    student_id: int
    name: str
    kind: str
    note: str = ""
    source: str = "teacher"

    @property
    def short(self) -> str:
        return SHORT_NAMES[self.kind]


@dataclass(frozen=True, slots=True)
class SessionNow:
    """Một lớp trong một buổi: how many are there, who is not, who took it."""

    session: str
    taking: TakingLine
    away: tuple[AwayLine, ...]

    def many(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.away)

    @property
    def taken(self) -> bool:
        return self.taking.version > 0

    @property
    def absent(self) -> int:
        return self.many(WITH) + self.many(WITHOUT)

    @property
    def late(self) -> int:
        return self.many(LATE) + self.many(EARLY)


@dataclass(frozen=True, slots=True)
class ClassNow:
    """Một lớp hôm nay."""

    card: ClassCard
    size: int
    sessions: tuple[SessionNow, ...]

    def in_session(self, session: str) -> SessionNow:
        return next(
            (one for one in self.sessions if one.session == session),
            SessionNow(session, TakingLine(), ()),
        )


def classes_today(actor: Actor, day: date, school_id: int | None = None) -> list[ClassNow]:
    """Các lớp trong tầm của người xem on a day, each session with who is away."""
    cards = classes_of_actor(actor, VIEW, day, school_id)
    ids = [card.id for card in cards]
    sizes, takings, away = class_sizes(ids, day), takings_on(ids, day), _away(ids, day)
    plans = plans_of(cards)
    return [
        ClassNow(
            card,
            sizes.get(card.id, 0),
            tuple(_sessions(card, plans[card.id], takings.get(card.id, {}), away)),
        )
        for card in cards
    ]


def _sessions(
    card: ClassCard,
    plan: ClassPlan,
    takings: Mapping[str, TakingLine],
    away: Mapping[tuple[int, str], list[AwayLine]],
) -> Iterable[SessionNow]:
    """Those of the plan, and any other that was taken nevertheless."""
    for session in SESSIONS:
        if session in plan.sessions or session in takings:
            found = tuple(away.get((card.id, session), ()))
            yield SessionNow(session, takings.get(session, TakingLine()), found)


def _away(class_ids: Sequence[int], day: date) -> dict[tuple[int, str], list[AwayLine]]:
    found: dict[tuple[int, str], list[AwayLine]] = defaultdict(list)
    for class_id, session, *line in kept_rows(AWAY, [keys_array(class_ids), day]):
        found[class_id, session].append(AwayLine(*line))
    return found


@dataclass(frozen=True, slots=True)
class Alert:
    """Một học sinh cần quan tâm, with the rules that speak."""

    card: ClassCard
    student_id: int
    name: str
    signs: tuple[Sign, ...]
    absent: tuple[int, int]


def alerts(actor: Actor, today: date, school_id: int | None = None) -> list[Alert]:
    """Học sinh có dấu hiệu nghỉ liền, nghỉ nhiều, nguy cơ bỏ học, in the viewer's classes."""
    return alerts_of(classes_of_actor(actor, VIEW, today, school_id), today)


def alerts_of(cards: Sequence[ClassCard], today: date) -> list[Alert]:
    """The same of some classes; the caller has passed the gate."""
    plans, rules = plans_of(cards), alert_rules(today)
    ids = [card.id for card in cards]
    held, rolls = _held(ids, today), rolls_of_classes(ids, today, today)
    marks = _recent_marks(held, today)
    absent = sessions_absent({student for _, student in marks} | _many(cards), _year(cards))
    found = [
        one
        for card in cards
        for one in _alerts_of(
            card,
            rolls.get(card.id, []),
            _counted(held.get(card.id, []), plans[card.id]),
            marks,
            absent,
            rules,
            today,
        )
    ]
    return sorted(found, key=lambda one: -len(one.signs))


def kept_alerts(cards: Sequence[ClassCard], today: date) -> list[Alert]:
    """The same, kept as long as no list of these classes changes; for pages that many open."""
    ids = [card.id for card in cards]
    since = today - timedelta(days=LOOK_BACK)
    told = kept_rows(LISTS, [keys_array(ids), since])
    stamp = hashlib.sha256(repr((ids, today, told)).encode()).hexdigest()
    kept: list[Alert] | None = cache.get(f"alerts-{stamp}")
    if kept is None:
        kept = alerts_of(cards, today)
        cache.set(f"alerts-{stamp}", kept, KEPT_SECONDS)
    return kept


def _year(cards: Sequence[ClassCard]) -> int:
    return cards[0].year if cards else 0


def _many(cards: Sequence[ClassCard]) -> set[int]:
    """Pupils absent at any time of the year, who may be near the limit without recent marks."""
    rows = Absence.objects.filter(school_class_id__in=[card.id for card in cards], kind__in=ABSENT)
    return set(rows.values_list("student_id", flat=True).distinct())


def _held(class_ids: Sequence[int], today: date) -> dict[int, list[tuple[date, str]]]:
    """Whole sessions taken lately, the latest last."""
    rows = Taking.objects.filter(
        school_class_id__in=class_ids,
        period=0,
        day__range=(today - timedelta(days=LOOK_BACK), today),
    ).order_by("day", "session")
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for class_id, day, session in rows.values_list("school_class_id", "day", "session"):
        found[class_id].append((day, session))
    return found


Marks = dict[tuple[int, int], dict[tuple[date, str], str]]


def _recent_marks(class_ids: Iterable[int], today: date) -> Marks:
    rows = Absence.objects.filter(
        school_class_id__in=list(class_ids),
        period=0,
        day__range=(today - timedelta(days=LOOK_BACK), today),
    )
    found: Marks = defaultdict(dict)
    for class_id, student_id, day, session, kind in rows.values_list(
        "school_class_id", "student_id", "day", "session", "kind"
    ):
        found[class_id, student_id][day, session] = kind
    return found


def _counted(held: Sequence[tuple[date, str]], plan: ClassPlan) -> list[tuple[date, str]]:
    return [where for where in held if counts(plan, where[1])]


def _alerts_of(
    card: ClassCard,
    roll: Sequence[RollLine],
    counted: Sequence[tuple[date, str]],
    marks: Marks,
    absent: Mapping[int, tuple[int, int]],
    rules: Sequence[AlertRule],
    today: date,
) -> Iterable[Alert]:
    for stay in roll:
        given = marks.get((card.id, stay.student_id), {})
        count = absent.get(stay.student_id, (0, 0))
        if not given and not count[0] + count[1]:
            continue
        mine = [where for where in counted if where[0] >= stay.starts_on]
        signs = signs_of(PupilDays(mine, given, sum(count)), rules, today)
        if signs:
            yield Alert(card, stay.student_id, stay.name, tuple(signs), count)
