"""Children, families and staff of the demonstration."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from random import Random
from typing import Any

from demo.blueprint import YEAR, ClassPlan
from demo.classes import Planned
from demo.names import choose_group, invent_name
from demo.tables import table, write
from khue.records.queries.sealed import number_digest, seal_text
from kit.vietnamese import given_name_key, search_key

YOUNGEST_PARENT = 19
STARTED = date(2026, 9, 7)
# Numbers are given from the highest down: those of synthetic schools count upwards.
MOST_NUMBERS = 1_000_000
# age of a child in a grade on 1 January of the school year
AGES = (
    {"16": 2, "17": 4} | {f"{g:02d}": g + 5 for g in range(1, 13)} | {"13": 15, "14": 16, "15": 17}
)
VILLAGES = ["Thôn Khuổi Lặng", "Thôn Nà Sim", "Thôn Pác Mười", "Thôn Bản Hạ", "Khối 3", "Khối 7"]
JOBS = ["Làm ruộng", "Công nhân", "Buôn bán", "Viên chức", "Lái xe", "Thợ may"]


def person(
    random: Random, school: Any, name: str, sex: str, born: str, now: datetime
) -> dict[str, Any]:
    return {
        "name": name,
        "name_key": given_name_key(name),
        "name_search": search_key(name),
        "sex": sex,
        "born": born,
        "birth_place": school.address,
        "home_town": school.address,
        "address": f"{random.choice(VILLAGES)}, tỉnh Lạng Sơn",
        "created_at": now,
    }


def _birthday(random: Random, year: int) -> str:
    return f"{year}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"


def _student_row(
    random: Random, school: Any, plan: ClassPlan, code: int, now: datetime, year: int
) -> Any:
    group, female = choose_group(random), random.random() < 0.49
    name = invent_name(random, female=female, group=group)
    born = _birthday(random, year - AGES[plan.grade] - (plan.age_group in {"06"}))
    sex = "F" if female else "M"
    return {
        **person(random, school, name, sex, born, now),
        **_number(random, sex, born, code),
        "code": f"20{code:08d}",
        "ethnic_group": group,
        "home_school": school,
        "province_id": school.province_id,
    }


def _number(random: Random, sex: str, born: str, serial: int) -> dict[str, Any]:
    """A personal number of the right form (records.md §6.2); a few children have none yet."""
    if random.random() < 0.06:
        return {}
    year = int(born[:4])
    last = MOST_NUMBERS - serial % MOST_NUMBERS - 1
    number = f"020{2 + (sex == 'F')}{year % 100:02d}{last:06d}"
    return {
        "personal_number_sealed": seal_text(number, "student.personal_number"),
        "personal_number_digest": number_digest(number, "student"),
    }


def build_students(
    random: Random,
    school: Any,
    classes: Planned,
    first_code: int,
    now: datetime,
    *,
    year: int = YEAR,
    started: date = STARTED,
) -> list[Any]:
    """The children who fill the free seats, each with a register number and a family."""
    taken = Counter(
        table("records.Enrolment")
        .objects.filter(school_class__in=[one for one, _ in classes])
        .values_list("school_class_id", flat=True)
    )
    seats = [one for one in classes for _ in range(one[1].size - taken[one[0].pk])]
    rows = [
        _student_row(random, school, plan, first_code + at, now, year)
        for at, (_, plan) in enumerate(seats)
    ]
    students = write("records.Student", rows)
    _enrol(random, school, students, seats, started)
    _register(school, students, seats, started)
    _families(random, students, started, now)
    return students


def _enrol(random: Random, school: Any, students: list[Any], seats: Planned, started: date) -> None:
    rows = [
        {
            "student": student,
            "school": school,
            "province_id": school.province_id,
            "school_class": school_class,
            "year": school_class.year,
            "grade": random.choice(school_class.grades),
            "status": "studying",
            "entry_kind": "4",
            "starts_on": started,
        }
        for student, (school_class, _) in zip(students, seats, strict=True)
    ]
    write("records.Enrolment", rows)


def _register(school: Any, students: list[Any], seats: Planned, started: date) -> None:
    """Sổ đăng bộ: the numbers run on."""
    counter, _ = table("records.RegisterCounter").objects.get_or_create(school=school)
    rows = [
        {
            "school": school,
            "student": student,
            "number": number,
            "entered_on": started,
            "entered_class": school_class.name,
        }
        for number, (student, (school_class, _)) in enumerate(
            zip(students, seats, strict=True), counter.last_number + 1
        )
    ]
    write("records.RegisterEntry", rows)
    counter.last_number += len(rows)
    counter.save(update_fields=["last_number"])


def _families(random: Random, students: list[Any], started: date, now: datetime) -> None:
    adults, links = [], []
    for student in students:
        for relation, female in [("father", False), ("mother", True)]:
            family = "" if female else student.name.split()[0]
            name = invent_name(random, female=female, group=student.ethnic_group, family=family)
            adults.append(
                {
                    "name": name,
                    "name_search": search_key(name),
                    "birth_year": _born_before(random, student),
                    "job": random.choice(JOBS),
                    "phone": f"09{random.randint(10_000_000, 99_999_999)}",
                    "created_at": now,
                }
            )
            links.append({"student": student, "relation": relation, "starts_on": started})
    made = write("records.Guardian", adults)
    write(
        "records.Guardianship",
        [{**link, "guardian": adult} for link, adult in zip(links, made, strict=True)],
    )


def _born_before(random: Random, child: Any) -> int:
    return min(random.randint(1975, 1995), int(child.born[:4]) - YOUNGEST_PARENT)


def build_staff(
    random: Random, school: Any, posts: list[tuple[str, str]], now: datetime
) -> list[Any]:
    """Staff for a list of (kind of DM_LOAI_CAN_BO, title)."""
    rows = []
    for _ in posts:
        group, female = choose_group(random), random.random() < 0.68
        name = invent_name(random, female=female, group=group)
        born = _birthday(random, random.randint(1970, 1999))
        rows.append(
            {
                **person(random, school, name, "F" if female else "M", born, now),
                "ethnic_group": group,
                "home_school": school,
                "province_id": school.province_id,
                "qualification": "16",
                "training_standard": "01",
            }
        )
    staff = write("records.Staff", rows)
    write(
        "records.Posting",
        [
            {
                "staff": one,
                "school": school,
                "province_id": school.province_id,
                "kind": kind,
                "contract": "07",
                "title": title,
                "starts_on": date(2021, 8, 1),
            }
            for one, (kind, title) in zip(staff, posts, strict=True)
        ],
    )
    return staff
