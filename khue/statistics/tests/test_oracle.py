"""Figures against people counted one by one in plain Python, on every storey."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from khue.statistics.services.following import follow_to_the_end
from khue.statistics.tests.attack import found_out, puzzle_of
from kit.fences import EVERYTHING, scoped
from tests.cast import (
    NOW,
    TODAY,
    YEAR,
    Cast,
    enrol,
    make_class,
    make_class_subject,
    make_school,
    make_staff,
    make_student,
    make_subject,
    table,
)

GROUPS = ["01", "01", "02", "02", "07", "48", ""]
# Level, grade and the age that is right for it.
GRADES = {"16": ("01", 2), "17": ("01", 5), "01": ("02", 6), "03": ("02", 8), "06": ("03", 11)}
PEOPLE = ("", ".f", ".m", ".mf")


def people_of(chance: random.Random, room: Any, number: int, last: Any) -> None:
    """Some pupils of a class; a few sat in the same grade the year before, a few are gone."""
    right = GRADES[room.grades[0]][1]
    for one in range(number):
        born = str(YEAR - right - chance.choice([0, 0, 0, 1, -1]))
        student = make_student(
            room.school, f"Trẻ {room.pk} {one}", chance.choice("MF"), chance.choice([born, ""])
        )
        student.ethnic_group = chance.choice(GROUPS)
        student.save(update_fields=["ethnic_group"])
        gone = {"ends_on": date(2026, 10, 1), "status": "left"} if chance.random() < 0.1 else {}
        enrol(student, room, **gone)
        if chance.random() < 0.15:
            stay = enrol(student, last, starts_on=date(2025, 9, 5), ends_on=date(2026, 5, 30))
            stay.year, stay.grade = YEAR - 1, room.grades[0]
            stay.save(update_fields=["year", "grade"])


def build(cast: Cast, chance: random.Random) -> None:
    informatics = make_subject("Tin học", "Tin", 19)
    third = make_school("20001C", "Trường Ba Cấp", cast.commune, cast.department)
    for school in (cast.school, cast.other_school, third):
        last = make_class(school, "Năm trước", "06")
        last.year = YEAR - 1
        last.save(update_fields=["year"])
        for grade in chance.sample(sorted(GRADES), 3):
            room = make_class(school, f"{grade}-{school.pk}", grade, session=chance.choice("14"))
            room.level = GRADES[grade][0]
            room.save(update_fields=["level"])
            if chance.random() < 0.5:
                make_class_subject(room, informatics)
            people_of(chance, room, chance.randrange(1, 24), last)
        for kind in chance.choices(["01", "15", "28", "29", "30"], k=4):
            make_staff(school, f"Cán bộ {kind}", chance.choice("MF"), kind=kind)
        table("organisations.School").objects.filter(pk=school.pk).update(
            levels=["01", "02", "03"], level_group="18"
        )


def columns(person: Any) -> list[str]:
    girl, few = person.sex == "F", person.ethnic_group not in {"", "01", "55"}
    return [
        end for end, holds in zip(PEOPLE, (True, girl, few, girl and few), strict=True) if holds
    ]


def pupils_of(room: Any) -> Iterator[Any]:
    rows = table("records.Enrolment").objects.filter(school_class=room).select_related("student")
    for row in rows:
        if row.starts_on <= TODAY and (row.ends_on is None or row.ends_on >= TODAY):
            yield row


@dataclass(frozen=True)
class Facts:
    """What a class teaches, and who of it sat in the same grade before."""

    names: frozenset[str]
    repeaters: frozenset[int]


def facts_of(room: Any) -> Facts:
    subjects = table("organisations.ClassSubject").objects.filter(school_class=room)
    before = table("records.Enrolment").objects.filter(year=YEAR - 1, grade=room.grades[0])
    return Facts(
        frozenset(subjects.values_list("subject__name", flat=True)),
        frozenset(before.values_list("student_id", flat=True)),
    )


def words_of(room: Any, row: Any, facts: Facts) -> list[str]:
    """What a pupil is, word by word."""
    repeats = row.student_id in facts.repeaters
    right = {"01": 6, "03": 8, "06": 11, "08": 13}.get(row.grade)
    age = YEAR - int(row.student.born[:4]) if row.student.born else None
    told = {
        "pupils": True,
        f"grade.{row.grade}": True,
        f"age.{'unknown' if age is None else age}": True,
        "repeaters": right is not None and repeats,
        "new_intake": row.grade in {"01", "06"} and not repeats,
        f"right_age.{row.grade}": right is not None and age == right,
        "over_age": right is not None and age is not None and age > right,
        "two_sessions": room.session == "4",
        "informatics": "Tin học" in facts.names,
    }
    return [word for word, holds in told.items() if holds]


def counted(room: Any) -> Counter[str]:
    """A class, one pupil after another."""
    found: Counter[str] = Counter({"classes": 1, f"{room.level}.classes": 1})
    facts = facts_of(room)
    for row in pupils_of(room):
        ends = columns(row.student)
        found.update(f"pupils{end}" for end in ends)
        found.update(
            f"{room.level}.{word}{end}" for word in words_of(room, row, facts) for end in ends
        )
        group = f"{room.level}.ethnic.{row.student.ethnic_group or 'unknown'}"
        found.update(group + end for end in ends if end in {"", ".f"})
    return found


def staff_of(school: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    levels = {"28": "03", "29": "02", "30": "01"}
    taught = table("organisations.School").objects.get(pk=school.pk).levels
    for post in table("records.Posting").objects.filter(school=school).select_related("staff"):
        role = {"01": "principal", "15": "employee", "34": "employee"}.get(post.kind, "teacher")
        level = levels.get(post.kind, "")
        level = level if level in taught else max(taught)
        for end in columns(post.staff):
            for key in ("staff", f"role.{role}"):
                found.update([key + end, f"{level}.{key}{end}"])
    return found


def stored(theme: str) -> dict[tuple[str, int], Any]:
    rows = table("statistics.Figure").objects.filter(year=YEAR, theme=theme)
    return {(row.kind, row.place_id): row for row in rows}


def storeys(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]


@pytest.mark.parametrize("seed", range(3))
def test_people_counted_one_by_one_are_the_figures_of_every_storey(cast: Cast, seed: int) -> None:
    with scoped(EVERYTHING):
        build(cast, random.Random(seed))
        follow_to_the_end(now=NOW)
        pupils, staff = stored("enrolment"), stored("staff")
        expected: dict[int, Counter[str]] = {}
        for room in table("organisations.SchoolClass").objects.filter(year=YEAR):
            one = counted(room)
            assert_same(pupils["class", room.pk].counts, one)
            for place in storeys(room.school.organisation.path):
                expected.setdefault(place, Counter()).update(one)
        people: dict[int, Counter[str]] = {}
        for school in table("organisations.School").objects.all():
            for place in storeys(school.organisation.path):
                people.setdefault(place, Counter()).update(staff_of(school))
    assert {kind for kind, _ in pupils} == {"class", "school", "commune", "province", "ministry"}
    for (kind, place), row in pupils.items():
        if kind != "class":
            assert_same(row.counts, expected[place])
            assert_same(staff[kind, place].counts, people[place])
    for tables in published(pupils):
        assert found_out(puzzle_of(*tables), 5) == []


def assert_same(figure: dict[str, int], counts: Counter[str]) -> None:
    """The keys that were counted, and no other code of their words."""
    known = {key: figure.get(key, 0) for key in counts}
    assert known == dict(counts)
    stems = {".".join(key.split(".")[:2]) for key in counts if key[0] == "0" and key.count(".") > 1}
    more = [key for key in figure if ".".join(key.split(".")[:2]) in stems and key not in counts]
    assert [key for key in more if not key.endswith(".unknown.m")] == []


def published(figures: dict[tuple[str, int], Any]) -> Iterator[tuple[Any, Any, str]]:
    """Every place with those right below it, as a reader outside the schools has them."""
    for (kind, place), row in figures.items():
        if kind == "class":
            continue
        below = [one for one in figures.values() if one.parent_id == place]
        rows = {f"{one.kind}{one.place_id}": one for one in (*below, row)}
        counts = {name: one.counts for name, one in rows.items()}
        yield counts, {name: set(one.hidden) for name, one in rows.items()}, f"{kind}{place}"
