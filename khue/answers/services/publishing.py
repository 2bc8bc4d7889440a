"""Công bố: change over at one stroke, back to the one before, or take it down."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from khue.access.api import Actor, Refused
from khue.answers.models import Edition, Publication
from khue.answers.queries import published_now
from khue.answers.rules.states import State
from khue.answers.services.building import folder
from khue.answers.services.drafting import edition_of, locked_publication, tell
from khue.answers.serving.pointer import NAME, pointer_text, write_pointer
from kit.fences import EVERYTHING, scoped

POINTER_LOCK = 20260825
KEPT_FOR = timedelta(days=30)
NOT_BUILT = "Bản này chưa dựng xong nên chưa công bố được."
NO_FILE = "Không còn tệp kết quả của bản này trên máy chủ. Hãy tải tệp lên và dựng lại."
NOTHING_BEFORE = "Không có bản nào trước đó để trở về."
NOT_PUBLIC = "Kì này đang không được công bố nên không có gì để rút."
NO_REASON = "Rút kết quả đã công bố là việc hệ trọng. Hãy ghi lý do."


def publish_edition(*, actor: Actor, now: datetime, public_id: UUID, number: int) -> None:
    """Let this edition answer from now on."""
    with transaction.atomic():
        publication = locked_publication(actor, public_id)
        edition = edition_of(publication, number)
        if edition.state != State.READY:
            raise Refused(NOT_BUILT)
        _change_over(actor, now, publication, edition, "publish")


def roll_back(*, actor: Actor, now: datetime, public_id: UUID) -> None:
    """Let the edition before answer again."""
    with transaction.atomic():
        publication = locked_publication(actor, public_id)
        if publication.previous is None:
            raise Refused(NOTHING_BEFORE)
        _change_over(actor, now, publication, publication.previous, "roll_back")


def withdraw(*, actor: Actor, now: datetime, public_id: UUID, reason: str) -> None:
    """Take the publication down; it can be published again."""
    with transaction.atomic():
        publication = locked_publication(actor, public_id)
        if publication.current is None:
            raise Refused(NOT_PUBLIC)
        if len(reason.strip()) < 3:
            raise Refused(NO_REASON)
        old, why = publication.current.number, reason.strip()[:300]
        publication.previous, publication.current = publication.current, None
        publication.withdrawn_at, publication.withdrawn_by = now, actor.name
        publication.withdrawn_why = why
        publication.save()
        tell(actor, now, publication, "withdraw", old={"edition": old}, reason=why)
        transaction.on_commit(point, robust=True)


def change_opening(*, actor: Actor, now: datetime, public_id: UUID, opens_at: datetime) -> None:
    """Open earlier or later; the answers stay as they are."""
    with transaction.atomic():
        publication = locked_publication(actor, public_id)
        old = str(publication.opens_at)
        publication.opens_at = opens_at
        publication.save()
        tell(actor, now, publication, "change_opening", old=old, new=str(opens_at))
        transaction.on_commit(point, robust=True)


def _change_over(
    actor: Actor, now: datetime, publication: Publication, edition: Edition, action: str
) -> None:
    if not (folder() / edition.file).is_file():
        raise Refused(NO_FILE)
    old = publication.current
    if old is not None and old.pk == edition.pk:
        raise Refused("Bản này đang được công bố rồi.")
    publication.previous = old if old is not None else _other(publication.previous, edition)
    publication.current = edition
    publication.published_at, publication.published_by = now, actor.name
    publication.withdrawn_at, publication.withdrawn_by, publication.withdrawn_why = None, "", ""
    publication.save()
    before = {"edition": old.number} if old else None
    tell(actor, now, publication, action, old=before, new={"edition": edition.number})
    transaction.on_commit(point, robust=True)


def _other(previous: Edition | None, edition: Edition) -> Edition | None:
    return None if previous is None or previous.pk == edition.pk else previous


def point() -> bool:
    """Write the pointer as the tables say; return whether it was another before.

    One at a time, so that an older state never comes to lie over a newer one.
    """
    with transaction.atomic(), scoped(EVERYTHING):
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [POINTER_LOCK])
        wanted, place = published_now(), folder() / NAME
        if place.exists() and place.read_text() == pointer_text(wanted):
            return False
        if wanted or place.exists():
            write_pointer(folder(), wanted)
        return True


def forget_uploads(*, now: datetime, kept_for: timedelta = KEPT_FOR) -> int:
    """After thirty days the uploads go; the built files stay for as long as they are published."""
    with scoped(EVERYTHING):
        old = Edition.objects.filter(uploaded_at__lt=now - kept_for, forgotten_at__isnull=True)
        return old.exclude(state=State.BUILDING).update(sealed="", forgotten_at=now)


def remove_unused_files(*, now: datetime, kept_for: timedelta = KEPT_FOR) -> int:
    """Files that neither answer nor stand ready to be gone back to; returns how many went."""
    with scoped(EVERYTHING):
        held = Publication.objects.values_list("current__file", "previous__file")
        names = {name for pair in held for name in pair if name}
        young = Edition.objects.filter(built_at__gte=now - kept_for).values_list("file", flat=True)
    unused = [file for file in folder().glob("*.khq") if file.name not in names | set(young)]
    for file in unused:
        file.unlink(missing_ok=True)
    return len(unused)
