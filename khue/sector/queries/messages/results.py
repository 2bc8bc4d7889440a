"""ketquahoctapththcsthpttx: what a pupil reached in a term or in the year.

Levels are the numbers of the list, 1 Tốt to 4 Chưa đạt. Levels of primary subjects have no column
in the table; of primary pupils it tells the tests of the year's end and the promotion.
Law: TT 22/2021/TT-BGDĐT, Điều 8, Điều 9
"""

from __future__ import annotations

from collections.abc import Iterator

from khue.gradebook.api import ClassResults, PupilResults, SubjectColumn, SubjectLine
from khue.records.api import PupilFile
from khue.sector.queries.dossier import Dossier
from khue.sector.queries.lists import subject_codes
from khue.sector.queries.messages.students import has_left
from khue.sector.queries.messages.values import Message, flag, given
from khue.sector.rules.result_keys import result_key

YEAR = 3
PRIMARY = "02"
PROMOTED, RETAINED, SUMMER = "PROMOTED", "RETAINED", "SUMMER_TRAINING"
HIGHEST, PASSED, FAILED = 100, 101, 102
ASSESSED = frozenset({"02", "03", "04", "05"})
Found = Iterator[tuple[int, PupilFile, Message]]


def result_messages(dossier: Dossier, term: int) -> Found:
    """The results of everybody who sits in a class that is assessed, by the key of the record."""
    for pupil in dossier.pupils:
        last = pupil.stays[-1]
        found = dossier.results.get(last.class_id)
        if found is None or has_left(last) or not _is_assessed(found, term):
            continue
        key = result_key(pupil.person.id, found.year)
        yield key, pupil, _message(dossier, found, pupil, key, term)


def _is_assessed(found: ClassResults, term: int) -> bool:
    """Preschool has no results; primary schools conclude at the end of the year."""
    return found.level in ASSESSED and (found.level != PRIMARY or term == YEAR)


def _message(
    dossier: Dossier, found: ClassResults, pupil: PupilFile, key: int, term: int
) -> Message:
    person = pupil.person
    head = given(
        ClientId=str(key),
        mahocsinh=dossier.code_of("student", person.id, person.code or str(person.id)),
        hocky=term,
    )
    told = found.pupil(person.id)
    if told is None:
        return head
    marks = _marks(dossier, found, told, term)
    return {**head, **_levels(told, term), **given(diemmon=marks)}


def _levels(told: PupilResults, term: int) -> Message:
    if term == YEAR:
        return _levels_of_year(told)
    learning, conduct = (
        told.decisions.level(f"learning{term}"),
        told.decisions.level(f"conduct{term}"),
    )
    return given(mahocluc=_number(learning), mahanhkiem=_number(conduct))


def _levels_of_year(told: PupilResults) -> Message:
    """What holds now: after the summer what was assessed anew."""
    kept, final = told.decisions, told.decisions.final_outcome
    learning = _either(kept.learning_after, kept.learning_year)
    conduct = _either(kept.conduct_after, kept.conduct_year)
    promoted = {PROMOTED: 1, RETAINED: 0}.get(final)
    return given(
        mahocluc=_number(learning),
        mahanhkiem=_number(conduct),
        songaynghi=None if kept.absent_with is None else kept.absent,
        colenlop=promoted,
        corenluyenlai=flag(final == SUMMER or kept.conduct_after is not None) if final else None,
    )


def _either(later: int | None, first: int | None) -> int | None:
    return first if later is None else later


def _number(level: int | None) -> int | None:
    """0 Tốt to 3 Chưa đạt as the list counts, from 1."""
    return None if level is None else int(level) + 1


def _marks(dossier: Dossier, found: ClassResults, told: PupilResults, term: int) -> list[Message]:
    if found.level == PRIMARY:
        return _tests(dossier, found, told.student_id)
    lines = ((one, told.subjects.get(one.id)) for one in found.subjects)
    return [
        {"mamonhoc": code, "diem": text}
        for one, line in lines
        if (code := _code(found, one)) and (text := printed(_of_term(line, term) if line else None))
    ]


def _code(found: ClassResults, one: SubjectColumn) -> str:
    return subject_codes().get((found.level, one.name), "")


def _of_term(line: SubjectLine, term: int) -> int | None:
    if term != YEAR:
        return line.term(term)
    return _either(line.reassessed, line.year)


def printed(mark: int | None) -> str:
    """8.5, Đ, CĐ; nothing while it is not known."""
    if mark in {PASSED, FAILED}:
        return "Đ" if mark == PASSED else "CĐ"
    return f"{mark // 10}.{mark % 10}" if mark is not None and 0 <= mark <= HIGHEST else ""


def _tests(dossier: Dossier, found: ClassResults, student_id: int) -> list[Message]:
    """Điểm kiểm tra cuối năm of a primary pupil; marks in tenths."""
    tests = dossier.year_tests.get(found.class_id, {}).get(student_id, {})
    return [
        {"mamonhoc": code, "diem": printed(mark)}
        for name, mark in tests.items()
        if mark is not None and (code := subject_codes().get((PRIMARY, name), ""))
    ]
