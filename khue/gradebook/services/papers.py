"""In sổ: the PDF of a class, of a teacher, of a list; a whole school in one archive."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from khue.access.api import Actor, OutsidePlace, explain, permit
from khue.background.api import State, TaskView, Work, WorkRefused, own_task_with, start_task
from khue.gradebook.queries.books import PRIMARY
from khue.gradebook.queries.paper_summaries import LISTS
from khue.gradebook.queries.paper_tables import POINTS, class_table
from khue.gradebook.queries.papers import (
    ClassPaper,
    class_book,
    class_list,
    open_class_paper,
    teacher_book,
)
from khue.organisations.api import ClassCard, classes_of, school_summary, school_year_label
from khue.papers.api import keep_file, kept_until, render_pdf, take_file
from khue.records.api import Profile, read_class_profiles
from kit.dates import vietnam_day
from kit.vietnamese import search_key

TEMPLATES = Path(__file__).resolve().parents[1] / "papers"
PRINT_WORK = "gradebook.print_school"
PRINT_SCHOOL = "gradebook.print_school"
SENSITIVE = ("records.view_sensitive", "records.view_family")
NO_CLASSES = (
    "Trường chưa có lớp nào có sổ điểm trong năm học này nên chưa in được. "
    "Hãy đặt môn học cho các lớp rồi in lại."
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A file to take home; `name` has no diacritics, for every computer."""

    name: str
    content: bytes


def print_class_book(*, actor: Actor, now: datetime, class_id: int) -> Printed:
    """Sổ theo dõi và đánh giá học sinh (theo lớp học). Law: TT 22/2021/TT-BGDĐT, Điều 20.

    The looks at sensitive facts of the pupils are noted; who may not see them gets the book with
    these columns blank.
    """
    paper = open_class_paper(actor, class_id, vietnam_day(now))
    if not paper.books:
        raise OutsidePlace(class_id)
    book = class_book(paper, _profiles(actor, now, paper))
    content = render_pdf(TEMPLATES / "class_book.typ", book, title=_title(paper), at=now)
    return Printed(_name("so-theo-doi", paper.results.class_name, paper.results.year), content)


def _title(paper: ClassPaper) -> str:
    label = school_year_label(paper.results.year)
    return f"Sổ theo dõi và đánh giá học sinh lớp {paper.results.class_name}, năm học {label}"


def _profiles(actor: Actor, now: datetime, paper: ClassPaper) -> Mapping[int, Profile]:
    if any(explain(actor, one, paper.results.place) for one in SENSITIVE):
        return {}
    return read_class_profiles(
        actor=actor, now=now, class_id=paper.results.class_id, student_ids=paper.student_ids
    )


def print_teacher_book(*, actor: Actor, now: datetime, staff_id: int) -> Printed:
    """Sổ theo dõi và đánh giá học sinh (của giáo viên). Law: TT 22/2021/TT-BGDĐT, Điều 19."""
    book = teacher_book(actor, staff_id, vietnam_day(now))
    title = f"Sổ theo dõi và đánh giá học sinh của giáo viên {book.teacher}"
    content = render_pdf(TEMPLATES / "teacher_book.typ", book, title=title, at=now)
    return Printed(f"so-giao-vien-{plain_name(book.teacher)}.pdf", content)


def print_class_list(*, actor: Actor, now: datetime, class_id: int, listed: str) -> Printed:
    """Danh sách của lớp theo Điều 12 đến Điều 15."""
    if listed not in LISTS:
        raise OutsidePlace(listed)
    shape = class_list(actor, class_id, listed, vietnam_day(now))
    title = f"{shape.title.capitalize()}, {shape.subtitle}"
    content = render_pdf(TEMPLATES / "class_list.typ", shape, title=title, at=now)
    return Printed(f"{listed}-{plain_name(shape.head.class_name)}.pdf", content)


def print_class_table(*, actor: Actor, now: datetime, class_id: int, period: int) -> Printed:
    """Bảng tổng hợp kết quả đánh giá giáo dục của lớp. Law: TT 27/2020/TT-BGDĐT, Điều 10."""
    table = class_table(actor, class_id, period, vietnam_day(now))
    title = f"Bảng tổng hợp kết quả đánh giá giáo dục, {table.subtitle}"
    content = render_pdf(TEMPLATES / "class_table.typ", table, title=title, at=now)
    return Printed(f"tong-hop-{plain_name(table.head.class_name)}-{period}.pdf", content)


def _name(kind: str, class_name: str, year: int) -> str:
    return f"{kind}-{plain_name(class_name)}-{school_year_label(year)}.pdf"


def plain_name(text: str) -> str:
    """A part of a file name: letters and digits without diacritics."""
    return re.sub(r"[^a-z0-9]+", "-", search_key(text)).strip("-")[:60] or "khong-ten"


def start_school_books(*, actor: Actor, now: datetime, school_id: int, year: int) -> UUID:
    """Order the books of every class of a school; returns the key of the page that shows them."""
    school = school_summary(school_id)
    permit(actor, PRINT_SCHOOL, school.path)
    key = uuid4()
    start_task(
        actor=actor,
        now=now,
        kind=PRINT_WORK,
        title=f"In sổ các lớp năm học {school_year_label(year)}, {school.name}",
        arguments={
            "school_id": school_id,
            "year": year,
            "key": str(key),
            "route": "gradebook.printed",
        },
        school_id=school_id,
    )
    return key


def print_school(work: Work) -> dict[str, Any]:
    """The work itself: a PDF for each class, in one archive on the shelf of its owner."""
    school_id, year = work.arguments["school_id"], work.arguments["year"]
    permit(work.actor, PRINT_SCHOOL, school_summary(school_id).path)
    archive, made = _archive(work, school_id, year)
    if not made:
        raise WorkRefused(NO_CLASSES)
    keep_file(UUID(work.arguments["key"]), archive, now=work.now)
    return {"text": f"Đã in sổ của {made} lớp. Tệp được giữ 24 giờ."}


def _archive(work: Work, school_id: int, year: int) -> tuple[bytes, int]:
    cards, kept, made = classes_of(school_id, year), io.BytesIO(), 0
    work.progress.begin(len(cards), "Đang in sổ")
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, card in enumerate(cards):
            work.progress.step(number, f"Đang in sổ lớp {card.name}")
            made += _add_class(archive, work, card)
    return kept.getvalue(), made


def _add_class(archive: zipfile.ZipFile, work: Work, card: ClassCard) -> bool:
    found = list(_papers_of(work, card))
    for printed in found:
        archive.writestr(printed.name, printed.content)
    return bool(found)


def _papers_of(work: Work, card: ClassCard) -> Iterator[Printed]:
    """The book of a class; in primary its table at each of the four points."""
    given: dict[str, Any] = {"actor": work.actor, "now": work.now, "class_id": card.id}
    if card.level == PRIMARY:
        yield from (print_class_table(**given, period=point) for point in POINTS)
        return
    with suppress(OutsidePlace):  # a class without any book of marks
        yield print_class_book(**given)


@dataclass(frozen=True, slots=True)
class Order:
    """Books of a school that a person ordered: how far they are, until when they are kept."""

    key: UUID
    task: TaskView
    kept_until: datetime | None

    @property
    def is_over(self) -> bool:
        """Made once, but no longer kept."""
        return self.task.state == State.DONE and self.kept_until is None


def own_order(actor: Actor, key: UUID, now: datetime) -> Order:
    """One's own order; another's does not exist."""
    task = own_task_with(actor, PRINT_WORK, str(key))
    return Order(key, task, kept_until(key, now=now) if task.state == State.DONE else None)


def take_order(actor: Actor, key: UUID, now: datetime) -> Printed:
    """The archive of one's own order, while it is kept."""
    own_task_with(actor, PRINT_WORK, str(key))
    content = take_file(key, now=now)
    if content is None:
        raise OutsidePlace(str(key))
    return Printed("so-theo-doi-cac-lop.zip", content)
