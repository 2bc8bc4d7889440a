"""Chứng nhận số: issued when the holder asks, its status told to everyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, OutsidePlace
from khue.organisations.api import school_summary
from khue.transcripts.models import Version
from khue.transcripts.permissions import VIEW_OWN
from khue.transcripts.queries.published import (
    OutYear,
    facts_out,
    open_out,
    open_transcript,
    transcript_code,
)
from khue.transcripts.rules.credentials import (
    LIST_BITS,
    Issuer,
    IssuerKey,
    clr_credential,
    completes_level,
    completion_credential,
    did_document,
    secure,
    status_list,
    year_credential,
)
from khue.transcripts.rules.states import State
from khue.transcripts.services.lookups import note_lookup
from kit.fences import EVERYTHING, scoped

LIST_HOLDS_FOR = timedelta(days=1)
YEAR, COMPLETION = "nam-hoc", "hoan-thanh"
KINDS: Mapping[str, Callable[..., dict[str, Any]]] = {
    YEAR: year_credential,
    COMPLETION: completion_credential,
}
WORDS = "lấy chứng nhận số"
NOT_COMPLETED = "Năm học này chưa hoàn thành một cấp học nên chưa có chứng nhận hoàn thành."


class NoCredential(Exception):
    """There is nothing that this credential could tell; the text is the sentence."""


def issuer_key() -> IssuerKey:
    """The key of the province, apart from the one that seals the ledger."""
    return IssuerKey.from_seal(settings.SEAL_KEY)


def issuer_of(school_id: int) -> Issuer:
    school = school_summary(school_id)
    return Issuer(settings.PUBLIC_ADDRESS, str(school.id), school.code, school.name)


@transaction.atomic
def issue_credential(*, actor: Actor, now: datetime, version_id: int, kind: str) -> str:
    """Cấp chứng nhận số of a published year (VC-JWT), only for the holder and the family."""
    out = open_out(actor, VIEW_OWN, version_id)
    if kind not in KINDS or not out.holds:
        raise OutsidePlace(version_id)
    with scoped(EVERYTHING):
        token = _token(out, kind)
        _note(now, actor, out)
    return token


def _token(out: OutYear, kind: str) -> str:
    facts = facts_out(out.id)
    if kind == COMPLETION and not completes_level(facts):
        raise NoCredential(NOT_COMPLETED)
    issuer = issuer_of(out.school_id)
    made = KINDS[kind](facts, issuer=issuer, place_in_list=out.id, issued=out.published_at)
    return secure(made, issuer_key())


@transaction.atomic
def issue_record(*, actor: Actor, now: datetime, student_id: int) -> str:
    """Cấp hồ sơ học tập số: every published year in one Comprehensive Learner Record."""
    years = open_transcript(actor, VIEW_OWN, student_id)
    if not years:
        raise OutsidePlace(student_id)
    with scoped(EVERYTHING):
        members = [_token(one, YEAR) for one in years]
        newest = facts_out(years[-1].id)
        record = clr_credential(
            members,
            name=newest.pupil.name,
            code=transcript_code(student_id),
            issuer=issuer_of(years[-1].school_id),
            issued=now,
        )
        _note(now, actor, years[-1])
    return secure(record, issuer_key())


def _note(now: datetime, actor: Actor, out: OutYear) -> None:
    note_lookup(
        now=now,
        actor=actor,
        student_id=out.student_id,
        province_id=out.province_id,
        version_id=out.id,
        what=WORDS,
    )


def published_key(school_id: int) -> dict[str, Any]:
    """Tài liệu DID of a school, for everyone. Raises OutsidePlace for an unknown one."""
    return did_document(issuer_of(school_id), issuer_key())


def published_list(*, school_id: int, number: int, now: datetime) -> str:
    """Danh sách trạng thái of a school's credentials (VC-JWT), for everyone.

    A credential holds no more when its version was superseded or cancelled.
    """
    issuer = issuer_of(school_id)
    first = number * LIST_BITS
    with scoped(EVERYTHING):
        ended = Version.objects.filter(
            school_id=school_id,
            state__in=(State.SUPERSEDED, State.CANCELLED),
            pk__gte=first,
            pk__lt=first + LIST_BITS,
        )
        places = list(ended.values_list("pk", flat=True))
    made = status_list(issuer, number, places, issued=now, until=now + LIST_HOLDS_FOR)
    return secure(made, issuer_key())
