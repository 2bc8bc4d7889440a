"""The people in the posts of a school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random
from uuid import UUID

from synthetic.ids import Ids
from synthetic.lots import mixed
from synthetic.names import invent_name
from synthetic.plan import YEAR, Outline, PlannedStaff
from synthetic.posts import Post

# Women among the teachers of a level, and among everybody else.
WOMEN = {"01": 0.995, "02": 0.78, "03": 0.68, "04": 0.64, "05": 0.55, "": 0.52}
# Numbers of a school in its stretch: 675 schools fit into six digits.
NUMBERS_OF_A_SCHOOL = 1_400
# No network of Viet Nam has numbers that begin so.
STAFF_PHONES, FAMILY_PHONES = "031", "030"
BELOW_STANDARD, ABOVE_STANDARD = 0.04, 0.11


def plan_staff(school: Outline, posts: Sequence[Post], ids: Ids) -> tuple[PlannedStaff, ...]:
    """One person for each post, in the order of the posts."""
    random = Random(mixed(school.seed, 37, school.place))
    numbers: Counter[str] = Counter()
    return tuple(
        _person(random, school, at, post, ids, _login(school, post, numbers))
        for at, post in enumerate(posts)
    )


def _login(school: Outline, post: Post, numbers: Counter[str]) -> str:
    """Tên đăng nhập: what the person is, the number of the school, a number for teachers."""
    if not post.login:
        return ""
    numbers[post.login] += 1
    ending = f".{numbers[post.login]:02d}" if post.login == "gv" else ""
    return f"{post.login}.{school.place + 1:03d}{ending}"


def _person(
    random: Random, school: Outline, at: int, post: Post, ids: Ids, login: str
) -> PlannedStaff:
    female = random.random() < WOMEN[post.level]
    group = choose_group(random, school)
    year = random.randint(1968, 1990) if post.role == "principal" else random.randint(1969, 2003)
    born = birthday(random, year)
    qualification, standard = _training(random, post)
    return PlannedStaff(
        id=ids.of("records.Staff", school.place, at),
        name=invent_name(random, group, female=female),
        sex="F" if female else "M",
        born=born,
        group=group,
        kind=post.kind,
        title=post.title,
        qualification=qualification,
        training_standard=standard,
        since=date(min(YEAR - 2, year + random.randint(22, 30)), 8, 1),
        role=post.role,
        login=login,
        number=personal_number(female=female, year=year, serial=school.place, place=at),
        phone=f"{STAFF_PHONES}{school.place * 600 + at:07d}",
        public_id=str(UUID(int=random.getrandbits(128), version=4)),
    )


def _training(random: Random, post: Post) -> tuple[str, str]:
    """Trình độ chuyên môn and chuẩn đào tạo: most at the standard of Luật Giáo dục 2019."""
    if not post.level and post.role in {"", "office"}:
        return random.choice(("05", "04", "03")), ""
    chance = random.random()
    if chance < BELOW_STANDARD:
        return ("18" if post.level == "01" else "17"), "03"
    if chance < BELOW_STANDARD + ABOVE_STANDARD:
        return ("16" if post.level == "01" else "02"), "02"
    return ("17" if post.level == "01" else "16"), "01"


def choose_group(random: Random, school: Outline) -> str:
    groups = school.commune.groups
    return random.choices(tuple(groups), tuple(groups.values()))[0]


def birthday(random: Random, year: int) -> str:
    return f"{year}-{int(random.random() * 12) + 1:02d}-{int(random.random() * 28) + 1:02d}"


def personal_number(*, female: bool, year: int, serial: int, place: int) -> str:
    """Số định danh of the right form: province, sex and century, year, six invented digits."""
    century = (year // 100 - 19) * 2 + female
    return f"020{century}{year % 100:02d}{serial * NUMBERS_OF_A_SCHOOL + place:06d}"
