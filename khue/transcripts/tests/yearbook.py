"""A class at the end of its year, ready for its transcripts, and the people who sign them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from khue.gradebook.services.results import refresh_results
from khue.gradebook.tests.yearwork import JUNE, fill_programme, give_marks, write
from khue.signing.services.bulk import sign_slice
from khue.signing.tests.pki import Pki
from khue.signing.tests.signwork import PIN, credential, seal_credential, trust
from khue.transcripts.models import Part, Version
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.states import Act
from khue.transcripts.services.composing import compose_class
from khue.transcripts.services.confirming import confirm
from khue.transcripts.services.holding import open_body
from khue.transcripts.services.publishing import publish
from khue.transcripts.services.steps import Stepped, take_step
from kit.fences import EVERYTHING, scoped
from tests.cast import YEAR, Cast, assign, table


def pupils_of(cast: Cast) -> list[Any]:
    return [cast.minh.student, *cast.classmates]


def finish_class(cast: Cast, *, comments: bool = True, approved: bool = True) -> None:
    """Marks, conduct, remarks, comments; books approved. Cô Hoa teaches seven of nine subjects."""
    with scoped(EVERYTHING):
        assign(cast.binh.staff, cast.sports)
        for book in fill_programme(cast)[2:]:
            assign(cast.hoa.staff, book)
        for student in pupils_of(cast):
            give_marks(cast, student, {cast.maths.pk: 75})
            write(
                cast, student.pk, conduct1="T", conduct2="T", absent_with="1",
                absent_without="0", remark2="Chăm ngoan.",
            )  # fmt: skip
            if comments:
                comment_all(cast, student)
        refresh_results(class_id=cast.school_class.pk, now=JUNE)
        if approved:
            approve_books(cast)


def books_of(cast: Cast) -> list[Any]:
    rows = table("organisations.ClassSubject").objects
    return list(rows.filter(school_class=cast.school_class).order_by("pk"))


def comment_all(cast: Cast, student: Any) -> None:
    for book in books_of(cast):
        table("gradebook.SubjectComment").objects.update_or_create(
            year=YEAR,
            class_subject=book,
            period=2,
            student=student,
            defaults={
                "school": cast.school,
                "province": cast.department,
                "strengths": "Nắm chắc kiến thức",
            },
        )


def approve_books(cast: Cast) -> None:
    for book in books_of(cast):
        for term in (1, 2):
            table("gradebook.BookState").objects.update_or_create(
                class_subject=book,
                period=term,
                defaults={
                    "school": cast.school,
                    "province": cast.department,
                    "year": YEAR,
                    "state": "principal_approved",
                    "changed_at": JUNE,
                    "changed_by": "Lương Thị Mai",
                },
            )


def change_mark(cast: Cast, student: Any, tenths: int) -> None:
    """A mark of the year in maths, as a correction of the book leaves it."""
    with scoped(EVERYTHING):
        give_marks(cast, student, {cast.maths.pk: tenths})
        refresh_results(class_id=cast.school_class.pk, now=JUNE, student_ids=[student.pk])


def act(cast: Cast, who: str, step: Act, **more: Any) -> Stepped:
    with scoped(EVERYTHING):
        return take_step(
            actor=cast.people[who].actor,
            now=JUNE,
            class_id=cast.school_class.pk,
            act=step,
            **more,
        )


def compose(cast: Cast, **more: Any) -> Any:
    with scoped(EVERYTHING):
        return compose_class(actor=cast.binh.actor, now=JUNE, class_id=cast.school_class.pk, **more)


def confirm_class(cast: Cast, **more: Any) -> Stepped:
    with scoped(EVERYTHING):
        return confirm(actor=cast.mai.actor, now=JUNE, class_id=cast.school_class.pk, **more)


def bring_to_confirmed(cast: Cast) -> None:
    """Every step before signing."""
    compose(cast)
    steps = (("binh", Act.COMPLETE), ("thu", Act.VERIFY), ("thu", Act.RECONCILE))
    for who, step in steps:
        refused = act(cast, who, step).refused
        assert not refused, refused
    refused = confirm_class(cast).refused
    assert not refused, refused


class Signing:
    """The signers of 8A with their certificates."""

    def __init__(self, cast: Cast, pki: Pki) -> None:
        with scoped(EVERYTHING):
            trust(pki)
        self.cast = cast
        self.keys = {who: credential(cast, pki, who) for who in ("hoa", "binh", "mai")}
        self.seal = seal_credential(cast, pki)

    def sign(self, who: str, *, seal: bool = False) -> Any:
        """Everything that waits for one person, or for the seal."""
        actor = self.cast.people[who].actor
        with scoped(EVERYTHING):
            waiting = table("signing.Request").objects.filter(
                state="waiting", seal_of__isnull=not seal
            )
            mine = waiting if seal else waiting.filter(account_id=actor.account_id)
            return sign_slice(
                actor=actor,
                now=JUNE,
                credential_id=self.seal if seal else self.keys[who],
                secret=PIN,
                request_ids=list(mine.values_list("pk", flat=True)),
                batch=None,
                budget_seconds=60,
            )

    def sign_all(self) -> None:
        """Teachers, the homeroom teacher, the principal, then the seal by the office."""
        for who in ("hoa", "binh", "binh", "mai"):
            outcome = self.sign(who)
            assert not outcome.trouble, outcome.trouble
        outcome = self.sign("thu", seal=True)
        assert not outcome.trouble, outcome.trouble


def publish_class(cast: Cast, **more: Any) -> Stepped:
    with scoped(EVERYTHING):
        return publish(actor=cast.mai.actor, now=JUNE, class_id=cast.school_class.pk, **more)


def versions_of(student: Any) -> list[Version]:
    with scoped(EVERYTHING):
        return list(
            Version.objects.filter(student=student).select_related("part_of").order_by("number")
        )


def newest(student: Any) -> Version:
    return versions_of(student)[-1]


def states(cast: Cast) -> list[str]:
    return [newest(one).state for one in pupils_of(cast)]


def facts_of(student: Any) -> YearFacts:
    return open_body(newest(student))


def parts_of(version: Version) -> Sequence[Part]:
    with scoped(EVERYTHING):
        return list(Part.objects.filter(version=version).order_by("pk"))
