"""A family reads its own child and nothing that compares: no other mark, rank or class average.

Law: TT 15/2026/TT-BGDĐT, Điều 22
"""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from khue.gradebook.models import MarkRow, StudentResult, SubjectComment
from khue.gradebook.services import CellChange, enter_marks, lock_term
from kit.fences import EVERYTHING, Scope, scoped
from tests.asked import noting
from tests.cast import NOW, YEAR, Cast, table
from tests.places import World
from tests.walks import routes

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
def told(world: World) -> World:
    """A class with full marks and a closed term, so that families are told all they may know."""
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


class Family:
    """One of a family going everywhere, also to the second term, and taking along what it can."""

    def __init__(self, person: str, world: World) -> None:
        self.client: Client = world.cast.client(person)
        self.client.raise_request_exception = False
        self.pages: dict[str, str] = {}
        self.sheets: dict[str, str] = {}
        with noting() as noted:
            for address in [one for route in routes() for one in route.addresses(world.own)]:
                noted.clear()
                if self._open(address):
                    self._ask_more(address, noted)

    def _ask_more(self, address: str, noted: set[str]) -> None:
        """A page that asks for no term is the same in the other one."""
        for term in sorted({"hoc-ki", "term"} & noted):
            self._open(f"{address}?{term}=2")
        self._open(f"{address}?format=xlsx")

    def _open(self, address: str) -> bool:
        answer = self.client.get(address)
        if answer.status_code != 200:
            return False
        kind = answer.get("Content-Type", "")
        body = answer.getvalue() if hasattr(answer, "getvalue") else answer.content
        if kind.startswith(("text/", "application/json")):
            self.pages[address] = words(body)
        elif "spreadsheet" in kind:
            self.sheets[address] = _cells(body)
        return True


@pytest.mark.parametrize("person", FAMILIES)
def test_no_page_of_a_family_compares_or_names_another_child(person: str, told: World) -> None:
    family = Family(person, told)
    read = "\n".join(family.pages.values())
    assert printed(OWN) in read
    assert TAUGHT in read
    assert family.sheets
    mates = [one.name for one in told.cast.classmates]
    for address, text in {**family.pages, **family.sheets}.items():
        assert not COMPARING.search(text), (address, COMPARING.search(text))
        assert not [one for one in mates if one in text], address
    for address, text in family.pages.items():
        for number in [*map(printed, OTHERS), *OF_THE_CLASS]:
            assert not re.search(rf"(?<![\d,]){number}(?!\d)", text), (address, number)


def _cells(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return "\n".join(str(cell) for row in rows for cell in row)


def test_the_numbers_sought_are_really_there_for_the_teacher(told: World) -> None:
    book = told.cast.client("hoa").get(f"/so-diem/{told.cast.maths.pk}/1/")
    text = words(book.content)
    assert all(printed(mark) in text for mark in OTHERS[: len(told.cast.classmates)])


def test_a_family_cannot_read_the_rows_of_a_classmate_even_when_a_query_forgets(
    told: World,
) -> None:
    cast = told.cast
    with scoped(EVERYTHING):
        every = MarkRow.objects.filter(class_subject_id=cast.maths.pk).count()
    with scoped(Scope(students=(cast.minh.student.pk,))):
        assert MarkRow.objects.filter(class_subject_id=cast.maths.pk).count() == 1 < every
        for model in (MarkRow, StudentResult, SubjectComment):
            ids = set(model.objects.values_list("student_id", flat=True))
            assert ids <= {cast.minh.student.pk}
