"""Trường hợp riêng: exemption, disability, optional subjects, one term only, study topics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from khue.gradebook.rules.marks import EXCUSED_PENDING, NOT_YET, ZERO_BY_RULE, Mark
from khue.gradebook.rules.tt22 import regular_count, subject_year


class Demand(StrEnum):
    """Yêu cầu đối với học sinh ở một môn học; the values are those that a book keeps."""

    NORMAL = "normal"
    PRACTICE = "practice"
    REDUCED = "reduced"
    PLAN = "plan"
    EXEMPT = "exempt"
    NOT_TAKEN = "not_taken"

    @property
    def counts(self) -> bool:
        """Whether the subject counts for the learning level (Điều 9).

        A reduced demand counts, and so does theory in place of exempted practice.
        """
        return self in (Demand.NORMAL, Demand.PRACTICE, Demand.REDUCED)

    @property
    def is_assessed(self) -> bool:
        """Whether the subject is assessed at all."""
        return self not in (Demand.EXEMPT, Demand.NOT_TAKEN)


@dataclass(frozen=True, slots=True)
class SubjectOfYear:
    """A subject of one student in one year: both terms, its form, and how it is demanded."""

    name: str
    by_comment: bool
    first_term: Mark = None
    second_term: Mark = None
    optional: bool = False
    demand: Demand = Demand.NORMAL
    terms: tuple[int, ...] = (1, 2)

    @property
    def year(self) -> Mark:
        """Kết quả cả năm của môn học."""
        return year_of_terms(
            self.first_term, self.second_term, by_comment=self.by_comment, terms=self.terms
        )

    def term(self, number_of_term: int) -> Mark:
        """Kết quả của một học kì."""
        return self.first_term if number_of_term == 1 else self.second_term


def counted_subjects(
    subjects: Iterable[SubjectOfYear], *, counts_optional: bool = True
) -> tuple[SubjectOfYear, ...]:
    """Môn được tính để xếp mức: without exempt ones and those by an individual plan.

    An optional subject that a student takes counts, unless the province excludes them.
    Law: TT 22/2021/TT-BGDĐT, Điều 9; TT 22/2021/TT-BGDĐT, Điều 11
    """
    return tuple(
        subject
        for subject in subjects
        if subject.demand.counts and (counts_optional or not subject.optional)
    )


def counted_in_term(
    subjects: Iterable[SubjectOfYear],
    term: int,
    *,
    counts_optional: bool = True,
) -> tuple[SubjectOfYear, ...]:
    """Môn được tính để xếp mức của một học kì: those taught in it."""
    counted = counted_subjects(subjects, counts_optional=counts_optional)
    return tuple(subject for subject in counted if term in subject.terms)


def year_of_terms(
    first_term: Mark, second_term: Mark, *, by_comment: bool, terms: Sequence[int] = (1, 2)
) -> Mark:
    """Kết quả cả năm: of a subject taught in one term only, that term is the year.

    TT 22/2021 is silent here; TT 58/2011, Điều 10 said so and is followed.
    Law: TT 22/2021/TT-BGDĐT, Điều 9; TT 58/2011/TT-BGDĐT, Điều 10
    """
    if tuple(terms) == (1,):
        return first_term
    if tuple(terms) == (2,):
        return second_term
    return subject_year(first_term, second_term, by_comment=by_comment)


ClusterTerm = Literal["1", "2", "both"]


def has_cluster_mark(term: int, cluster: ClusterTerm | None) -> bool:
    """Học kì có điểm cụm chuyên đề: the one that the school chose for the subject."""
    return cluster in ("both", str(term))


def required_regular(
    periods_per_year: int,
    term: int,
    *,
    by_comment: bool = False,
    cluster: ClusterTerm | None = None,
) -> int:
    """Số ĐĐGtx phải có trong học kì; a cluster of study topics adds one where it is entered.

    Exemption from practice changes nothing: theory takes its place.
    Law: TT 22/2021/TT-BGDĐT, Điều 6; TT 22/2021/TT-BGDĐT, Điều 10
    """
    return regular_count(
        periods_per_year,
        by_comment=by_comment,
        with_cluster=has_cluster_mark(term, cluster),
    )


def gdtx_required_regular(periods_per_year: int, topics: int = 0) -> int:
    """Số ĐĐGtx của học viên: every chosen study topic is one more.

    Law: TT 43/2021/TT-BGDĐT, Điều 9
    """
    return regular_count(periods_per_year) + topics


def closed(mark: Mark, *, attended_make_up: bool = False) -> Mark:
    """Ô điểm khi chốt học kì: what was never done counts 0 points or Chưa đạt.

    A make-up that is due stays due only while the student has not stayed away from it.
    Law: TT 22/2021/TT-BGDĐT, Điều 7
    """
    waits = mark is NOT_YET or (mark == EXCUSED_PENDING and not attended_make_up)
    return ZERO_BY_RULE if waits else mark
