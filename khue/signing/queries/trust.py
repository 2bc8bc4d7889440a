"""Danh sách tin cậy, as its page and its command show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, permit
from khue.signing.models import TrustedCertificate
from khue.signing.permissions import MANAGE_TRUST
from khue.signing.rules.certificates import facts_of
from khue.signing.rules.shapes import CertificateFacts


@dataclass(frozen=True, slots=True)
class TrustedRow:
    """One certificate of the list."""

    id: int
    kind: str
    kind_name: str
    name: str
    facts: CertificateFacts
    certificate: bytes
    note: str
    added_by: str
    added_at: datetime
    removed_by: str
    removed_at: datetime | None
    removed_reason: str
    keeps_past: bool

    @property
    def fingerprint(self) -> str:
        return self.facts.fingerprint

    @property
    def printed_fingerprint(self) -> str:
        """In groups of four, as a person compares it."""
        text = self.facts.fingerprint.upper()
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    @property
    def valid_to(self) -> datetime:
        return self.facts.valid_to


@dataclass(frozen=True, slots=True)
class TrustedList:
    """What stands, by kind, and what was removed, newest first."""

    standing: tuple[TrustedRow, ...]
    removed: tuple[TrustedRow, ...]

    def of(self, kind: str) -> tuple[TrustedRow, ...]:
        return tuple(row for row in self.standing if row.kind == kind)


def trusted_list_for(actor: Actor) -> TrustedList:
    """Danh sách tin cậy, for those who keep it."""
    permit_trust(actor)
    return trusted_list()


def trusted_row_for(actor: Actor, trusted_id: int) -> TrustedRow | None:
    permit_trust(actor)
    row = TrustedCertificate.objects.filter(pk=trusted_id).first()
    return _row(row) if row else None


def permit_trust(actor: Actor) -> None:
    """The list serves the whole installation: the right at any place of one's own is enough."""
    permit(actor, MANAGE_TRUST, *(one.place for one in actor.grants))


def trusted_list() -> TrustedList:
    rows = [_row(one) for one in TrustedCertificate.objects.order_by("kind", "name", "pk")]
    removed = [row for row in rows if row.removed_at is not None]
    return TrustedList(
        tuple(row for row in rows if row.removed_at is None),
        tuple(sorted(removed, key=lambda row: row.removed_at or row.added_at, reverse=True)),
    )


def find_trusted(fingerprint: str) -> TrustedRow | None:
    """The one standing certificate whose fingerprint begins so; None when none or several do."""
    wanted = fingerprint.replace(" ", "").replace(":", "").lower()
    found = TrustedCertificate.objects.filter(
        fingerprint__startswith=wanted, removed_at__isnull=True
    )[:2]
    return _row(found[0]) if wanted and len(found) == 1 else None


def _row(row: TrustedCertificate) -> TrustedRow:
    held = bytes(row.certificate)
    return TrustedRow(
        id=row.pk,
        kind=row.kind,
        kind_name=TrustedCertificate.Kind(row.kind).label,
        name=row.name,
        facts=facts_of(held),
        certificate=held,
        note=row.note,
        added_by=row.added_by,
        added_at=row.added_at,
        removed_by=row.removed_by,
        removed_at=row.removed_at,
        removed_reason=row.removed_reason,
        keeps_past=row.keeps_past,
    )
