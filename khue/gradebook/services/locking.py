"""Khóa sổ, mở sổ: a school closes the marks of a term, and opens them again with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.gradebook.models import TermLock
from khue.gradebook.queries.locks import SchoolPlace, find_school
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.ledger.api import Author, Change, Operation, append_changes
from kit.statements import kept_rows

# Whoever writes marks shares this lock of the school's term; whoever closes it waits for them.
SHARED = "select pg_advisory_xact_lock_shared(%s::int, %s::int)"
ALONE = "select pg_advisory_xact_lock(%s::int, %s::int)"


class AlreadyLocked(Exception):
    """The term is closed already."""

    key = "already_locked"

    def __str__(self) -> str:
        return "Sổ điểm học kì này đã được khóa trước đó. Tải lại trang để xem ai đã khóa."


class NotLocked(Exception):
    """The term is open already."""

    key = "not_locked"

    def __str__(self) -> str:
        return "Sổ điểm học kì này đang mở, không cần mở lại."


def hold_term(statement: str, school_id: int, year: int, term: int) -> None:
    """Take the lock of a school's term until the transaction ends."""
    kept_rows(statement, [school_id % 2**31, year * 10 + term])


def _permitted(actor: Actor, school_id: int) -> SchoolPlace:
    school = find_school(school_id)
    permit(actor, "gradebook.lock_term", school.path)
    return school


def _note(
    actor: Actor, now: datetime, school: SchoolPlace, year: int, term: int, action: str, reason: str
) -> None:
    change = Change(
        subject=f"termlock:{school.id}.{year}.{term}",
        action=action,
        label=f"Sổ điểm {SPOKEN_TERMS[term]}, năm học {year}-{year + 1}",
        old="đang khóa" if action == "unlock" else "đang mở",
        new="đang mở" if action == "unlock" else "đang khóa",
        reason=reason,
        school_id=school.id,
        province_id=school.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


@transaction.atomic
def lock_term(
    *, actor: Actor, now: datetime, school_id: int, year: int, term: int, reason: str = ""
) -> None:
    """Khóa sổ điểm: from now on nobody writes marks of this term at this school."""
    school = _permitted(actor, school_id)
    hold_term(ALONE, school_id, year, term)
    _, made = TermLock.objects.get_or_create(
        school_id=school_id,
        year=year,
        term=term,
        defaults={"locked_at": now, "locked_by": actor.name},
    )
    if not made:
        raise AlreadyLocked
    _note(actor, now, school, year, term, "lock", reason)


@transaction.atomic
def unlock_term(
    *, actor: Actor, now: datetime, school_id: int, year: int, term: int, reason: str
) -> None:
    """Mở sổ điểm: the marks of a closed term may be written again; the reason stays for ever."""
    school = _permitted(actor, school_id)
    hold_term(ALONE, school_id, year, term)
    removed, _ = TermLock.objects.filter(school_id=school_id, year=year, term=term).delete()
    if not removed:
        raise NotLocked
    _note(actor, now, school, year, term, "unlock", reason)
