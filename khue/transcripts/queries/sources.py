"""Dữ liệu nguồn của học bạ một lớp: what stands beside the results, each kind in one read.

Not gated: whoever composes has passed the gate for the class.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from khue.transcripts.rules.facts import Stay

# By pupil and class subject: what was said of each term (primary: of each point).
COMMENTS = """
select said.student_id, said.class_subject_id, said.period, said.progress, said.strengths,
  said.limits
from gradebook_subjectcomment said
join organisations_classsubject book on book.id = said.class_subject_id
where said.year = %(year)s and book.school_class_id = %(class)s
  and said.student_id = any(%(students)s)
order by said.student_id, said.class_subject_id, said.period
"""
# Corrections of this year's marks that were asked for, agreed to, and made.
CORRECTIONS = """
select made.student_id, made.class_subject_id, count(*)
from gradebook_correction made
join organisations_classsubject book on book.id = made.class_subject_id
where made.year = %(year)s and book.school_class_id = %(class)s and made.state = 'applied'
  and made.student_id = any(%(students)s)
group by made.student_id, made.class_subject_id
"""
SPECIAL = """
select given.student_id, given.content, given.decision, given.day
from gradebook_specialaward given
where given.year = %(year)s and given.school_class_id = %(class)s
  and given.student_id = any(%(students)s)
order by given.student_id, given.day, given.id
"""
# Of the whole year, whatever school it was; within the province only what the fence shows.
STAYS = """
select stay.student_id, node.name, class.name, stay.starts_on, stay.ends_on
from records_enrolment stay
join organisations_schoolclass class on class.id = stay.school_class_id
join organisations_organisation node on node.id = class.school_id
where stay.year = %(year)s and stay.student_id = any(%(students)s)
order by stay.student_id, stay.starts_on, stay.id
"""
QUALITY_REMARKS = """
select row.student_id, row.remark from gradebook_qualityrow row
where row.year = %(year)s and row.school_class_id = %(class)s and row.point = 4
  and row.student_id = any(%(students)s)
"""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything beside the results of a class."""

    comments: Mapping[tuple[int, int], Sequence[tuple[int, str]]]
    corrections: Mapping[tuple[int, int], int]
    special: Mapping[int, Sequence[str]]
    stays: Mapping[int, Sequence[Stay]]
    quality_remarks: Mapping[int, str]

    def comment(self, student_id: int, book_id: int, last: int) -> str:
        """Nhận xét cuối năm: of the last period in which the subject is taught."""
        said = dict(self.comments.get((student_id, book_id), ()))
        return said.get(last, "")


def _rows(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def sources_of_class(
    class_id: int, year: int, student_ids: Sequence[int], *, primary: bool
) -> Sources:
    """One read for each kind, however many pupils."""
    given = {"class": class_id, "year": year, "students": list(student_ids)}
    remarks = _rows(QUALITY_REMARKS, given) if primary else []
    return Sources(
        comments=_comments(_rows(COMMENTS, given)),
        corrections={row[:2]: row[2] for row in _rows(CORRECTIONS, given)},
        special=_special(_rows(SPECIAL, given)),
        stays=_stays(_rows(STAYS, given)),
        quality_remarks=dict(remarks),
    )


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _comments(rows: list[tuple[Any, ...]]) -> dict[tuple[int, int], list[tuple[int, str]]]:
    found: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    for student, book, period, *parts in rows:
        told = " ".join(_sentence(part) for part in parts if part)
        found[student, book].append((period, told))
    return found


def _special(rows: list[tuple[Any, ...]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for student, content, decision, _ in rows:
        found[student].append(f"{content} ({decision})" if decision else content)
    return found


def _stays(rows: list[tuple[Any, ...]]) -> dict[int, list[Stay]]:
    found: dict[int, list[Stay]] = defaultdict(list)
    for student, school, class_name, starts_on, ends_on in rows:
        found[student].append(Stay(school, class_name, starts_on, ends_on))
    return found


# Who teaches what on a day: the main teacher first. `here`: still posted at the school now.
TEACHERS = """
select book.id, staff.id, staff.name, coalesce(staff.code, ''), account.id,
  account.closed_at is not null, exists (select from records_posting post
    where post.staff_id = staff.id and post.school_id = book.school_id
      and post.starts_on <= %(today)s and (post.ends_on is null or post.ends_on >= %(today)s))
from organisations_classsubject book
join timetable_teachingassignment given on given.class_subject_id = book.id
  and given.starts_on <= %(day)s and (given.ends_on is null or given.ends_on >= %(day)s)
join records_staff staff on staff.id = given.staff_id
left join access_account account on account.id = staff.account_id
where book.school_class_id = %(class)s
order by book.id, given.periods_per_week desc nulls last, given.starts_on, given.id
"""
HOMEROOM = """
select 0, staff.id, staff.name, coalesce(staff.code, ''), account.id,
  account.closed_at is not null, exists (select from records_posting post
    where post.staff_id = staff.id and post.school_id = given.school_id
      and post.starts_on <= %(today)s and (post.ends_on is null or post.ends_on >= %(today)s))
from timetable_homeroomassignment given
join records_staff staff on staff.id = given.staff_id
left join access_account account on account.id = staff.account_id
where given.school_class_id = %(class)s
  and given.starts_on <= %(day)s and (given.ends_on is null or given.ends_on >= %(day)s)
order by given.starts_on desc
"""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher as a signer: `why_not` says why no signature can be asked of this person."""

    staff_id: int
    name: str
    code: str
    account_id: int | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ClassTeachers:
    """Who taught what at the end of the year; `shared` names everyone of a shared subject."""

    subjects: Mapping[int, Teacher]
    names: Mapping[int, str]
    homeroom: Teacher | None

    def subject(self, book_id: int) -> Teacher | None:
        """Who signs a subject: its main teacher."""
        return self.subjects.get(book_id)


def teachers_of_class(class_id: int, day: date, today: date) -> ClassTeachers:
    """The teachers of a class on a day of the year, and whether each can sign today."""
    given = {"class": class_id, "day": day, "today": today}
    found: dict[int, list[Teacher]] = defaultdict(list)
    for book, *facts in _rows(TEACHERS, given):
        found[book].append(_teacher(*facts))
    leads = [_teacher(*row[1:]) for row in _rows(HOMEROOM, given)]
    return ClassTeachers(
        subjects={book: teachers[0] for book, teachers in found.items()},
        names={book: ", ".join(one.name for one in all_) for book, all_ in found.items()},
        homeroom=leads[0] if leads else None,
    )


def _teacher(
    staff_id: int, name: str, code: str, account_id: int | None, *standing: bool
) -> Teacher:
    """`standing`: whether the account is closed, whether the person is posted here today."""
    closed, here = standing
    why = ""
    if account_id is None:
        why = f"{name} chưa có tài khoản nên không ký số được."
    elif closed:
        why = f"Tài khoản của {name} đã đóng nên không ký số được."
    elif not here:
        why = f"{name} không còn công tác tại trường nên không ký số được."
    return Teacher(staff_id, name, code, account_id, why)
