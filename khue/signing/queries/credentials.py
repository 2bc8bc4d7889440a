"""Chứng thư số đã đăng ký: one's own, and the seals that one may use or look after."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings as site
from django.db.models import F, Q, QuerySet

from khue.access.api import Actor, OutsidePlace, permit, reach
from khue.organisations.api import OrganisationCard, organisation, organisation_at
from khue.signing.models import Credential
from khue.signing.permissions import MANAGE_SEAL, USE_SEAL
from khue.signing.rules.shapes import Holder, SigningCertificate
from kit.cipher import unseal_bytes
from kit.fences import EVERYTHING, scoped

IMAGE_LABEL = "signing.credential_image"
ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class CredentialCard:
    """One registered certificate; `settings` say where the key is, and hold no secret."""

    id: int
    holder: Holder
    account_id: int | None
    organisation_id: int | None
    organisation_name: str = ""
    backend: str
    settings: Mapping[str, str] = field(default_factory=dict)
    certificate: bytes
    chain: tuple[bytes, ...] = ()
    fingerprint: str
    name: str
    title: str
    organisation: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_to: datetime
    image: bytes = b""
    school_id: int | None
    province_id: int | None
    registered_by: str = ""
    registered_at: datetime
    retired_at: datetime | None = None
    retired_reason: str = ""
    wrong_secrets: int = 0
    locked_until: datetime | None = None

    @property
    def signer(self) -> SigningCertificate:
        """The certificate and those above it, as the formats take it."""
        return SigningCertificate(self.certificate, self.chain)

    @property
    def is_seal(self) -> bool:
        return self.holder is Holder.ORGANISATION

    @property
    def asks_pin(self) -> bool:
        """Whether the page asks for a PIN; a key on the signer's own machine is asked for there."""
        return self.backend in {"pkcs11", "demo"} or "pin" in self.settings

    @property
    def asks_code(self) -> bool:
        """Whether the page asks for a one-time code too (remote signing)."""
        return "code" in self.settings

    @property
    def sends_code(self) -> bool:
        """Whether that code is only sent when it is asked for (`ask_for_code`)."""
        return "sends" in self.settings

    def state_on(self, now: datetime) -> str:
        """retired, early, ended, soon (ends within 30 days) or good."""
        if self.retired_at:
            return "retired"
        if now < self.valid_from:
            return "early"
        if now > self.valid_to:
            return "ended"
        return "soon" if self.valid_to - now < ENDS_SOON else "good"

    @property
    def missing(self) -> tuple[str, ...]:
        """What the certificate of an official must name and does not (NĐ 174/2026, Điều 82)."""
        if self.is_seal:
            return ()
        named = {"chức danh": self.title, "tên cơ quan": self.organisation}
        return tuple(word for word, value in named.items() if not value)


def card(row: Credential) -> CredentialCard:
    return CredentialCard(
        id=row.pk,
        holder=Holder(row.holder),
        account_id=row.account_id,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name if row.organisation else "",
        backend=row.backend,
        settings=row.settings,
        certificate=bytes(row.certificate),
        chain=tuple(b64decode(one) for one in row.chain),
        fingerprint=row.fingerprint,
        name=row.subject_name,
        title=row.subject_title,
        organisation=row.subject_organisation,
        issuer=row.issuer,
        serial=row.serial,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        image=_image(row),
        school_id=row.school_id,
        province_id=row.province_id,
        registered_by=row.registered_by,
        registered_at=row.registered_at,
        retired_at=row.retired_at,
        retired_reason=row.retired_reason,
        wrong_secrets=row.wrong_secrets,
        locked_until=row.locked_until,
    )


def _image(row: Credential) -> bytes:
    if not row.image:
        return b""
    return unseal_bytes(bytes(row.image), label=IMAGE_LABEL, key_hex=site.FIELD_KEY)


def _rows() -> QuerySet[Credential]:
    return Credential.objects.select_related("organisation").order_by(
        F("retired_at").desc(nulls_first=True), "-valid_to", "pk"
    )


def _cards(rows: QuerySet[Credential], *, retired: bool) -> list[CredentialCard]:
    """One's own follow a person from school to school, so the fence is opened for exactly them."""
    found = rows if retired else rows.filter(retired_at__isnull=True)
    with scoped(EVERYTHING):
        return [card(row) for row in found]


def credentials_of(actor: Actor, *, retired: bool = False) -> list[CredentialCard]:
    """The actor's own certificates."""
    return _cards(_rows().filter(account_id=actor.account_id), retired=retired)


def seals_of(actor: Actor, *, retired: bool = False) -> list[CredentialCard]:
    """The seals that the actor may use."""
    return _cards(_rows().filter(_inside(actor, USE_SEAL)), retired=retired)


def seals_seen_by(actor: Actor, *, retired: bool = False) -> list[CredentialCard]:
    """The seals that the actor uses or looks after."""
    seen = _inside(actor, USE_SEAL) | _inside(actor, MANAGE_SEAL)
    return _cards(_rows().filter(seen), retired=retired)


def _inside(actor: Actor, permission: str) -> Q:
    found = Q(pk__in=[])
    for path in reach(actor, permission).paths:
        found |= Q(organisation__path__startswith=path)
    return found


def seal_owners(actor: Actor) -> list[OrganisationCard]:
    """The organisations whose seal the actor may register."""
    return [organisation_at(path) for path in reach(actor, MANAGE_SEAL).paths][:20]


def usable_credential(actor: Actor, credential_id: int) -> CredentialCard:
    """The credential to sign with: one's own, or a seal that one may use; retired ones do not.

    Raises OutsidePlace, or Refused for a seal of one's own school that one may not use.
    """
    row = find_credential(actor, credential_id, USE_SEAL)
    if row.retired_at:
        raise OutsidePlace
    with scoped(EVERYTHING):
        return card(row)


def open_credential(actor: Actor, credential_id: int) -> CredentialCard:
    """To look at: one's own, or a seal that one uses or looks after; retired ones too."""
    with scoped(EVERYTHING):
        row = _rows().filter(pk=credential_id).first()
        if row is None:
            raise OutsidePlace
        if row.account_id != actor.account_id and not may_manage(actor, row):
            permit(actor, USE_SEAL, *_places(row))
        return card(row)


def may_manage(actor: Actor, row: Credential | CredentialCard) -> bool:
    """Whether the actor looks after it: her own, or a seal of her organisation."""
    if row.account_id == actor.account_id:
        return True
    return row.organisation_id is not None and _seals_managed(actor, row.organisation_id)


def _seals_managed(actor: Actor, organisation_id: int) -> bool:
    path = organisation(organisation_id).path
    return reach(actor, MANAGE_SEAL).covers(path)


def _places(row: Credential) -> list[str]:
    return [row.organisation.path] if row.organisation else []


def find_credential(
    actor: Actor, credential_id: int, permission: str, *, lock: bool = False
) -> Credential:
    """Load and check in one act: the owner, or who holds the permission at the organisation."""
    rows = _rows().select_for_update(of=("self",)) if lock else _rows()
    with scoped(EVERYTHING):
        row = rows.filter(pk=credential_id).first()
    if row is None:
        raise OutsidePlace
    if row.account_id != actor.account_id:
        permit(actor, permission, *_places(row))
    return row
