"""Đọc học bạ: the facts and the files of versions, for printing, packages and credentials.

Not gated: the caller has passed the gate for the pupil, and notes the look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from khue.transcripts.models import Part, Version
from khue.transcripts.queries.sealed import BODY, FILE, PDF, unseal
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.xml import read_body

NEWEST_FIRST = ("-part_of__year", "-number")


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Who signed which part, and when."""

    role: str
    element: str
    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """A published year: its facts, its signed file, and who signed it."""

    version_id: int
    student_id: int
    school_id: int
    province_id: int
    year: int
    number: int
    state: str
    verify_code: str
    facts: YearFacts
    file: bytes
    file_digest: str
    body_digest: str
    pdf: bytes
    published_at: datetime | None
    signers: tuple[SignedPart, ...] = ()


class NoSuchVersion(LookupError):
    """No version of a transcript has this number."""


def facts_of_version(version_id: int) -> YearFacts:
    """The facts of a version, published or not."""
    row = Version.objects.only("body").filter(pk=version_id).first()
    if row is None:
        raise NoSuchVersion(version_id)
    return read_body(unseal(row.body, BODY))


def published_years(student_id: int) -> list[PublishedYear]:
    """Các năm đã phát hành of a pupil, the oldest first: the version of each that holds now."""
    rows = Version.objects.filter(student_id=student_id, state="published")
    return _opened(rows.select_related("part_of").order_by("part_of__year"))


def published_version(version_id: int) -> PublishedYear:
    """One version that is or was published, with its file."""
    rows = Version.objects.filter(pk=version_id, published_at__isnull=False)
    found = _opened(rows.select_related("part_of"))
    if not found:
        raise NoSuchVersion(version_id)
    return found[0]


def _opened(rows: Iterable[Version]) -> list[PublishedYear]:
    versions = list(rows)
    signers = signers_of(one.pk for one in versions)
    return [_year(one, signers.get(one.pk, ())) for one in versions]


def _year(row: Version, signers: tuple[SignedPart, ...]) -> PublishedYear:
    return PublishedYear(
        version_id=row.pk,
        student_id=row.student_id,
        school_id=row.school_id,
        province_id=row.province_id,
        year=row.part_of.year,
        number=row.number,
        state=row.state,
        verify_code=row.verify_code,
        facts=read_body(unseal(row.body, BODY)),
        file=unseal(row.file, FILE),
        file_digest=row.file_digest,
        body_digest=row.body_digest,
        pdf=unseal(row.pdf, PDF),
        published_at=row.published_at,
        signers=signers,
    )


def signers_of(version_ids: Iterable[int]) -> dict[int, tuple[SignedPart, ...]]:
    """Who signs each version, in the order of signing; `at` is empty while it is not signed."""
    rows = Part.objects.filter(version__in=list(version_ids)).order_by("pk")
    found: dict[int, tuple[SignedPart, ...]] = {}
    for version, *facts in rows.values_list(
        "version_id", "role", "element", "signer_name", "signed_at"
    ):
        found[version] = (*found.get(version, ()), SignedPart(*facts))
    return found
