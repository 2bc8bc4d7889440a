"""Mã xem học bạ: the holder gives a code away, for a purpose and some days, and may end it.

Law: NĐ 88/2026/NĐ-CP, Điều 11 khoản 2 điểm b
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, OutsidePlace, Refused, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.records.api import KeptAway, student_places, student_summary
from khue.transcripts.models import Share, Transcript
from khue.transcripts.permissions import VIEW_OWN
from khue.transcripts.queries.published import OutYear, facts_out, pdf_of, xml_of, years_out
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.services.lookups import note_lookup
from kit.cipher import digest
from kit.fences import EVERYTHING, scoped

LETTERS, OF_EACH, GROUPS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 4, 4
LONGEST = 90
MOST_OPEN = 10
PURPOSE_LENGTH = 200
NO_PURPOSE = "Chưa ghi mục đích. Hãy ghi mã này đưa cho ai, để làm gì."
BAD_DAYS = f"Số ngày dùng mã phải từ 1 đến {LONGEST}."
TOO_MANY = f"Đang có {MOST_OPEN} mã còn hạn. Hãy kết thúc mã không dùng nữa rồi tạo mã mới."
NOTHING_OUT = "Chưa có năm học nào được phát hành nên chưa có gì để chia sẻ."


@dataclass(frozen=True, slots=True)
class ShareLine:
    """A code that was given: everything but the code itself, which nobody keeps."""

    id: int
    purpose: str
    given_by: str
    given_at: datetime
    valid_until: datetime
    ended_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and self.valid_until > now


@dataclass(frozen=True, slots=True)
class SharedYear:
    """A year as the holder of a code sees it."""

    out: OutYear
    facts: YearFacts


@dataclass(frozen=True, slots=True)
class Shared:
    """What a code opens."""

    share_id: int
    pupil: str
    born: str
    years: list[SharedYear]
    valid_until: datetime
    purpose: str


@transaction.atomic
def give_code(*, actor: Actor, now: datetime, student_id: int, days: int, purpose: str) -> str:
    """Tạo mã xem: shown once; only its digest is kept. Raises Refused."""
    permit(actor, VIEW_OWN, *student_places(student_id))
    told = " ".join(purpose.split())[:PURPOSE_LENGTH]
    with scoped(EVERYTHING):
        transcript = _held_transcript(student_id)
        _require(transcript, days, told, now)
        code = "".join(secrets.choice(LETTERS) for _ in range(OF_EACH * GROUPS))
        row = Share.objects.create(
            transcript=transcript,
            student_id=student_id,
            province_id=transcript.province_id,
            code_digest=_digest(code),
            given_by=actor.name,
            given_at=now,
            valid_until=now + timedelta(days=days),
            purpose=told,
        )
        _tell(actor, now, row, "share_transcript", told)
    return shown(code)


def _held_transcript(student_id: int) -> Transcript:
    """Locked, so that two who give codes at once are counted one after another."""
    found = Transcript.objects.select_for_update().filter(student_id=student_id).first()
    if found is None or not years_out(student_id):
        raise Refused(NOTHING_OUT)
    return found


def _require(transcript: Transcript, days: int, purpose: str, now: datetime) -> None:
    if not purpose:
        raise Refused(NO_PURPOSE)
    if not 1 <= days <= LONGEST:
        raise Refused(BAD_DAYS)
    held = Share.objects.filter(transcript=transcript, ended_at=None, valid_until__gt=now)
    if held.count() >= MOST_OPEN:
        raise Refused(TOO_MANY)


def _tell(actor: Actor, now: datetime, row: Share, action: str, reason: str = "") -> None:
    change = Change(
        subject=f"student:{row.student_id}",
        action=action,
        label=f"Mã xem học bạ số {row.pk}, đến {row.valid_until:%d/%m/%Y}",
        reason=reason,
        province_id=row.province_id,
        school_id=_school_of(row.student_id),
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


def _school_of(student_id: int) -> int | None:
    summary = student_summary(student_id)
    return summary.home_school_id if summary else None


def shown(code: str) -> str:
    """In groups that a person can read aloud."""
    return "-".join(code[at : at + OF_EACH] for at in range(0, len(code), OF_EACH))


def _digest(code: str) -> str:
    return digest(code, label="transcripts.share", key_hex=settings.FIELD_KEY)


@transaction.atomic
def end_code(*, actor: Actor, now: datetime, share_id: int) -> int:
    """Kết thúc mã xem: it opens nothing from now on; return the pupil."""
    with scoped(EVERYTHING):
        row = Share.objects.select_for_update().filter(pk=share_id).first()
        if row is None:
            raise OutsidePlace(share_id)
        permit(actor, VIEW_OWN, *student_places(row.student_id))
        if row.ended_at is None:
            row.ended_at = now
            row.save(update_fields=["ended_at"])
            _tell(actor, now, row, "end_share")
    return row.student_id


def end_codes_of(operation: Operation, who: KeptAway) -> None:
    """Every code that an adult gave away ends when a court keeps the adult from the child."""
    with scoped(EVERYTHING):
        living = Share.objects.filter(student_id=who.student_id, given_by=who.name, ended_at=None)
        living.update(ended_at=operation.at)


def shares_of(*, actor: Actor, student_id: int) -> list[ShareLine]:
    """Mã đã tạo, the newest first."""
    permit(actor, VIEW_OWN, *student_places(student_id))
    with scoped(EVERYTHING):
        rows = Share.objects.filter(student_id=student_id).order_by("-given_at")[:50]
        return [
            ShareLine(
                row.pk, row.purpose, row.given_by, row.given_at, row.valid_until, row.ended_at
            )
            for row in rows
        ]


@transaction.atomic
def look_with_code(*, code: str, now: datetime, what: str = "xem bằng mã") -> Shared | None:
    """Xem bằng mã: without an account; None when no such code is open. Each look is noted."""
    with scoped(EVERYTHING):
        row = _open_share(code, now)
        if row is None:
            return None
        years = [SharedYear(one, facts_out(one.id)) for one in years_out(row.student_id)]
        if not years:
            return None
        _note(row, now, what)
        pupil = years[-1].facts.pupil
        return Shared(row.pk, pupil.name, pupil.born, years, row.valid_until, row.purpose)


def _open_share(code: str, now: datetime) -> Share | None:
    plain = re.sub(r"[\s\-–—.]", "", code).upper()
    if len(plain) != OF_EACH * GROUPS:
        return None
    rows = Share.objects.filter(code_digest=_digest(plain), ended_at=None, valid_until__gt=now)
    return rows.first()


def _note(row: Share, now: datetime, what: str, version_id: int | None = None) -> None:
    note_lookup(
        now=now,
        by=f"Người có mã xem số {row.pk} ({row.purpose})",
        student_id=row.student_id,
        province_id=row.province_id,
        version_id=version_id,
        what=what,
    )


@transaction.atomic
def file_with_code(*, code: str, now: datetime, version_id: int, kind: str) -> bytes | None:
    """Tệp của một năm học for the holder of a code: "pdf" or "xml"."""
    with scoped(EVERYTHING):
        row = _open_share(code, now)
        mine = {one.id for one in years_out(row.student_id)} if row else set()
        if row is None or version_id not in mine:
            return None
        _note(row, now, f"tải {kind.upper()} bằng mã", version_id)
        return xml_of(version_id) if kind == "xml" else pdf_of(version_id)
