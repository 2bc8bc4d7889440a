"""Dựng tệp kết quả: every answer becomes a page, sealed, in one file that never changes again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, OutsidePlace, Refused, permit
from khue.answers.models import Edition, Publication
from khue.answers.permissions import PUBLISH
from khue.answers.rules.candidates import Line, choice_from, fault_of_choice, read_lines
from khue.answers.rules.pages import answer_data, answer_page
from khue.answers.rules.states import State
from khue.answers.services.drafting import (
    edition_of,
    listing_of,
    locked_publication,
    move,
    tell,
)
from khue.answers.serving.answer_file import Answer, Candidate, packed, write_answers
from khue.background.api import Progress, Work, WorkRefused, register_work, start_task
from kit.fences import EVERYTHING, scoped

WORK = "answers.build"
STEP_EVERY = 200
NOBODY = "Không có dòng nào dùng được nên chưa dựng. Hãy xem các lỗi và chọn lại cột."
NOT_AGREED = (
    "Tệp có {count} dòng lỗi. Hãy sửa tệp rồi tải lên lại, hoặc đánh dấu đồng ý bỏ các dòng ấy ra."
)


def register() -> None:
    register_work(WORK, build_in_background, after_failure=after_failure)


def folder() -> Path:
    """Where the files and the pointer lie."""
    return Path(settings.DATA_DIR) / "answers"


def build_edition(
    *, actor: Actor, now: datetime, public_id: UUID, number: int, without_faults: bool
) -> UUID:
    """Order the file; `without_faults` says that the rows with faults may stay out."""
    with transaction.atomic():
        publication = locked_publication(actor, public_id)
        edition = edition_of(publication, number)
        _refuse_unready(edition, without_faults=without_faults)
        move(edition, State.BUILDING)
        edition.problem = ""
        edition.task_id = start_task(
            actor=actor,
            now=now,
            kind=WORK,
            title=f"Dựng tệp kết quả “{publication.title}”, bản {number}",
            arguments={
                "edition": edition.pk,
                "route": "answers.publication",
                "key": str(public_id),
            },
            school_id=publication.school_id,
        )
        edition.save()
        tell(actor, now, publication, "build", new={"edition": number, **edition.counts})
    return edition.task_id


def _refuse_unready(edition: Edition, *, without_faults: bool) -> None:
    problem = fault_of_choice(choice_from(edition.choice), listing_of(edition))
    if problem or not edition.counts.get("good"):
        raise Refused(problem or NOBODY)
    if edition.counts["faults"] and not without_faults:
        raise Refused(NOT_AGREED.format(count=edition.counts["faults"]))


def build_in_background(work: Work) -> dict[str, Any]:
    """The work itself: read again, make the pages, write the file."""
    edition = _edition_of_work(work)
    choice, publication = choice_from(edition.choice), edition.publication
    lines, _ = read_lines(listing_of(edition), choice)
    name = f"{publication.slug}-{edition.number}-{uuid4().hex[:8]}.khq"
    facts = {"publication": str(publication.public_id), "edition": edition.number}
    made = _candidates(publication, lines, work.now, work.progress)
    edition.digest = write_answers(folder() / name, settings.ANSWERS_KEY, facts, made)
    edition.file, edition.built_at = name, work.now
    move(edition, State.READY)
    edition.save()
    return {"text": f"Đã dựng xong {len(lines)} kết quả. Mời xem thử rồi công bố."}


def _edition_of_work(work: Work) -> Edition:
    found = Edition.objects.select_related("publication").filter(pk=work.arguments["edition"])
    edition = found.first()
    if edition is None:
        raise OutsidePlace
    permit(work.actor, PUBLISH, edition.publication.place)
    if edition.state != State.BUILDING:
        raise WorkRefused("Bản này không còn chờ dựng.")
    return edition


def _candidates(
    publication: Publication, lines: list[Line], now: datetime, progress: Progress
) -> Iterator[Candidate]:
    progress.begin(len(lines), "Đang dựng từng kết quả")
    for done, line in enumerate(lines):
        if done % STEP_EVERY == 0:
            progress.step(done)
        yield candidate_of(publication.title, publication.place_name, line, now)


def candidate_of(title: str, owner: str, line: Line, now: datetime) -> Candidate:
    """The page and the data of one candidate."""
    page = answer_page(title, owner, line.typed_number, line.values, now)
    data = answer_data(title, line.typed_number, line.values)
    return Candidate(line.number, line.secret, Answer(packed(page), packed(data)))


def after_failure(arguments: dict[str, Any], sentence: str) -> None:
    """Nothing was built: the edition is a draft again, with the reason."""
    with scoped(EVERYTHING):
        waiting = Edition.objects.filter(pk=arguments["edition"], state=State.BUILDING)
        waiting.update(state=State.DRAFT, problem=sentence)
