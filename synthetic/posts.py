"""Which posts a school has, and who of them teaches what and leads which class."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from synthetic.books import BookFrame
from synthetic.frames import Frame
from synthetic.plan import Outline

# In a primary school these subjects have teachers of their own.
OF_SPECIALISTS = frozenset(
    {
        "Ngoại ngữ 1",
        "Tin học và Công nghệ",
        "Giáo dục thể chất",
        "Nghệ thuật (Âm nhạc, Mĩ thuật)",
    }
)
# In a secondary school whoever leads the class gives these.
OF_THE_HOMEROOM = frozenset(
    {"Hoạt động trải nghiệm, hướng nghiệp", "Nội dung giáo dục của địa phương"}
)
WEEKLY_NORM = {"02": 21, "03": 15, "04": 14, "05": 14}
TEACHER_KIND = {"01": "30", "02": "29", "03": "28", "04": "27", "05": "27"}
PRESCHOOL_TEACHERS_PER_CLASS = 2.3
MANY_CLASSES = 14


@dataclass(frozen=True, slots=True)
class Post:
    """Vị trí việc làm: kind of DM_LOAI_CAN_BO, title, and the role of the gate it brings."""

    kind: str
    title: str
    level: str = ""
    role: str = ""
    login: str = ""


@dataclass(frozen=True)
class Posts:
    """The posts of a school, and by their numbers who teaches each book and leads each class."""

    posts: tuple[Post, ...]
    teachers: Mapping[tuple[int, str], int]
    homerooms: Mapping[int, int]


def plan_posts(school: Outline, frames: Sequence[Frame], books: Sequence[BookFrame]) -> Posts:
    """Everybody a school employs."""
    posts = list(_office(school, len(frames)))
    groups = [(level, title, taught) for (level, title), taught in _groups(books, frames)]
    teachers: dict[tuple[int, str], int] = {}
    for level, title, taught in groups:
        first, count = len(posts), _needed(level, taught)
        posts += [Post(TEACHER_KIND[level], title, level, "", "gv")] * count
        for at, one in enumerate(taught):
            teachers[one.number, one.subject] = first + at * count // len(taught)
    posts += _carers(frames)
    homerooms = _homerooms(frames, books, teachers, posts)
    teachers.update(_by_homeroom(books, homerooms))
    return Posts(tuple(posts), teachers, homerooms)


def _office(school: Outline, classes: int) -> Iterator[Post]:
    continuing = school.kind.key == "continuing"
    yield Post("05" if continuing else "01", "Giám đốc" if continuing else "Hiệu trưởng",
               role="principal", login="ht")  # fmt: skip
    for at in range(2 if classes >= MANY_CLASSES else 1):
        title = "Phó giám đốc" if continuing else "Phó hiệu trưởng"
        yield Post("06" if continuing else "02", title, role="vice_principal", login=f"pht{at + 1}")
    yield Post("34", "Nhân viên giáo vụ", role="office", login="gvu")
    yield Post("15", "Nhân viên kế toán")
    yield Post("11", "Nhân viên y tế")
    if classes >= MANY_CLASSES:
        yield Post("09", "Nhân viên thư viện")
    if school.kind.boarding or school.kind.key == "preschool":
        yield from [Post("20", "Nhân viên cấp dưỡng")] * (1 + classes // 8)


def _groups(
    books: Sequence[BookFrame], frames: Sequence[Frame]
) -> Iterator[tuple[tuple[str, str], list[BookFrame]]]:
    """Who needs one teacher or more: a subject of a level; in primary most of a class."""
    found: dict[tuple[str, str], list[BookFrame]] = defaultdict(list)
    for one in books:
        if one.level == "02" and one.subject not in OF_SPECIALISTS:
            found[one.level, f"Giáo viên lớp {frames[one.number].name}"].append(one)
        elif one.subject not in OF_THE_HOMEROOM:
            found[one.level, f"Giáo viên {one.subject}"].append(one)
    yield from found.items()


def _needed(level: str, taught: Sequence[BookFrame]) -> int:
    """Teachers of a group; a class of a primary school has one."""
    if level == "02" and taught[0].subject not in OF_SPECIALISTS:
        return 1
    return max(1, math.ceil(sum(one.weekly for one in taught) / WEEKLY_NORM[level]))


def _carers(frames: Sequence[Frame]) -> list[Post]:
    """Preschool: about two teachers for a group or class."""
    classes = sum(one.level == "01" for one in frames)
    count = math.ceil(classes * PRESCHOOL_TEACHERS_PER_CLASS)
    return [Post(TEACHER_KIND["01"], "Giáo viên mầm non", "01", "", "gv")] * count


def _homerooms(
    frames: Sequence[Frame],
    books: Sequence[BookFrame],
    teachers: Mapping[tuple[int, str], int],
    posts: Sequence[Post],
) -> dict[int, int]:
    """Who leads each class: its own teacher, or whoever of its teachers leads fewest."""
    offered: dict[int, list[int]] = defaultdict(list)
    for one in books:
        if (one.number, one.subject) in teachers and one.subject not in OF_SPECIALISTS:
            offered[one.number].append(teachers[one.number, one.subject])
    carers = [at for at, post in enumerate(posts) if post.level == "01"]
    led: Counter[int] = Counter()
    found = {}
    for number in range(len(frames)):
        found[number] = min(offered[number] or carers, key=lambda at: led[at])
        led[found[number]] += 1
    return found


def _by_homeroom(
    books: Sequence[BookFrame], homerooms: Mapping[int, int]
) -> dict[tuple[int, str], int]:
    return {
        (one.number, one.subject): homerooms[one.number]
        for one in books
        if one.level != "02" and one.subject in OF_THE_HOMEROOM
    }
