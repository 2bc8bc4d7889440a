"""Giữ học bạ của một lớp để làm việc: who works on a class works alone, and sees every version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from khue.access.api import Actor
from khue.ledger.api import Author, Change, Operation
from khue.transcripts.models import Version
from khue.transcripts.queries.sealed import BODY, digest, seal, unseal
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.states import ENDED, State
from khue.transcripts.rules.xml import read_body, write_body

HOLD = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
BIG = ("file", "pdf")
CHANGED = [
    *("state", "body", "body_digest", "findings", "school", "changed_at", "changed_by"),
]


class TranscriptRefused(Exception):
    """Không làm được với học bạ; the text is the sentence for the person."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence


def hold_class(class_id: int) -> None:
    """Nobody else composes, steps or publishes in this class until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [f"transcripts {class_id}"])


def operation_of(actor: Actor, now: datetime) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now)


@dataclass(slots=True)
class Held:
    """A version with its opened facts; `row` is written back by whoever changes it."""

    row: Version
    facts: YearFacts

    @property
    def state(self) -> State:
        return State(self.row.state)

    @property
    def name(self) -> str:
        return self.facts.pupil.name

    @property
    def label(self) -> str:
        return label_of(self.facts.year, self.row.number)

    @property
    def subject(self) -> str:
        return subject_of(self.row.pk)

    def put(self, facts: YearFacts) -> None:
        """Other facts in the body of a version that nobody has signed."""
        self.facts = facts
        body = write_body(facts)
        self.row.body, self.row.body_digest = seal(body, BODY), digest(body)

    def move(self, state: State, actor: Actor, now: datetime) -> None:
        self.row.state, self.row.changed_at, self.row.changed_by = state, now, actor.name


def label_of(year: int, number: int) -> str:
    """As the history calls a version."""
    return f"Học bạ số năm học {year}-{year + 1}, phiên bản {number}"


def subject_of(version_id: int) -> str:
    """How the ledger calls a version."""
    return f"transcript:{version_id}"


def open_body(row: Version) -> YearFacts:
    """The facts of a version."""
    return read_body(unseal(row.body, BODY))


def rows_of(year: int, student_ids: Iterable[int]) -> list[Version]:
    """Every version of a year of these pupils, the newest last; locked."""
    rows = Version.objects.filter(part_of__year=year, student_id__in=list(student_ids))
    locked = rows.select_for_update(of=("self",)).select_related("part_of__transcript")
    return list(locked.defer(*BIG).order_by("student_id", "number"))


def in_work(rows: Iterable[Version]) -> dict[int, Held]:
    """By pupil: the version that is being prepared or signed, opened."""
    return {
        row.student_id: Held(row, open_body(row))
        for row in rows
        if row.state not in ENDED and row.state != State.PUBLISHED
    }


def save(held: Sequence[Held]) -> None:
    """Write back what was changed of these versions."""
    Version.objects.bulk_update([one.row for one in held], CHANGED)


def same_head(fresh: YearFacts, kept: YearFacts) -> YearFacts:
    """Fresh facts under the code, number and day of a kept version, to be compared with it."""
    head = replace(
        fresh.head,
        code=kept.head.code,
        version=kept.head.version,
        verify_code=kept.head.verify_code,
        made_on=kept.head.made_on,
        leader_name=kept.head.leader_name,
        leader_title=kept.head.leader_title,
    )
    return replace(fresh, head=head)


def change_of(one: Held, action: str, *, old: object = None, reason: str = "") -> Change:
    """A ledger entry about a version: its state and the digest of its body, no content."""
    row = one.row
    return Change(
        subject=one.subject,
        action=action,
        label=one.label,
        old=old,
        new={"state": row.state, "body": row.body_digest},
        reason=reason,
        school_id=row.school_id,
        province_id=row.province_id,
    )
