"""Trình ký sổ: the papers of a class go to those who answer for them, in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from khue.access.api import Actor, OutsidePlace, Refused, permit
from khue.gradebook.queries.books import PRIMARY, Book, find_book, read_class
from khue.gradebook.queries.class_results import ClassResults, results_of_class
from khue.gradebook.queries.paper_heads import place_of
from khue.gradebook.queries.paper_signers import (
    HOMEROOM,
    LEADER,
    SEAL,
    TEACHER,
    PaperSigner,
    signers_of_book,
    signers_of_class,
)
from khue.gradebook.queries.paper_summaries import LISTS
from khue.gradebook.queries.paper_tables import PERIODS, POINTS, class_table
from khue.gradebook.queries.papers import (
    VIEW,
    class_book,
    class_list,
    open_class_paper,
    subject_book,
)
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.services.papers import TEMPLATES, Printed, plain_name
from khue.gradebook.services.states import closed_sentence
from khue.ledger.api import Author, Operation
from khue.organisations.api import school_year_label
from khue.papers.api import SigningPlace, render_pdf, render_to_sign
from khue.signing.api import (
    DocumentCard,
    Holder,
    PdfLook,
    Step,
    hand_in_document,
    newest_documents,
    usual_level,
    versions_of,
)
from kit.dates import vietnam_day

HAND_IN = "gradebook.hand_in"
PDF = "application/pdf"
CLASS_KIND, BOOK_KIND = "gradebook.class_paper", "gradebook.subject_book"
WHOLE, TABLE = "so", "tong-hop-"
WORDS = {
    TEACHER: "GIÁO VIÊN MÔN HỌC",
    HOMEROOM: "GIÁO VIÊN CHỦ NHIỆM",
    LEADER: "HIỆU TRƯỞNG",
    SEAL: "HIỆU TRƯỞNG",
}
SIGNATURE_WIDTH = 130.0
STILL_OPEN = (
    "Sổ này còn ghi được. Nên xác nhận đã nhập xong rồi mới trình, vì bản đã ký không đổi theo sổ."
)
Shape = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that may be handed in: what it is, who signs it, what speaks against it."""

    kind: str
    key: str
    title: str
    group: str
    file_name: str
    template: Path
    shape: Shape
    signers: Sequence[PaperSigner]
    place: str
    school_id: int
    province_id: int
    warning: str = ""
    view_permission: str = VIEW

    @property
    def missing(self) -> list[str]:
        return [one.missing for one in self.signers if one.missing]

    @property
    def versions(self) -> list[DocumentCard]:
        return versions_of(self.kind, self.key)


def papers_of_class(level: str, *, with_books: bool) -> dict[str, str]:
    """The papers of a class by their word in addresses, with what people call them."""
    points = POINTS if level == PRIMARY else PERIODS
    tables = {f"{TABLE}{one}": f"Bảng tổng hợp {said}" for one, said in points.items()}
    if level == PRIMARY or not with_books:
        return tables
    lists = {key: title.capitalize() for key, (title, _, _) in LISTS.items()}
    return {WHOLE: "Sổ theo dõi và đánh giá học sinh", **tables, **lists}


def open_class_signing(actor: Actor, class_id: int, word: str, now: datetime) -> Paper:
    """A paper of a whole class, for someone who may read it and hand it in."""
    results = results_of_class(actor, class_id)
    permit(actor, HAND_IN, results.place)
    names = papers_of_class(results.level, with_books=_has_books(class_id))
    if word not in names:
        raise OutsidePlace(word)
    today = vietnam_day(now)
    place = place_of(results.school_id, results.year, results.province_id, today)
    template, shape = _shape_of_class(actor, class_id, word, today)
    where = f"lớp {results.class_name}, năm học {school_year_label(results.year)}"
    return Paper(
        CLASS_KIND,
        f"{class_id}.{word}",
        f"{names[word]}, {where}",
        f"{names[word]} · {results.class_name}",
        f"{word}-{plain_name(results.class_name)}-{school_year_label(results.year)}.pdf",
        TEMPLATES / template,
        shape,
        signers_of_class(place, class_id, today),
        results.place,
        results.school_id,
        results.province_id,
    )


def _has_books(class_id: int) -> bool:
    return any(book.slots for book in read_class(class_id))


def _shape_of_class(actor: Actor, class_id: int, word: str, today: date) -> tuple[str, Shape]:
    if word == WHOLE:
        return "class_book.typ", lambda: class_book(open_class_paper(actor, class_id, today), {})
    if word.startswith(TABLE):
        period = int(word.removeprefix(TABLE))
        return "class_table.typ", partial(class_table, actor, class_id, period, today)
    return "class_list.typ", partial(class_list, actor, class_id, word, today)


def open_book_signing(actor: Actor, class_subject_id: int, term: int, now: datetime) -> Paper:
    """The book of one subject in one term, for someone who may read it and hand it in."""
    book, today = find_book(class_subject_id), vietnam_day(now)
    permit(actor, HAND_IN, book.place)
    subject_book(actor, class_subject_id, term, today)
    place = place_of(book.school_id, book.year, book.province_id, today)
    said = SPOKEN_TERMS[term]
    return Paper(
        BOOK_KIND,
        f"{book.id}.{term}",
        f"Sổ theo dõi môn {book.subject_name}, lớp {book.class_name}, {said}, "
        f"năm học {school_year_label(book.year)}",
        f"Sổ theo môn · {book.subject_name} · {book.class_name}",
        _book_name(book, term),
        TEMPLATES / "subject_book.typ",
        partial(subject_book, actor, class_subject_id, term, today),
        signers_of_book(place, book.class_id, book.id, term, today),
        book.place,
        book.school_id,
        book.province_id,
        "" if closed_sentence(book, term, now) else STILL_OPEN,
    )


def _book_name(book: Book, term: int) -> str:
    names = plain_name(book.subject_name), plain_name(book.class_name)
    return f"so-theo-mon-{'-'.join(names)}-hk{term}-{school_year_label(book.year)}.pdf"


def print_subject_book(*, actor: Actor, now: datetime, class_subject_id: int, term: int) -> Printed:
    """Sổ theo dõi và đánh giá học sinh của một môn học, as it would be signed."""
    shape = subject_book(actor, class_subject_id, term, vietnam_day(now))
    title = f"Sổ theo dõi môn {shape.page.subject}, lớp {shape.head.class_name}"
    content = render_pdf(TEMPLATES / "subject_book.typ", shape, title=title, at=now)
    return Printed(_book_name(find_book(class_subject_id), term), content)


def hand_in_paper(*, actor: Actor, now: datetime, paper: Paper) -> int:
    """Trình ký: a new version of the paper as it stands now; returns the document.

    Raises Refused while somebody who must sign cannot be asked.
    """
    permit(actor, HAND_IN, paper.place)
    if paper.missing:
        raise Refused(" ".join(paper.missing))
    content, places = render_to_sign(paper.template, paper.shape(), title=paper.title, at=now)
    return hand_in_document(
        operation=Operation(Author(actor.account_id, actor.name), now),
        kind=paper.kind,
        key=paper.key,
        title=paper.title,
        file_name=paper.file_name,
        media_type=PDF,
        content=content,
        steps=_steps(paper.signers, places),
        place=paper.place,
        view_permission=paper.view_permission,
        school_id=paper.school_id,
        province_id=paper.province_id,
        level=usual_level(),
        group_title=paper.group,
    )


def _steps(signers: Sequence[PaperSigner], places: Sequence[SigningPlace]) -> list[Step]:
    teachers = [one for one in signers if one.part == TEACHER]
    steps = []
    for one in signers:
        turn = teachers.index(one) - len(teachers) if one.part == TEACHER else -1
        look = _look(one, places, turn)
        steps.append(Step(one.role, account_id=one.account_id, seal_of=one.seal_of, look=look))
    return steps


def _look(signer: PaperSigner, places: Sequence[SigningPlace], turn: int) -> PdfLook | None:
    """The last place that bears the signer's words; teachers of one subject take theirs in turn."""
    fitting = [one for one in places if one.who == WORDS[signer.part]]
    if len(fitting) < -turn:
        return None
    place = fitting[turn]
    left, bottom, right, top = place.box
    middle = (left + right) / 2
    box = (middle - SIGNATURE_WIDTH / 2, bottom + 1, middle + SIGNATURE_WIDTH / 2, top - 1)
    holder = Holder.ORGANISATION if signer.part == SEAL else Holder.PERSON
    return PdfLook(visible=True, page=place.page, box=box, holder=holder)


@dataclass(frozen=True, slots=True)
class PaperState:
    """One paper in a list, and its newest version that was handed in."""

    word: str
    name: str
    document: DocumentCard | None


@dataclass(frozen=True, slots=True)
class BookState:
    """A subject book in a list: its newest version by term, for the terms in which it is taught."""

    book: Book
    terms: dict[int, DocumentCard | None]


@dataclass(frozen=True, slots=True)
class ClassSigning:
    """Everything of a class that can be signed."""

    results: ClassResults
    papers: list[PaperState]
    books: list[BookState]


def signing_of_class(actor: Actor, class_id: int) -> ClassSigning:
    """The papers of a class and how far their signatures are."""
    results = results_of_class(actor, class_id)
    books = [book for book in read_class(class_id) if book.slots]
    names = papers_of_class(results.level, with_books=bool(books))
    found = newest_documents(CLASS_KIND, [f"{class_id}.{word}" for word in names])
    papers = [
        PaperState(word, name, found.get(f"{class_id}.{word}")) for word, name in names.items()
    ]
    return ClassSigning(results, papers, book_states(books))


def book_states(books: Sequence[Book]) -> list[BookState]:
    """The books with their newest versions; the caller passed the gate for each."""
    keys = [f"{book.id}.{term}" for book in books for term in (1, 2)]
    found = newest_documents(BOOK_KIND, keys)
    return [
        BookState(
            book,
            {term: found.get(f"{book.id}.{term}") for term in (1, 2) if book.taught[term - 1]},
        )
        for book in books
    ]
