"""Hồ sơ của trường: everything that the messages of a school are made of, read in bulk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.conf import settings

from khue.gradebook.api import ClassResults, read_class_results, year_of_class
from khue.organisations.api import (
    ClassCard,
    ClassSubjectCard,
    CodeValue,
    SchoolCard,
    SiteCard,
    YearCard,
    class_subjects_of_school,
    classes_of,
    code_names,
    kept_codes,
    school_summaries,
    school_summary,
    school_year,
    sites_of,
)
from khue.records.api import PupilFile, StaffFile, pupil_files, staff_files
from khue.sector.models import SentRecord, Supplement
from khue.sector.queries.declared import declared_fields
from khue.timetable.api import HomeroomLine, TeachingLine, homeroom_of, teaching_of_class
from kit.cipher import unseal
from kit.vietnamese import search_key

LABEL = "sector.supplement"
NAMED_LISTS = ("majors", "teaching-subjects", "staff-kinds")
Values = dict[str, object]
YearTests = Mapping[int, Mapping[str, int | None]]
PRIMARY = "02"


@dataclass(frozen=True)
class Dossier:
    """A school on the day of a report."""

    school: SchoolCard
    year: YearCard
    on: date
    sites: Sequence[SiteCard]
    classes: Sequence[ClassCard]
    subjects: Mapping[int, list[ClassSubjectCard]]
    first_homerooms: Mapping[int, HomeroomLine]
    homerooms: Mapping[int, HomeroomLine]
    teaching: Mapping[int, list[TeachingLine]]
    """By term."""
    staff: Sequence[StaffFile]
    pupils: Sequence[PupilFile]
    destinations: Mapping[int, SchoolCard]
    supplements: Mapping[tuple[str, int], Values]
    codes: Mapping[tuple[str, int], str]
    """What the Ministry calls a record that it holds."""
    names: Mapping[str, Mapping[str, str]]
    """By list: the folded name of a code -> the code."""
    results: Mapping[int, ClassResults] = field(default_factory=dict)
    """By class; read only where results are told."""
    declared: Values = field(default_factory=dict)
    """Fields of the school that a sheet of another context tells."""
    year_tests: Mapping[int, YearTests] = field(default_factory=dict)
    """By primary class: pupil -> subject -> test of the year's end, in tenths."""

    @cached_property
    def class_codes(self) -> Mapping[int, str]:
        """What the classes are called in messages."""
        return {one.id: self.code_of("class", one.id, one.code) for one in self.classes}

    @cached_property
    def staff_codes(self) -> Mapping[int, str]:
        """What the members of staff are called in messages, where the file has a code."""
        return {one.person.id: one.person.code for one in self.staff}

    def code_of(self, part: str, local_id: int | None, own: str) -> str:
        """The Ministry's code, or the school's own until the Ministry has given one."""
        return self.codes.get((part, local_id or 0)) or own

    def periods_of(self, staff_id: int) -> int | None:
        """Số tiết một tuần of the newest term; None when nothing, or not every load, is known."""
        lines = self.teaching[max(self.teaching)] if self.teaching else []
        own = [one.periods_per_week for one in lines if one.staff_id == staff_id]
        known = [one for one in own if one is not None]
        return sum(known) if own and len(own) == len(known) else None


def open_dossier(
    school_id: int, year: int, on: date, *, with_results: bool = False
) -> Dossier | None:
    """Read everything once; None when the province has no such school year."""
    school = school_summary(school_id)
    calendar = school_year(school.province_id, year)
    if calendar is None:
        return None
    day = min(on, calendar.ends_on)
    classes = classes_of(school_id, year)
    pupils = pupil_files(school_id, year, on)
    return Dossier(
        school=school,
        year=calendar,
        on=on,
        sites=sites_of(school_id),
        classes=classes,
        subjects=_subjects(school_id, year),
        first_homerooms=homeroom_of(_ids(classes), min(day, calendar.starts_on)),
        homerooms=homeroom_of(_ids(classes), day),
        teaching=_teaching(classes, calendar, day),
        staff=staff_files(school_id, date(year, 8, 1), on),
        pupils=pupils,
        destinations=school_summaries(_other_schools(pupils)),
        supplements=_supplements(school_id),
        codes=_codes(school_id),
        declared=declared_fields(school_id, year),
        names=_names(on),
        results=_results(classes) if with_results else {},
        year_tests=_year_tests(classes) if with_results else {},
    )


def with_new_codes(dossier: Dossier) -> Dossier:
    """The same school with the codes that the Ministry has given meanwhile."""
    return replace(dossier, codes=_codes(dossier.school.id))


def _other_schools(pupils: Sequence[PupilFile]) -> list[int]:
    return sorted({one for pupil in pupils for one in (pupil.gone_to, pupil.come_from) if one})


def _results(classes: Sequence[ClassCard]) -> dict[int, ClassResults]:
    return {one.id: read_class_results(one.id) for one in classes}


def _year_tests(classes: Sequence[ClassCard]) -> dict[int, YearTests]:
    years = {one.id: year_of_class(one.id) for one in classes if one.level == PRIMARY}
    return {
        class_id: {
            student_id: one.before.tests(merged=found.merged)
            for student_id, one in found.pupils.items()
        }
        for class_id, found in years.items()
    }


def _ids(classes: Sequence[ClassCard]) -> list[int]:
    return [one.id for one in classes]


def _subjects(school_id: int, year: int) -> dict[int, list[ClassSubjectCard]]:
    found: dict[int, list[ClassSubjectCard]] = defaultdict(list)
    for one in class_subjects_of_school(school_id, year):
        found[one.class_id].append(one)
    return found


def _teaching(
    classes: Sequence[ClassCard], year: YearCard, day: date
) -> dict[int, list[TeachingLine]]:
    """Who teaches in each term: on its last day, or today while it runs."""
    return {
        term.number: teaching_of_class(_ids(classes), min(day, term.ends_on))
        for term in year.terms
        if term.starts_on <= day or term.number == 1
    }


def _supplements(school_id: int) -> dict[tuple[str, int], Values]:
    rows = Supplement.objects.filter(school_id=school_id).exclude(values_sealed="")
    return {
        (part, local_id): opened_values(sealed)
        for part, local_id, sealed in rows.values_list("part", "local_id", "values_sealed")
    }


def opened_values(sealed: str) -> Values:
    read = json.loads(unseal(sealed, label=LABEL, key_hex=settings.FIELD_KEY)) if sealed else {}
    return dict(read)


def _codes(school_id: int) -> dict[tuple[str, int], str]:
    rows = SentRecord.objects.filter(school_id=school_id).exclude(ministry_code="")
    return {
        (part, local_id): code
        for part, local_id, code in rows.values_list("part", "local_id", "ministry_code")
    }


def _names(on: date) -> dict[str, dict[str, str]]:
    named = {
        listed: {folded(name): code for code, name in named.items()}
        for listed, named in code_names(NAMED_LISTS, on=on).items()
    }
    return {**named, "ranks": _ranks(on)}


def _ranks(on: date) -> dict[str, str]:
    """Mã số ngạch of a file (V.07.05.14) -> the number that the list of ranks gives it."""
    holding = [one for one in kept_codes(("ranks",)).get("ranks", ()) if _holds(one, on)]
    return {str(one.details.get("rank_code", "")): one.code for one in reversed(holding)}


def _holds(one: CodeValue, on: date) -> bool:
    return (one.valid_from or on) <= on <= (one.valid_to or on)


def folded(name: str) -> str:
    """A name for comparing: without diacritics, i and y as one."""
    return search_key(name).replace("y", "i")
