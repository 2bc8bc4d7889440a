"""Báo vắng trong buổi: families hear of it the same morning, once, and of a mistake as well."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from khue.attendance.models import Absence, AbsenceTold
from khue.attendance.queries.notes import covering
from khue.attendance.rules.kinds import PRESENT, WITHOUT
from khue.attendance.rules.telling import (
    absence_text,
    correction_text,
    short_absence_text,
    told_session,
)
from khue.contactbook.api import FamilyPolicy, family_policies, post_to_family
from khue.ledger.api import Author, Operation
from khue.messaging.api import OrderRefused
from khue.organisations.api import SchoolCard, school_summaries
from khue.records.api import StudentSummary, student_summaries
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped

KIND = "absence"
PAID = ("sms", "zns")
CORRECTED_WITHIN = timedelta(days=7)
OURSELVES = Author(None, "Khuê")


@dataclass(frozen=True, slots=True)
class Away:
    """A pupil who is not there without permission; period 0: the whole session."""

    student_id: int
    session: str
    period: int


def tell_absences(*, now: datetime) -> int:
    """Báo vắng không phép hôm nay at every school that chose it; how many families were told.

    A list that was corrected within the minutes that the school waits tells nobody.
    """
    day = vietnam_day(now)
    with scoped(EVERYTHING):
        rows = Absence.objects.filter(day=day, kind=WITHOUT)
        schools = sorted(set(rows.values_list("school_id", flat=True)))
        policies = family_policies(schools, day)
        cards = school_summaries(schools)
        wanting = [one for one in schools if policies[one].absence != "off"]
        return sum(_tell_school(cards[one], policies[one], day, now) for one in wanting)


@transaction.atomic
def _tell_school(school: SchoolCard, policy: FamilyPolicy, day: date, now: datetime) -> int:
    _one_at_a_time(school.id)
    due = now - timedelta(minutes=policy.absence_after)
    away = [one for one in _away(school.id, day, due) if not _asked(one, day)]
    for session, several in _by_session(away).items():
        _tell_session(school, policy, day, session, several, now)
    return len(away)


def _one_at_a_time(school_id: int) -> None:
    """Two workers at once: the second waits, then finds that all is told."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended('attendance.telling', %s))", [school_id]
        )


def _away(school_id: int, day: date, due: datetime) -> list[Away]:
    """Who is away and not told of yet; the whole session before a period of it."""
    told = set(
        AbsenceTold.objects.filter(school_id=school_id, day=day).values_list(
            "student_id", "session"
        )
    )
    rows = (
        Absence.objects.filter(school_id=school_id, day=day, kind=WITHOUT, written_at__lte=due)
        .order_by("student_id", "session", "period")
        .distinct("student_id", "session")
        .values_list("student_id", "session", "period")
    )
    return [Away(*row) for row in rows if row[:2] not in told]


def _asked(away: Away, day: date) -> bool:
    """The family has asked for leave; until it is answered nothing is said."""
    at = (day, away.session)
    return covering(away.student_id, at, at)


def _by_session(away: Iterable[Away]) -> Mapping[str, list[Away]]:
    found: dict[str, list[Away]] = defaultdict(list)
    for one in away:
        found[one.session].append(one)
    return found


def _tell_session(
    school: SchoolCard,
    policy: FamilyPolicy,
    day: date,
    session: str,
    away: Sequence[Away],
    now: datetime,
) -> None:
    children = student_summaries([one.student_id for one in away])
    when = told_session(day, session)
    named = [(one, children[one.student_id]) for one in away]
    texts = {
        child.id: absence_text(school.name, child.name, child.class_name, when, one.period)
        for one, child in named
    }
    short = {
        child.id: short_absence_text(school.name, child.name, child.class_name, when)
        for _, child in named
    }
    _keep_told(school, day, session, away, now)
    key = f"absence:{day}:{session}:{min(texts)}"
    _post(school, policy, now, key, f"Báo vắng {when}", texts, short)


def _keep_told(
    school: SchoolCard, day: date, session: str, away: Sequence[Away], now: datetime
) -> None:
    AbsenceTold.objects.bulk_create(
        AbsenceTold(
            student_id=one.student_id,
            school_id=school.id,
            province_id=school.province_id,
            day=day,
            session=session,
            told_at=now,
        )
        for one in away
    )


def _post(
    school: SchoolCard,
    policy: FamilyPolicy,
    now: datetime,
    key: str,
    title: str,
    texts: Mapping[int, str],
    short: Mapping[int, str],
) -> None:
    """When the budget of the month is spent the family still hears it without a telephone text."""
    free = tuple(one for one in policy.channels if one not in PAID)
    wanted = (*free, "sms") if policy.absence == "sms" else free
    for channels in (wanted, free):
        try:
            post_to_family(
                operation=Operation(OURSELVES, now, uuid.uuid4()),
                now=now,
                key=key,
                kind=KIND,
                title=title,
                texts=texts,
                short_texts=short,
                school_id=school.id,
                province_id=school.province_id,
                urgent=False,
                channels=channels,
            )
        except OrderRefused:
            continue
        return


def tell_corrections(*, now: datetime) -> int:
    """Đính chính: who was told that a child was away hears it when the book says otherwise now."""
    since = vietnam_day(now) - CORRECTED_WITHIN
    with scoped(EVERYTHING):
        told = AbsenceTold.objects.filter(day__gte=since, withdrawn_at__isnull=True)
        schools = sorted(set(told.values_list("school_id", flat=True)))
        policies = family_policies(schools, vietnam_day(now))
        cards = school_summaries(schools)
        return sum(_correct_school(cards[one], policies[one], since, now) for one in schools)


@transaction.atomic
def _correct_school(school: SchoolCard, policy: FamilyPolicy, since: date, now: datetime) -> int:
    _one_at_a_time(school.id)
    rows = AbsenceTold.objects.filter(
        school_id=school.id, day__gte=since, withdrawn_at__isnull=True
    )
    wrong = [(one, kind) for one in rows if (kind := _kind_now(one)) != WITHOUT]
    children = student_summaries({one.student_id for one, _ in wrong})
    for one, kind in wrong:
        _correct(school, policy, one, kind, children[one.student_id], now)
    return len(wrong)


def _kind_now(told: AbsenceTold) -> str:
    """What the book says of the session now; K while any part of it is still without permission."""
    kinds = list(
        Absence.objects.filter(student_id=told.student_id, day=told.day, session=told.session)
        .order_by("period")
        .values_list("kind", flat=True)
    )
    return WITHOUT if WITHOUT in kinds else next(iter(kinds), PRESENT)


def _correct(
    school: SchoolCard,
    policy: FamilyPolicy,
    told: AbsenceTold,
    kind: str,
    child: StudentSummary,
    now: datetime,
) -> None:
    when = told_session(told.day, told.session)
    text = {child.id: correction_text(school.name, child.name, child.class_name, when, kind)}
    AbsenceTold.objects.filter(pk=told.pk).update(withdrawn_at=now)
    key = f"absence-corrected:{told.pk}"
    _post(school, policy, now, key, f"Đính chính báo vắng {when}", text, text)
