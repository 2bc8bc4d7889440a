"""Soát lỗi: the faults of schools counted anew when their files change, and once a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from khue.ledger.api import batches_after, number_batches
from khue.organisations.api import every_school_id, school_summaries, school_year_of
from khue.oversight.models import FaultCount, Follower
from khue.oversight.queries.facts import check_school
from khue.oversight.queries.thresholds import thresholds_on
from khue.oversight.rules.faults import KINDS, counts_of
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped

NAME = "faults"
MOST_BATCHES = 500
# Entries about these change nothing that is checked; all others make their schools be checked.
WITHOUT_FAULTS = frozenset(
    {
        *("mark", "result", "notice", "thread", "signing", "message_batch", "credential", "window"),
        *("signed_document", "transcript", "termlock", "lesson", "excuse", "diary", "correction"),
        *("closing", "publication", "deadline", "message_budget", "message_address", "phrases"),
        *("attendance", "comment", "quality", "level", "primary", "template", "teaching_plan"),
    }
)


def count_faults(*, school_ids: Iterable[int], now: datetime) -> int:
    """Đếm lại lỗi của các trường; returns how many schools were checked."""
    today, checked = vietnam_day(now), 0
    with scoped(EVERYTHING):
        for school_id, card in school_summaries(sorted(set(school_ids))).items():
            _count(school_id, card.province_id, today, now)
            checked += 1
    return checked


def _count(school_id: int, province_id: int, today: date, now: datetime) -> None:
    found = check_school(school_id, today, thresholds_on(today))
    counts = counts_of(found.faults)
    grave = sum(many for kind, many in counts.items() if KINDS[kind].grave)
    FaultCount.objects.update_or_create(
        school_id=school_id,
        defaults={
            "province_id": province_id,
            "year": school_year_of(today),
            "counts": counts,
            "total": sum(counts.values()),
            "grave": grave,
            "counted_at": now,
        },
    )


def follow_changes(*, now: datetime) -> int:
    """Đếm lại các trường vừa đổi hồ sơ; returns how many batches of the ledger were read."""
    with scoped(EVERYTHING):
        number_batches()
        with transaction.atomic():
            Follower.objects.get_or_create(name=NAME)
            row = Follower.objects.select_for_update().get(name=NAME)
            batches = batches_after(row.position, limit=MOST_BATCHES)
            if not batches:
                return 0
            touched = {
                school
                for one in batches
                if set(one.kinds) - WITHOUT_FAULTS
                for school in one.schools
            }
            count_faults(school_ids=touched, now=now)
            row.position = batches[-1].position
            row.save(update_fields=["position"])
    return len(batches)


def count_all_faults(*, now: datetime) -> int:
    """Đếm lại mọi trường: a new day changes who has a class and who teaches."""
    with scoped(EVERYTHING):
        ids = every_school_id()
    return count_faults(school_ids=ids, now=now)
