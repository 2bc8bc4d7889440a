"""Tra cứu qua tin nhắn: KQ, DD, TKB, TB from a phone that a school registered.

The phone asks as a guardian of its own children, through the same gate as the family's pages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils import timezone

from khue.access.api import Actor, Granted, Role, child_place
from khue.attendance.api import AbsenceLine, absences_of_student
from khue.contactbook.api import notices_for
from khue.diary.api import lessons_of_class
from khue.gradebook.api import ChildResults, child_results, school_year_on, term_on, young_child
from khue.messaging.api import Question, WrongCode, register_inbound_command
from khue.organisations.api import school_year
from khue.portal.rules.sms_answers import (
    NO_ACCOUNT,
    NO_NOTICE,
    SubjectSaid,
    ask_which,
    head,
    say_absences,
    say_lessons,
    say_results,
)
from khue.records.api import (
    StudentSummary,
    guardians_of_phone,
    lookup_codes_for,
    read_lookup_code,
    student_summaries,
)
from kit.dates import vietnam_day

About = Callable[[Question, StudentSummary], str]
WORDS = {"KQ": "ket qua hoc ki", "DD": "nghi hoc", "TKB": "tiet hoc hom nay", "TB": "thong bao"}
NEWEST = 3


def register_words() -> None:
    """Make the words known to whoever receives messages."""
    for word, about in {"KQ": _results, "DD": _absences, "TKB": _lessons, "TB": _notice}.items():
        register_inbound_command(word, _asker(word, about), f"{word} <ma> ({WORDS[word]})")


def _asker(word: str, about: About) -> Callable[[Question], str]:
    def answer(question: Question) -> str:
        children = student_summaries(question.students)
        codes = lookup_codes_for(list(children))
        found = _meant(question, children, codes)
        if found is None:
            named = [(one.name, codes[one.id]) for one in children.values()]
            return ask_which(word, sorted(named))
        return head(word, found.name, found.class_name) + about(question, found)

    return answer


def _meant(
    question: Question, children: dict[int, StudentSummary], codes: dict[int, str]
) -> StudentSummary | None:
    """The child of the code; the only child when no code was typed. Raises WrongCode."""
    typed = "".join(question.command.arguments)
    if not typed:
        return next(iter(children.values())) if len(children) == 1 else None
    code = read_lookup_code(typed)
    for one in children.values():
        if typed == one.code or (code and code == codes[one.id]):
            return one
    raise WrongCode


def _family_of(child: StudentSummary) -> Actor:
    """A guardian of exactly this child: what the phone has proved to be."""
    place = child_place(child.id)
    granted = Granted(Role.GUARDIAN, place, child.province_id, child.home_school_id, child.name)
    return Actor(account_id=0, name="Tin nhắn", grants=(granted,))


def _today(question: Question) -> date:
    return vietnam_day(question.now)


def _results(question: Question, child: StudentSummary) -> str:
    """Kết quả của học kì đang học."""
    today, actor = _today(question), _family_of(child)
    year = school_year_on(today)
    young = young_child(actor, child.id, year, today)
    if young is None:
        term = term_on(child.province_id, year, today)
        return f"HK{term} " + _of_term(child_results(actor, child.id, year), term)
    told = next((one for one in young.periods if one.number == young.now), None)
    if told is None:
        return say_results([])
    said = [
        SubjectSaid(one.name, " ".join(value for _, value in [*one.levels, *one.marks]))
        for one in told.subjects
    ]
    return f"{told.name} " + say_results(said)


def _of_term(results: ChildResults, term: int) -> str:
    said = []
    for one in results.subjects:
        given = one.terms[term]
        marks = [*given.regular]
        marks += [f"GK {given.midterm}"] if given.midterm else []
        marks += [f"CK {given.final}"] if given.final else []
        said.append(SubjectSaid(one.name, given.result, tuple(marks)))
    return say_results(said)


def _absences(question: Question, child: StudentSummary) -> str:
    """Các buổi nghỉ của học kì này."""
    today = _today(question)
    year = school_year_on(today)
    first = _first_day_of_term(child.province_id, year, today)
    lines = [one for one in absences_of_student(child.id, year) if one.day >= first]
    kinds = [one.kind for one in lines]
    late = sum(kind not in {"p", "k"} for kind in kinds)
    newest = [_absence(one) for one in lines[:NEWEST]]
    return say_absences(kinds.count("p"), kinds.count("k"), late, newest)


def _absence(line: AbsenceLine) -> str:
    return f"{line.day:%d/%m} {line.when} {line.told.lower()}"


def _first_day_of_term(province_id: int, year: int, today: date) -> date:
    card = school_year(province_id, year)
    begun = [one.starts_on for one in card.terms if one.starts_on <= today] if card else []
    return max(begun, default=date(year, 8, 1))


def _lessons(question: Question, child: StudentSummary) -> str:
    """Tiết học hôm nay, as far as the class diary knows."""
    today = _today(question)
    lessons = lessons_of_class(child.class_id, today, today) if child.class_id else []
    return say_lessons([(one.period, one.subject_name) for one in lessons])


def _notice(question: Question, child: StudentSummary) -> str:
    """Thông báo mới nhất of this child to the adults of this phone."""
    adults = guardians_of_phone(question.phone, _today(question))
    accounts = [one.account_id for one in adults if one.account_id]
    if not accounts:
        return NO_ACCOUNT
    found = [one for account in accounts for one in notices_for(account, child.id, 1)]
    if not found:
        return NO_NOTICE
    newest = max(found, key=lambda one: one.sent_at)
    at = timezone.localtime(newest.sent_at)
    return f"{newest.title} ({newest.sender}, {at:%d/%m %H:%M}). Đọc đủ trên trang gia đình."
