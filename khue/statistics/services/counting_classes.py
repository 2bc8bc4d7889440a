"""Số liệu của các lớp, theme by theme: read through the doors below, counted by the rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from khue.attendance.api import counted_away, counted_takings
from khue.gradebook.api import (
    CountedResult,
    counted_books,
    counted_growth,
    counted_results,
    counted_states,
)
from khue.organisations.api import (
    ClassCard,
    SchoolCard,
    classes_that_learn,
    grade_number,
    satellite_sites,
    school_summaries,
)
from khue.records.api import CountedPupil, class_sizes, counted_pupils
from khue.statistics.rules.enrolment import PRESCHOOL, ClassFacts, PupilFacts, count_class
from khue.statistics.rules.results import CheckedChild, ResultFacts, count_checked, count_results
from khue.statistics.rules.themes import Theme
from khue.transcripts.api import counted_transcripts

Counts = Mapping[str, int]
Tally = defaultdict[int, Counter[str]]
# Codes of "Buổi học" of a class in which it has school in both halves of the day.
TWO_A_DAY = frozenset({"4", "5", "7"})
NO_VERSION = "none"
INFORMATICS = ("Tin học", "Tin học và Công nghệ")
FOREIGN_LANGUAGES = ("Ngoại ngữ 1", "Ngoại ngữ 2")


def _ids(cards: Iterable[ClassCard]) -> list[int]:
    return [card.id for card in cards]


def enrolment(cards: Sequence[ClassCard], day: date, year: int) -> Mapping[int, Counts]:
    """Học sinh, lớp học."""
    schools = school_summaries(sorted({card.school_id for card in cards}))
    satellites = satellite_sites(list(schools))
    learn = classes_that_learn(_ids(cards), (*INFORMATICS, *FOREIGN_LANGUAGES))
    seated: dict[int, list[PupilFacts]] = defaultdict(list)
    for pupil in counted_pupils(_ids(cards), day):
        seated[pupil.class_id].append(_pupil(pupil))
    return {
        card.id: count_class(
            replace(
                _class(card, schools[card.school_id], day, card.site_id in satellites),
                informatics=any(card.id in learn[one] for one in INFORMATICS),
                foreign_language=any(card.id in learn[one] for one in FOREIGN_LANGUAGES),
            ),
            seated[card.id],
        )
        for card in cards
    }


def _pupil(pupil: CountedPupil) -> PupilFacts:
    return PupilFacts(
        grade=pupil.grade,
        number=grade_number(pupil.grade),
        sex=pupil.sex,
        ethnic_group=pupil.ethnic_group,
        born=pupil.born,
        status=pupil.status,
        repeats=pupil.repeats,
        policies=pupil.policies,
        disability=pupil.disability,
    )


def _class(card: ClassCard, school: SchoolCard, day: date, satellite: bool) -> ClassFacts:  # noqa: FBT001
    return ClassFacts(
        level=card.level,
        grades=card.grades,
        year=card.year,
        two_sessions=card.session in TWO_A_DAY or (not card.session and school.two_sessions),
        boarding=card.boarding,
        lunch=bool(card.lunch_boarding),
        merged_kind=card.merged_kind,
        age_group=card.age_group,
        specialised=bool(card.specialised_subject),
        satellite=satellite,
        closed=card.closed_on is not None and card.closed_on < day,
    )


def entry(cards: Sequence[ClassCard], day: date, year: int) -> Mapping[int, Counts]:
    """Tiến độ nhập điểm: by term, and by term and subject."""
    found: Tally = defaultdict(Counter)
    for book in counted_books(_ids(cards)):
        counts, term, subject = found[book.class_id], book.term, book.subject_id
        counts[f"due.{term}"] += book.due
        counts[f"entered.{term}"] += book.entered
        counts[f"books.{term}"] += 1
        counts[f"books_full.{term}"] += book.entered >= book.due
        counts[f"books_empty.{term}"] += book.entered == 0
        counts[f"subject_due.{term}.{subject}"] += book.due
        counts[f"subject_entered.{term}.{subject}"] += book.entered
    return _told(found)


def results(cards: Sequence[ClassCard], day: date, year: int) -> Mapping[int, Counts]:
    """Kết quả giáo dục."""
    found: dict[int, list[ResultFacts]] = defaultdict(list)
    for one in counted_results(_ids(cards), year, day):
        found[one.class_id].append(_result(one))
    checked = _checked(cards, day)
    return {
        card.id: {
            **count_results(card.level, found[card.id]),
            **count_checked(card.level, checked[card.id]),
        }
        for card in cards
    }


def _checked(cards: Sequence[ClassCard], day: date) -> Mapping[int, list[CheckedChild]]:
    """Trẻ được cân, đo; other levels are not asked for."""
    found: dict[int, list[CheckedChild]] = defaultdict(list)
    groups = [card.id for card in cards if card.level == PRESCHOOL]
    for one in counted_growth(groups, day) if groups else ():
        found[one.class_id].append(CheckedChild(one.grade, one.sex, one.ethnic_group))
    return found


def _result(one: CountedResult) -> ResultFacts:
    return ResultFacts(
        sex=one.sex,
        ethnic_group=one.ethnic_group,
        conduct=(one.conduct1, one.conduct2, one.conduct_year),
        learning=(one.learning1, one.learning2, one.learning_year),
        primary_level=one.primary_level,
        outcome=one.outcome,
        award=one.award,
    )


def books(cards: Sequence[ClassCard], day: date, year: int) -> Mapping[int, Counts]:
    """Sổ điểm by period and state, học bạ by state."""
    found: Tally = defaultdict(Counter)
    for one in counted_states(_ids(cards)):
        period = f"{'p' if one.primary else 't'}{one.period}"
        found[one.class_id][f"books.{period}"] += one.books
        found[one.class_id][f"state.{period}.{one.state}"] += one.books
    for part in counted_transcripts(_ids(cards)):
        found[part.class_id]["transcripts"] += part.number
        found[part.class_id][f"transcript_state.{part.state or NO_VERSION}"] += part.number
    return _told(found)


def attendance(cards: Sequence[ClassCard], day: date, year: int) -> Mapping[int, Counts]:
    """Chuyên cần of the day: what was taken, who is away."""
    found: Tally = defaultdict(Counter)
    for class_id, size in class_sizes(_ids(cards), day).items():
        found[class_id].update({"pupils": size, "classes": 1})
    sizes: dict[int, int] = {}
    for taking in counted_takings(_ids(cards), day):
        found[taking.class_id][f"taken.{taking.session}"] = 1
        sizes[taking.class_id] = max(taking.size, sizes.get(taking.class_id, 0))
    for class_id, size in sizes.items():
        found[class_id].update({"classes_taken": 1, "pupils_taken": size})
    for away in counted_away(_ids(cards), day):
        told = (away.absent, away.with_permission, away.without_permission, away.late)
        keys = ("absent", "absent_with", "absent_without", "late")
        found[away.class_id].update(dict(zip(keys, told, strict=True)))
    return _told(found)


def _told(found: Mapping[int, Counter[str]]) -> Mapping[int, Counts]:
    """Without the zeros."""
    return {
        class_id: {key: value for key, value in counts.items() if value}
        for class_id, counts in found.items()
    }


Count = Callable[[Sequence[ClassCard], date, int], Mapping[int, Counts]]
OF_CLASSES: Mapping[Theme, Count] = MappingProxyType(
    {
        Theme.ENROLMENT: enrolment,
        Theme.ENTRY: entry,
        Theme.RESULTS: results,
        Theme.BOOKS: books,
        Theme.ATTENDANCE: attendance,
    }
)
