"""Môn học của lớp: which subjects of the programme a class studies, and with how many periods."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from khue.organisations.rules.curriculum import split_periods


@dataclass(frozen=True)
class ProgrammeRow:
    """One row of the programme for one grade of the class."""

    subject_id: int
    name: str
    form: str
    periods_per_year: int
    status: str
    regular_marks: int | None


@dataclass(frozen=True)
class PlannedSubject:
    """A subject that the class is to study."""

    subject_id: int
    form: str
    status: str
    periods_term1: int
    periods_term2: int
    regular_marks: int
    has_cluster: bool
    specialised: bool


def plan_class_subjects(
    rows: Iterable[ProgrammeRow],
    *,
    electives: Collection[int] = (),
    clusters: Collection[int] = (),
    optional: Collection[int] = (),
    specialised: str = "",
) -> list[PlannedSubject]:
    """Các môn học của lớp: compulsory, the chosen electives and the chosen optional subjects.

    A multi-grade class studies what any of its grades studies, with the most periods; a subject
    that gets marks in one grade gets them in the class. Study topics are no subject of their own
    but belong to the subjects that have a cluster.
    Law: TT 32/2018/TT-BGDĐT; TT 13/2022/TT-BGDĐT
    """
    chosen = {*electives, *optional}
    planned: dict[int, PlannedSubject] = {}
    for row in rows:
        if row.regular_marks is None or not (
            row.status == "compulsory" or row.subject_id in chosen
        ):
            continue
        made = _planned(row, clusters, specialised)
        earlier = planned.get(row.subject_id)
        planned[row.subject_id] = _stronger(earlier, made) if earlier else made
    return list(planned.values())


def _planned(row: ProgrammeRow, clusters: Collection[int], specialised: str) -> PlannedSubject:
    first, second = split_periods(row.periods_per_year)
    return PlannedSubject(
        subject_id=row.subject_id,
        form=row.form,
        status=row.status,
        periods_term1=first,
        periods_term2=second,
        regular_marks=row.regular_marks or 0,
        has_cluster=row.subject_id in clusters,
        specialised=bool(specialised) and row.name == specialised,
    )


def _stronger(one: PlannedSubject, other: PlannedSubject) -> PlannedSubject:
    return max(one, other, key=lambda plan: (plan.form == "score", plan.periods_term1))
