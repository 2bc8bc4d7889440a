"""Lập học bạ số của một lớp từ sổ: new drafts, drafts renewed, and what signing made stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import append_changes, log_sensitive_reads
from khue.organisations.api import ClassCard, class_summary
from khue.transcripts.models import PUBLISHED_STATES, Transcript, TranscriptYear, Version
from khue.transcripts.permissions import COMPOSE
from khue.transcripts.queries.composition import PRESCHOOL, FreshClass, fresh_class
from khue.transcripts.queries.sealed import new_transcript_code, new_verify_code
from khue.transcripts.rules.completeness import missing
from khue.transcripts.rules.differences import differences
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.states import SIGNING, State
from khue.transcripts.services.giving_up import give_up_versions
from khue.transcripts.services.holding import (
    Held,
    TranscriptRefused,
    change_of,
    hold_class,
    in_work,
    operation_of,
    rows_of,
    same_head,
    save,
)
from kit.dates import vietnam_day

NO_PRESCHOOL = (
    "Trẻ mầm non không có học bạ theo quy định; kết quả của trẻ nằm trong sổ theo dõi trẻ."
)
OF_ANOTHER_SCHOOL = "Năm học này của em đã có học bạ do trường khác lập."
READ = "học bạ số: số định danh, dân tộc, đối tượng chính sách, gia đình"
STALE = "Sổ đã thay đổi sau khi trình ký"


@dataclass(frozen=True, slots=True)
class Composed:
    """What became of a class: pupils by what was done, and why some were left out."""

    made: list[int] = field(default_factory=list)
    renewed: list[int] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    stale: list[int] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def written(self) -> int:
        return len(self.made) + len(self.renewed) + len(self.stale)


@dataclass(frozen=True, slots=True)
class Work:
    """One act on one class: who, when, and the class as it stands now."""

    actor: Actor
    now: datetime
    card: ClassCard
    fresh: FreshClass

    @property
    def year(self) -> int:
        return self.card.year


def open_work(
    actor: Actor,
    now: datetime,
    class_id: int,
    permission: str,
    student_ids: Iterable[int] | None = None,
) -> Work:
    """Through the gate, alone with the class, with everything fresh; inside a transaction."""
    card = class_summary(class_id)
    permit(actor, permission, card.place)
    if card.level == PRESCHOOL:
        raise TranscriptRefused("PRESCHOOL", NO_PRESCHOOL)
    hold_class(class_id)
    return Work(actor, now, card, fresh_class(class_id, vietnam_day(now), student_ids))


@transaction.atomic
def compose_class(
    *, actor: Actor, now: datetime, class_id: int, student_ids: Sequence[int] | None = None
) -> Composed:
    """Lập học bạ của cả lớp, or of those ticked: a few statements, however many pupils.

    A draft is renewed in place; what is being signed and differs is given up with its signatures
    kept, and a new version begins; what is published stays as it is.
    Law: NĐ 88/2026/NĐ-CP, Điều 8, Điều 15
    """
    work = open_work(actor, now, class_id, COMPOSE, student_ids)
    rows = rows_of(work.year, work.fresh.facts)
    composed = compose(work, rows, in_work(rows))
    _note_reads(work)
    return composed


def compose(work: Work, rows: Sequence[Version], working: Mapping[int, Held]) -> Composed:
    """The same for whoever holds the class already."""
    composed = Composed()
    settled = {row.student_id for row in rows if row.state == State.PUBLISHED}
    for student, held in working.items():
        _sort(composed, held, work.fresh.facts[student])
    stale = [working[student] for student in composed.stale]
    give_up_versions(work.actor, work.now, stale, STALE)
    _renew(work, [working[student] for student in composed.renewed])
    wanted = [one for one in work.fresh.facts if one not in working and one not in settled]
    begun = begin_versions(work, [*wanted, *composed.stale], _next_numbers(rows), composed)
    composed.made.extend(one.row.student_id for one in begun if one.row.student_id in wanted)
    return composed


def _sort(composed: Composed, held: Held, fresh: YearFacts) -> None:
    student = held.row.student_id
    if held.state in SIGNING:
        changed = differences(held.facts, same_head(fresh, held.facts))
        (composed.stale if changed else composed.same).append(student)
    elif same_head(fresh, held.facts) == held.facts:
        composed.same.append(student)
    else:
        composed.renewed.append(student)


def _renew(work: Work, held: Sequence[Held]) -> None:
    """Drafts take the fresh facts and begin again at the first step."""
    told = []
    _follow_class(work, [one.row.part_of for one in held])
    for one in held:
        old, one.row.school_id = one.row.state, work.card.school_id
        fresh = same_head(work.fresh.facts[one.row.student_id], one.facts)
        head = replace(fresh.head, made_on=vietnam_day(work.now), leader_name="", leader_title="")
        one.put(replace(fresh, head=head))
        one.row.findings = list(missing(one.facts))
        one.move(State.DRAFT, work.actor, work.now)
        told.append(change_of(one, "recompose", old=old))
    save(held)
    append_changes(operation_of(work.actor, work.now), told)


def _next_numbers(rows: Iterable[Version]) -> dict[int, int]:
    """By pupil: the number of the next version."""
    found: dict[int, int] = {}
    for row in rows:
        found[row.student_id] = max(found.get(row.student_id, 1), row.number + 1)
    return found


def begin_versions(
    work: Work,
    students: Sequence[int],
    numbers: Mapping[int, int],
    composed: Composed,
    **told: object,
) -> list[Held]:
    """New drafts of these pupils. `told`: what a correction says of itself."""
    years = _years(work, students)
    begun = []
    for student in students:
        year = years[student]
        if year.school_id != work.card.school_id:
            composed.left_out[work.fresh.facts[student].pupil.name] = OF_ANOTHER_SCHOOL
            continue
        begun.append(_draft(work, year, numbers.get(student, 1), told))
    Version.objects.bulk_create([one.row for one in begun])
    operation = operation_of(work.actor, work.now)
    append_changes(operation, [change_of(one, "compose") for one in begun])
    return begun


def _draft(work: Work, year: TranscriptYear, number: int, told: Mapping[str, object]) -> Held:
    fresh = work.fresh.facts[year.student_id]
    code = new_verify_code()
    head = replace(
        fresh.head,
        code=year.transcript.code,
        version=number,
        verify_code=code,
        made_on=vietnam_day(work.now),
    )
    row = Version(
        part_of=year,
        student_id=year.student_id,
        school_id=work.card.school_id,
        province_id=work.card.province_id,
        number=number,
        verify_code=code,
        created_at=work.now,
        created_by=work.actor.name,
        changed_at=work.now,
        changed_by=work.actor.name,
        **told,
    )
    held = Held(row, replace(fresh, head=head))
    held.put(held.facts)
    row.findings = list(missing(held.facts))
    return held


def _years(work: Work, students: Sequence[int]) -> dict[int, TranscriptYear]:
    """The part of this year of each transcript; what is not there yet is made."""
    transcripts = _transcripts(work, students)
    wanted = [_year(work, transcripts[student]) for student in students]
    TranscriptYear.objects.bulk_create(wanted, ignore_conflicts=True)
    rows = TranscriptYear.objects.filter(year=work.year, student_id__in=list(students))
    found = {row.student_id: row for row in rows.select_related("transcript")}
    _follow_class(work, found.values())
    return found


def _transcripts(work: Work, students: Sequence[int]) -> dict[int, Transcript]:
    wanted = [
        Transcript(
            student_id=student,
            province_id=work.card.province_id,
            code=new_transcript_code(),
            created_at=work.now,
        )
        for student in students
    ]
    Transcript.objects.bulk_create(wanted, ignore_conflicts=True)
    rows = Transcript.objects.filter(student_id__in=list(students))
    return {row.student_id: row for row in rows}


def _year(work: Work, transcript: Transcript) -> TranscriptYear:
    card, fresh = work.card, work.fresh.facts[transcript.student_id]
    return TranscriptYear(
        transcript=transcript,
        student_id=transcript.student_id,
        year=card.year,
        level=card.level,
        grade=fresh.grade,
        school_id=card.school_id,
        province_id=card.province_id,
        school_class_id=card.id,
        school_name=card.school_name,
        class_name=card.name,
    )


def _follow_class(work: Work, rows: Iterable[TranscriptYear]) -> None:
    """Whoever changed class or school finishes the year here; nothing published moves."""
    card = work.card
    moved = [row for row in rows if row.school_class_id != card.id]
    held = Version.objects.filter(part_of__in=moved, state__in=PUBLISHED_STATES)
    kept = set(held.values_list("part_of_id", flat=True)) if moved else set()
    free = [row for row in moved if row.pk not in kept]
    for row in free:
        row.school_id, row.school_class_id = card.school_id, card.id
        row.school_name, row.class_name, row.level = card.school_name, card.name, card.level
    TranscriptYear.objects.bulk_update(
        free, ["school", "school_class", "school_name", "class_name", "level"]
    )


def _note_reads(work: Work) -> None:
    log_sensitive_reads(
        operation_of(work.actor, work.now).author,
        work.now,
        subjects=[f"student:{one}" for one in work.fresh.facts],
        fields=READ,
        school_id=work.card.school_id,
        province_id=work.card.province_id,
    )
