"""Gói OneRoster của nhiều trường: ordered by a program, kept sealed, fetched once, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from khue.access.api import OutsidePlace
from khue.background.api import State, own_task, start_task
from khue.interchange.models import Client, Export, ExportPart
from khue.interchange.rules.limits import EXPORT_KEPT
from khue.interchange.services.admitting import Program, granted, kept_grant
from kit.cipher import seal_bytes, unseal_bytes
from kit.fences import EVERYTHING, scoped

WORK = "interchange.export"
FETCHED = "fetched"
PART = 1024 * 1024
TITLE = "Gói OneRoster cho “{}”"


@dataclass(frozen=True)
class ExportCard:
    """Một gói as the program sees it; `state` is that of its work, or "fetched"."""

    id: UUID
    client_id: UUID
    state: str
    done: int
    total: int
    error: str
    gradebook: bool
    ordered_at: datetime
    expires_at: datetime
    size: int
    digest: str
    records: dict[int, int]

    @property
    def is_ready(self) -> bool:
        return self.state == State.DONE


def order_export(*, program: Program, now: datetime, gradebook: bool) -> tuple[ExportCard, bool]:
    """Đặt gói; whoever has one on its way or waiting gets that one. Tells whether it is new."""
    with scoped(EVERYTHING), transaction.atomic():
        client = Client.objects.select_for_update().get(pk=program.client_id)
        for one in _living(program, now):
            card = _card(program, one)
            if card.gradebook == gradebook and card.state not in (State.FAILED, State.CANCELLED):
                return card, False
        row = Export.objects.create(
            client=client,
            school_id=client.school_id,
            province_id=client.province_id,
            grants=[kept_grant(one) for one in program.grants],
            gradebook=gradebook,
            ordered_at=now,
            expires_at=now + EXPORT_KEPT,
        )
        row.task_id = start_task(
            actor=program.actor,
            now=now,
            kind=WORK,
            title=TITLE.format(client.name),
            arguments={"export": str(row.pk)},
        )
        row.save(update_fields=["task_id"])
        return _card(program, row), True


def _living(program: Program, now: datetime) -> list[Export]:
    rows = Export.objects.filter(client_id=program.client_id, fetched_at__isnull=True)
    return list(rows.filter(expires_at__gt=now).order_by("-ordered_at"))


def export_of(program: Program, export_id: UUID, now: datetime) -> ExportCard:
    """One archive of this program. Raises OutsidePlace."""
    with scoped(EVERYTHING):
        row = Export.objects.filter(pk=export_id, client_id=program.client_id).first()
        if row is None or row.expires_at <= now:
            raise OutsidePlace(export_id)
        return _card(program, row)


def _card(program: Program, row: Export) -> ExportCard:
    assert row.task_id is not None
    task = own_task(program.actor, row.task_id)
    if task.state == State.DONE and row.made_at is None:
        row.refresh_from_db()  # made between the two readings
    return ExportCard(
        id=row.pk,
        client_id=row.client_id,
        state=_state(row, task.state),
        done=task.done,
        total=task.total,
        error=task.error,
        gradebook=row.gradebook,
        ordered_at=row.ordered_at,
        expires_at=row.expires_at,
        size=row.size,
        digest=row.digest,
        records={int(school): count for school, count in row.records.items()},
    )


def _state(row: Export, of_work: State) -> str:
    """That of its work; whoever sees the archive sees that it is done."""
    if row.fetched_at is not None:
        return FETCHED
    return str(State.DONE if row.made_at is not None else of_work)


def program_of_export(export_id: UUID) -> tuple[Program, bool] | None:
    """The program that ordered it, with what it held then; None when it may read no more."""
    row = Export.objects.select_related("client").filter(pk=export_id).first()
    if row is None or row.client.revoked_at is not None:
        return None
    held = tuple(granted(one) for one in row.grants)
    return Program(row.client_id, row.client.name, held, 1, 1), row.gradebook


class Sealed:
    """Where an archive is written to: parts of a megabyte, each sealed before it is kept."""

    def __init__(self, export_id: UUID) -> None:
        self.export_id, self.number, self.size = export_id, 0, 0
        self.digest, self._held = sha256(), bytearray()

    def write(self, content: bytes) -> int:
        self._held += content
        while len(self._held) >= PART:
            self._keep(bytes(self._held[:PART]))
            del self._held[:PART]
        return len(content)

    def flush(self) -> None:
        """Nothing: a part is kept when it is full."""

    def file(self) -> IO[bytes]:
        """Itself, as whoever only writes knows it."""
        return cast("IO[bytes]", self)

    def end(self, *, now: datetime, records: dict[int, int]) -> None:
        """Keep the rest, and what the whole is."""
        self._keep(bytes(self._held))
        self._held.clear()
        with scoped(EVERYTHING):
            Export.objects.filter(pk=self.export_id).update(
                made_at=now, size=self.size, digest=self.digest.hexdigest(), records=records
            )

    def _keep(self, content: bytes) -> None:
        self.digest.update(content)
        self.size += len(content)
        label = _label(self.export_id, self.number)
        sealed = seal_bytes(content, label=label, key_hex=settings.FIELD_KEY)
        with scoped(EVERYTHING):
            ExportPart.objects.create(export_id=self.export_id, number=self.number, content=sealed)
        self.number += 1


def _label(export_id: UUID, number: int) -> str:
    return f"interchange.export.{export_id}.{number}"


def content_of(card: ExportCard) -> Iterator[bytes]:
    """The archive, opened part after part; whoever got the last of it has fetched it."""
    with scoped(EVERYTHING):
        numbers = list(_parts(card).values_list("number", flat=True))
    for number in numbers:
        with scoped(EVERYTHING):
            sealed = _parts(card).values_list("content", flat=True).get(number=number)
        label = _label(card.id, number)
        yield unseal_bytes(bytes(sealed), label=label, key_hex=settings.FIELD_KEY)
    _fetched(card)


def _parts(card: ExportCard) -> Any:
    return ExportPart.objects.filter(export_id=card.id).order_by("number")


def _fetched(card: ExportCard) -> None:
    with scoped(EVERYTHING), transaction.atomic():
        Export.objects.filter(pk=card.id).update(fetched_at=timezone.now())
        _parts(card).delete()


def forget_exports(*, now: datetime) -> int:
    """Bỏ các gói đã hết ngày; return how many."""
    with scoped(EVERYTHING):
        _, by_kind = Export.objects.filter(expires_at__lte=now).delete()
        return by_kind.get("interchange.Export", 0)
