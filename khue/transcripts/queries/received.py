"""Gói học bạ nhận được: its report, and its years once it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from khue.access.api import Actor, OutsidePlace, permit
from khue.records.api import student_places
from khue.transcripts.models import Received
from khue.transcripts.permissions import TRANSFER
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.packages import PackedYear, read_package
from khue.transcripts.rules.receiving import Finding, Weight
from khue.transcripts.rules.xml import read_body
from kit.cipher import unseal_bytes
from kit.fences import EVERYTHING, scoped

LABEL = "transcripts.received"


@dataclass(frozen=True, slots=True)
class ReceivedPackage:
    """A package that came, judged; `accepted` once it belongs to the pupil's transcript."""

    id: int
    student_id: int
    province_id: int
    from_school: str
    years: list[str]
    findings: list[Finding]
    accepted: bool
    received_at: datetime
    received_by: str

    @property
    def is_good(self) -> bool:
        return not any(one.weight is Weight.FAULT for one in self.findings)


@dataclass(frozen=True, slots=True)
class ReceivedYear:
    """A year that another school published and we were given: read-only, with its origin."""

    package_id: int
    packed: PackedYear
    facts: YearFacts
    from_school: str
    received_at: datetime


def open_package(actor: Actor, received_id: int) -> tuple[ReceivedPackage, bytes]:
    """A package and its file, for someone who receives transcripts where the pupil is."""
    with scoped(EVERYTHING):
        package = open_received(actor, TRANSFER, received_id)
        return package, content_of(Received.objects.get(pk=received_id))


def open_received(actor: Actor, permission: str, received_id: int) -> ReceivedPackage:
    """A package of a pupil whom the actor may see; in a scope that sees it."""
    rows = Received.objects.filter(pk=received_id, student__isnull=False).defer("package")
    row = rows.first()
    if row is None:
        raise OutsidePlace(received_id)
    permit(actor, permission, *student_places(row.student_id or 0))
    return _package(row)


def packages_of(student_id: int) -> list[ReceivedPackage]:
    """Packages that came for a pupil, the newest first. Not gated; fenced."""
    rows = Received.objects.filter(student_id=student_id).defer("package")
    return [_package(row) for row in rows.order_by("-received_at")]


def received_years(student_id: int) -> list[ReceivedYear]:
    """Years of the accepted packages of a pupil, the oldest first; the newest package counts.

    Not gated; fenced.
    """
    rows = Received.objects.filter(student_id=student_id, accepted=True).order_by("received_at")
    found: dict[int, ReceivedYear] = {}
    for row in rows:
        for one in _years(row):
            found[one.packed.year] = one
    return [found[year] for year in sorted(found)]


def file_of_received(row_id: int, name: str) -> bytes | None:
    """A file of an accepted package, as it came. Not gated; fenced."""
    row = Received.objects.filter(pk=row_id, accepted=True).first()
    return read_package(content_of(row)).files.get(name) if row else None


def content_of(row: Received) -> bytes:
    return unseal_bytes(bytes(row.package), label=LABEL, key_hex=settings.FIELD_KEY)


def _years(row: Received) -> list[ReceivedYear]:
    package = read_package(content_of(row))
    return [
        ReceivedYear(
            row.pk, one, read_body(package.files[one.body]), row.from_school, row.received_at
        )
        for one in package.contents.years
    ]


def _package(row: Received) -> ReceivedPackage:
    told = row.report
    return ReceivedPackage(
        row.pk,
        row.student_id or 0,
        row.province_id,
        row.from_school,
        list(told["years"]),
        [Finding(Weight(weight), sentence) for weight, sentence in told["findings"]],
        row.accepted,
        row.received_at,
        row.received_by,
    )
