"""A family reads its own child and nothing that compares: no other mark, rank or class average.

Law: TT 15/2026/TT-BGDĐT, Điều 22
"""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from khue.gradebook.models import MarkRow, StudentResult, SubjectComment
from khue.gradebook.services import CellChange, enter_marks, lock_term
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, YEAR, Cast, table
from tests.places import World, make_world
from tests.test_every_page import Route, every_route

SLOTS = ["tx1", "tx2", "tx3", "tx4", "gk", "ck"]
OWN = 73
OTHERS = [97, 96, 86]
# The mean of the class of one child at 7,3 and three others, to one and to two decimals.
OF_THE_CLASS = ["8,8", "8,80"]
FAMILIES = ["lan", "minh"]
TAUGHT = "Hằng đẳng thức đáng nhớ"
COMPARING = re.compile(
    r"xếp hạng|thứ hạng|xếp thứ|hạng \d|trung bình (của )?(cả )?lớp|điểm cao nhất|điểm thấp nhất"
    r"|so với (lớp|bạn|các bạn)|biểu đồ|phổ điểm|vị thứ|top \d",
    re.IGNORECASE,
)


@pytest.fixture
def world(db: None) -> World:
    """A class with full marks and a closed term, so that families are told all they may know."""
    world = make_world()
    cast = world.cast
    with scoped(Scope(schools=(cast.school.pk,))):
        _fill(cast)
        lock_term(actor=cast.mai.actor, now=NOW, school_id=cast.school.pk, year=YEAR, term=1)
        _speak_of_others(cast)
    return world


def _speak_of_others(cast: Cast) -> None:
    """A lesson whose remark names a classmate, and a classmate who was away."""
    mate, now = cast.classmates[0], timezone.now()
    where = {"school": cast.school, "province": cast.department, "school_class": cast.school_class}
    held = {**where, "year": YEAR, "day": timezone.localdate(), "session": "am"}
    table("diary.Lesson").objects.create(
        **held,
        period=1,
        class_subject=cast.maths,
        title=TAUGHT,
        remark=f"{mate.name} chưa học bài",
        teacher=cast.hoa.staff,
        teacher_name=cast.hoa.name,
        written_at=now,
        written_by_id=cast.hoa.account.pk,
    )
    table("attendance.Absence").objects.create(
        **held, student=mate, kind="k", written_by=cast.hoa.name, written_at=now
    )


def _fill(cast: Cast) -> None:
    pupils = [cast.minh.student, *cast.classmates]
    marks = [OWN, *OTHERS, *OTHERS][: len(pupils)]
    changes = [
        CellChange(pupil.pk, slot, None, mark)
        for pupil, mark in zip(pupils, marks, strict=True)
        for slot in SLOTS
    ]
    enter_marks(
        actor=cast.hoa.actor,
        now=NOW,
        class_subject_id=cast.maths.pk,
        term=1,
        changes=changes,
    )


def printed(tenths: int) -> str:
    return f"{tenths // 10},{tenths % 10}"


def words(answer: bytes) -> str:
    """What a person reads on a page, without the markup around it."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.decode(errors="ignore"), flags=re.S)
    return unescape(re.sub(r"<[^>]*>", " ", text))


def opened(world: World, person: str) -> dict[str, str]:
    """Every address of the home school that opens for a person, with what it tells."""
    client = world.cast.client(person)
    client.raise_request_exception = False
    found: dict[str, str] = {}
    for route in every_route():
        for address in _addresses(route, world):
            answer = client.get(address)
            if answer.status_code == 200 and answer.get("Content-Type", "").startswith(
                ("text/", "application/json")
            ):
                body = answer.getvalue() if hasattr(answer, "getvalue") else answer.content
                found[address] = words(body)
    return found


def _addresses(route: Route, world: World) -> list[str]:
    return [
        asked
        for address in route.addresses(world.own)
        for asked in (address, f"{address}?hoc-ki=2")
    ]


@pytest.mark.parametrize("person", FAMILIES)
def test_no_page_of_a_family_compares_the_child_with_others(person: str, world: World) -> None:
    pages = opened(world, person)
    told = "\n".join(pages.values())
    assert printed(OWN) in told
    for address, text in pages.items():
        assert not COMPARING.search(text), (address, COMPARING.search(text))
        for number in [*map(printed, OTHERS), *OF_THE_CLASS]:
            assert not re.search(rf"(?<![\d,]){number}(?!\d)", text), (address, number)


@pytest.mark.parametrize("person", FAMILIES)
def test_no_page_of_a_family_names_another_child_of_the_class(person: str, world: World) -> None:
    pages = opened(world, person)
    assert TAUGHT in "\n".join(pages.values())
    for address, text in pages.items():
        assert not [one.name for one in world.cast.classmates if one.name in text], address


def test_the_numbers_sought_are_really_there_for_the_teacher(world: World) -> None:
    book = world.cast.client("hoa").get(f"/so-diem/{world.cast.maths.pk}/1/")
    text = words(book.content)
    assert all(printed(mark) in text for mark in OTHERS[: len(world.cast.classmates)])


@pytest.mark.parametrize("person", FAMILIES)
def test_a_sheet_taken_along_by_a_family_names_no_other_child(person: str, world: World) -> None:
    client = world.cast.client(person)
    client.raise_request_exception = False
    told = []
    for route in every_route():
        for address in route.addresses(world.own):
            answer = client.get(f"{address}?format=xlsx")
            if answer.status_code == 200 and "spreadsheet" in answer.get("Content-Type", ""):
                told.append(_cells(answer.content))
    assert told
    for text in told:
        assert not [mate.name for mate in world.cast.classmates if mate.name in text]
        assert not COMPARING.search(text)


def _cells(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return "\n".join(str(cell) for row in rows for cell in row)


def test_a_family_cannot_read_the_rows_of_a_classmate_even_when_a_query_forgets(
    world: World,
) -> None:
    with scoped(EVERYTHING):
        every = MarkRow.objects.filter(class_subject_id=world.cast.maths.pk).count()
    with scoped(Scope(students=(world.cast.minh.student.pk,))):
        assert MarkRow.objects.filter(class_subject_id=world.cast.maths.pk).count() == 1 < every
        for model in (MarkRow, StudentResult, SubjectComment):
            ids = set(model.objects.values_list("student_id", flat=True))
            assert ids <= {world.cast.minh.student.pk}
