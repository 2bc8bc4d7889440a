"""Dữ liệu gửi ngành of the schools of the story: files as complete as those of a real school.

What is missing is missing on purpose (`MISSING`), so that the report has a handful to tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from demo.blueprint import YEAR
from demo.tables import table, write
from khue.records.queries.sealed import number_digest, seal_text
from khue.sector.queries.dossier import LABEL
from kit.vietnamese import search_key
from synthetic.lots import mixed
from synthetic.training import Career, training_for, values_for

BIRTHDAYS = {"father": "NgaySinhBo", "mother": "NgaySinhMe"}
MAIL_OF_NOBODY = "khue.example"
# Numbers are given from the highest down: those of synthetic staff count upwards.
MOST_NUMBERS = 999_999
FIRST_POST_AT = 23
TEN_DIGITS_FROM = 319_900_000


@dataclass(frozen=True)
class Missing:
    """Of one school, by place in the list: what nobody has brought to the office yet."""

    birthdays: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    ranks: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()


MISSING: Mapping[str, Missing] = {
    "main": Missing(birthdays=(31, 118, 260, 342), groups=(75,), ranks=(17,), numbers=(13,)),
    "preschool": Missing(birthdays=(12, 90)),
    "primary": Missing(birthdays=(44, 160, 201), numbers=(12,)),
    "boarding": Missing(birthdays=(20, 77, 133, 190), groups=(101,), ranks=(18,)),
    "upper": Missing(birthdays=(58, 300)),
    "multi": Missing(birthdays=(15,)),
}


def complete_files(schools: Mapping[str, Any], now: datetime) -> None:
    """Everything that the sector asks for, but for what is missing on purpose."""
    for number, (key, school) in enumerate(schools.items()):
        missing = MISSING.get(key, Missing())
        _reach(school, number)
        rows = [*_of_staff(school, missing), *_of_pupils(school, missing)]
        write("sector.Supplement", [_sealed(school, now, *one) for one in rows])


def _sealed(school: Any, now: datetime, part: str, of: int, values: Mapping[str, object]) -> Any:
    return {
        "school": school,
        "province_id": school.province_id,
        "part": part,
        "local_id": of,
        "values_sealed": seal_text(json.dumps(values, ensure_ascii=False), LABEL),
        "changed_at": now,
    }


def _reach(school: Any, number: int) -> None:
    """Điện thoại, thư điện tử: numbers that no network has, a domain that nobody can own."""
    name = search_key(school.organisation.name).removeprefix("truong ").replace("&", "")
    school.phone = f"0{TEN_DIGITS_FROM + number + 1}"
    school.email = f"{name.replace(' ', '')}@{MAIL_OF_NOBODY}"
    school.save(update_fields=["phone", "email"])


def _of_staff(school: Any, missing: Missing) -> Iterator[tuple[str, int, dict[str, object]]]:
    postings = table("records.Posting").objects.filter(school=school).select_related("staff")
    for at, post in enumerate(postings.order_by("staff_id")):
        career = _career(school, post)
        _learn(post, career, number=at not in missing.numbers, rank=at not in missing.ranks)
        rating = 1 + (mixed(59, post.staff_id) % 10 > 6)
        yield "staff", post.staff_id, values_for(career, rating=rating)


def _career(school: Any, post: Any) -> Career:
    years = YEAR - _began(post.staff)
    return Career(post.kind, post.title, school.levels[0], post.staff.qualification, years)


def _began(staff: Any) -> int:
    """The year of the first post, some years before the present one at the least."""
    return min(YEAR - 5, int(staff.born[:4]) + FIRST_POST_AT)


def _learn(post: Any, career: Career, *, number: bool, rank: bool) -> None:
    staff, trained = post.staff, training_for(career)
    staff.major, staff.teaching_subjects = trained.major, list(trained.subjects)
    staff.rank_code = trained.rank if rank else ""
    staff.recruited_on = f"{_began(staff)}-08-01"
    if number:
        own = _number(staff)
        staff.personal_number_sealed = seal_text(own, "staff.personal_number")
        staff.personal_number_digest = number_digest(own, "staff")
    staff.save()


def _number(staff: Any) -> str:
    """Số định danh of the right form (records.md §6.2)."""
    year = int(staff.born[:4])
    century = (year // 100 - 19) * 2 + (staff.sex == "F")
    return f"020{century}{year % 100:02d}{MOST_NUMBERS - staff.pk % MOST_NUMBERS:06d}"


def _of_pupils(school: Any, missing: Missing) -> Iterator[tuple[str, int, dict[str, object]]]:
    seats = table("records.Enrolment").objects.filter(school=school, year=YEAR)
    pupils = list(dict.fromkeys(seats.order_by("pk").values_list("student_id", flat=True)))
    unwritten = [pupils[at] for at in missing.groups]
    table("records.Student").objects.filter(pk__in=unwritten).update(ethnic_group="")
    unknown = {pupils[at] for at in missing.birthdays}
    for student, days in _birthdays(pupils).items():
        known = {name: day for name, day in days.items() if student not in unknown}
        if known:
            yield "student", student, known


def _birthdays(pupils: list[int]) -> dict[int, dict[str, object]]:
    links = table("records.Guardianship").objects.filter(student_id__in=pupils)
    found: dict[int, dict[str, object]] = {one: {} for one in pupils}
    for one in links.filter(relation__in=BIRTHDAYS).select_related("guardian"):
        found[one.student_id][BIRTHDAYS[one.relation]] = _birthday(one.guardian)
    return found


def _birthday(guardian: Any) -> str:
    """A day in the year of birth, as a message writes it; the same for every child."""
    drawn = mixed(67, guardian.pk)
    return f"{guardian.birth_year}-{drawn % 12 + 1:02d}-{drawn // 12 % 28 + 1:02d}T00:00:00.0"
