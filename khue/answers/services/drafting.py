"""Soạn kì công bố: a file comes in, columns are chosen, faults are seen; nothing is public yet."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, Granted, OutsidePlace, Refused, permit
from khue.answers.models import Edition, Publication
from khue.answers.permissions import PUBLISH
from khue.answers.queries import places_to_publish
from khue.answers.rules.addresses import slug_of
from khue.answers.rules.candidates import (
    LISTED_FAULTS,
    Choice,
    Fault,
    Line,
    Listing,
    choice_from,
    fault_of_choice,
    guess,
    read_lines,
    read_listing,
)
from khue.answers.rules.states import STATE_NAMES, State, may_become
from khue.ledger.api import Author, Change, Operation, append_changes
from kit import cipher
from kit.fences import EVERYTHING, scoped
from kit.sheets.limits import Limits
from kit.sheets.reading import open_workbook

LABEL = "answers.upload"
MOST_ROWS = 300_000
UNTITLED = "Chưa có tên kì công bố. Hãy ghi tên mà thí sinh sẽ đọc thấy."
FORGOTTEN = "Tệp gốc đã được xóa theo quy định nên không dựng lại được. Hãy tải tệp lên lại."


@dataclass(frozen=True)
class Draft:
    """What the preview shows of an edition that is not built yet."""

    listing: Listing
    choice: Choice
    lines: list[Line]
    faults: list[Fault]
    problem: str


def open_publication(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    opens_at: datetime,
    place: str,
    file_name: str,
    content: bytes,
    limit_bytes: int,
) -> UUID:
    """Begin a publication with its first file. Raises SheetRefused when the file is no list."""
    permit(actor, PUBLISH, place)
    if not title.strip():
        raise Refused(UNTITLED)
    where = _grant_at(actor, place)
    listing = _listing(content, limit_bytes)
    with transaction.atomic():
        with scoped(EVERYTHING):  # an address is taken whoever took it
            taken = set(Publication.objects.values_list("slug", flat=True))
        made = Publication.objects.create(
            slug=slug_of(title, taken),
            title=title.strip()[:200],
            place=where.place,
            place_name=where.place_name,
            province_id=where.province_id,
            school_id=where.school_id,
            opens_at=opens_at,
            created_by=actor.name,
            created_at=now,
        )
        _keep_edition(actor, now, made, file_name, content, listing)
        tell(actor, now, made, "create", new={"title": made.title, "opens_at": str(opens_at)})
    return made.public_id


def add_edition(
    *,
    actor: Actor,
    now: datetime,
    public_id: UUID,
    file_name: str,
    content: bytes,
    limit_bytes: int,
) -> None:
    """Another file for the same publication: corrected results, a second round."""
    with transaction.atomic():
        publication = locked_publication(actor, public_id)
        listing = _listing(content, limit_bytes)
        _keep_edition(actor, now, publication, file_name, content, listing)
        tell(actor, now, publication, "upload", new={"file": file_name[-200:]})


def choose_columns(
    *, actor: Actor, now: datetime, public_id: UUID, number: int, choice: Choice
) -> None:
    """Say which columns are what; the preview is made anew."""
    with transaction.atomic():
        publication = locked_publication(actor, public_id)
        edition = edition_of(publication, number)
        move(edition, State.DRAFT)
        listing = listing_of(edition)
        if sentence := fault_of_choice(choice, listing):
            raise Refused(sentence)
        edition.choice, edition.problem = choice.as_json(), ""
        _count(edition, listing, choice)
        edition.save()
        tell(actor, now, publication, "choose", new=choice.as_json() | {"edition": number})


def draft_of(*, actor: Actor, public_id: UUID, number: int) -> Draft:
    """The preview of an edition: its columns, its first lines, its faults."""
    publication = _own(actor, public_id)
    edition = edition_of(publication, number)
    listing, choice = listing_of(edition), choice_from(edition.choice)
    problem = fault_of_choice(choice, listing)
    lines, faults = ([], []) if problem else read_lines(listing, choice)
    return Draft(listing, choice, lines, faults[:LISTED_FAULTS], problem)


def _grant_at(actor: Actor, place: str) -> Granted:
    found = next((one for one in places_to_publish(actor) if one.place == place), None)
    if found is None:
        raise OutsidePlace
    return found


def _listing(content: bytes, limit_bytes: int) -> Listing:
    limits = Limits(file_bytes=limit_bytes, rows=MOST_ROWS)
    return read_listing(open_workbook(content, limits=limits))


def _keep_edition(
    actor: Actor,
    now: datetime,
    publication: Publication,
    file_name: str,
    content: bytes,
    listing: Listing,
) -> None:
    choice = guess(listing)
    edition = Edition(
        publication=publication,
        number=Edition.objects.filter(publication=publication).count() + 1,
        province_id=publication.province_id,
        school_id=publication.school_id,
        state=State.DRAFT,
        file_name=file_name[-200:],
        sealed=_sealed(content),
        choice=choice.as_json(),
        titles=list(listing.titles),
        uploaded_by=actor.name,
        uploaded_at=now,
    )
    _count(edition, listing, choice)
    edition.save()


def _count(edition: Edition, listing: Listing, choice: Choice) -> None:
    usable = not fault_of_choice(choice, listing)
    lines, faults = read_lines(listing, choice) if usable else ([], [])
    edition.counts = {"rows": len(listing.rows), "good": len(lines), "faults": len(faults)}


def _sealed(content: bytes) -> str:
    text = base64.b64encode(content).decode("ascii")
    return cipher.seal(text, label=LABEL, key_hex=settings.FIELD_KEY)


def listing_of(edition: Edition) -> Listing:
    """The table of the upload; raises Refused when the upload was forgotten."""
    if not edition.sealed:
        raise Refused(FORGOTTEN)
    text = cipher.unseal(edition.sealed, label=LABEL, key_hex=settings.FIELD_KEY)
    return _listing(base64.b64decode(text), len(text))


def _own(actor: Actor, public_id: UUID, *, lock: bool = False) -> Publication:
    rows = Publication.objects.select_for_update() if lock else Publication.objects
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise OutsidePlace
    permit(actor, PUBLISH, found.place)
    return found


def locked_publication(actor: Actor, public_id: UUID) -> Publication:
    """The publication behind the gate, locked until the end of the transaction."""
    return _own(actor, public_id, lock=True)


def edition_of(publication: Publication, number: int) -> Edition:
    found = Edition.objects.filter(publication=publication, number=number).first()
    if found is None:
        raise OutsidePlace
    return found


def move(edition: Edition, state: State) -> None:
    """Change the state, or raise Refused with what it is now."""
    old = State(edition.state)
    if not may_become(old, state):
        raise Refused(f"Bản này {STATE_NAMES[old].lower()} nên không làm bước ấy được nữa.")
    edition.state = state


def tell(
    actor: Actor,
    now: datetime,
    publication: Publication,
    action: str,
    *,
    old: object = None,
    new: object = None,
    reason: str = "",
) -> None:
    """One entry of the ledger."""
    change = Change(
        subject=f"publication:{publication.pk}",
        action=action,
        label=f"Công bố kết quả: {publication.title}",
        old=old,
        new=new,
        reason=reason,
        school_id=publication.school_id,
        province_id=publication.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
