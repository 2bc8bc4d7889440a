"""Đăng ký chứng thư số: one's own, or the seal of an organisation; its image; its retirement."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings as site
from django.db import IntegrityError, transaction

from khue.access.api import Actor, Refused, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import department_of, organisation
from khue.signing.models import Credential
from khue.signing.permissions import MANAGE_SEAL, SIGN
from khue.signing.queries.credentials import IMAGE_LABEL, CredentialCard, find_credential
from khue.signing.rules.algorithms import verify_value
from khue.signing.rules.certificates import public_key_of
from khue.signing.rules.fitness import Fitness, fitness_of, with_chain
from khue.signing.rules.shapes import CertificateFacts, Holder, SigningCertificate
from khue.signing.services.backends.guard import counted_here
from khue.signing.services.backends.opening import OPENERS
from khue.signing.services.trust import trusted
from kit.cipher import seal_bytes
from kit.drawn_marks import NotAMark, drawn_mark
from kit.fences import EVERYTHING, scoped

CHALLENGE = b"Khue-dang-ki-chung-thu-so:"
NOT_THE_KEY = (
    "Khóa vừa mở không phải khóa của chứng thư này nên chưa đăng ký được. Hãy chọn đúng khóa đi "
    "cùng chứng thư."
)
TWICE = "Chứng thư này đã được đăng ký. Hãy xem trong danh sách chứng thư."
NO_REASON = "Hãy ghi lý do ngừng dùng chứng thư."


class CredentialRefused(Exception):
    """A certificate, an image or a step that cannot be accepted; `sentence` says why."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


@dataclass(frozen=True, kw_only=True)
class NewCredential:
    """What is registered: the certificate, and where its key is found (never a secret)."""

    backend: str
    signer: SigningCertificate
    settings: Mapping[str, str] = field(default_factory=dict)
    organisation_id: int | None = None
    """The organisation whose seal this is; None for the actor's own."""


@dataclass(frozen=True)
class _Owner:
    account_id: int | None
    organisation_id: int | None
    name: str
    school_id: int | None
    province_id: int | None

    @property
    def holder(self) -> Holder:
        return Holder.ORGANISATION if self.organisation_id else Holder.PERSON


def fitness_for(
    *, actor: Actor, now: datetime, signer: SigningCertificate, organisation_id: int | None = None
) -> Fitness:
    """What speaks against a certificate, before anything is registered."""
    owner = _owner(actor, organisation_id)
    return fitness_of(signer.certificate, owner.holder, owner.name, now)


def register_credential(
    *, actor: Actor, now: datetime, new: NewCredential, secret: str = ""
) -> int:
    """Đăng ký chứng thư số; the key must sign a fresh challenge first, to show that it is there.

    Only a key on the signer's own machine is taken without: every value that it sends later is
    checked against the certificate. Raises CredentialRefused, or a KeyTrouble of the back end.
    """
    owner = _owner(actor, new.organisation_id)
    fitness = fitness_of(new.signer.certificate, owner.holder, owner.name, now)
    if fitness.refusals:
        raise CredentialRefused(" ".join(fitness.refusals))
    if new.backend != Credential.Backend.LOCAL:
        prove_possession(new, secret)
    operation = Operation(Author(actor.account_id, actor.name), now)
    return _keep(operation, owner, new, fitness.facts)


def keep_credential(
    *,
    operation: Operation,
    new: NewCredential,
    account_id: int | None,
    school_id: int | None,
    province_id: int | None,
) -> int:
    """The same for a command that sets up an installation: nobody looks, nothing is proved."""
    owner = _Owner(account_id, new.organisation_id, "", school_id, province_id)
    fitness = fitness_of(new.signer.certificate, owner.holder, "", operation.at)
    return _keep(operation, owner, new, fitness.facts)


def prove_possession(new: NewCredential, secret: str) -> None:
    """Let the key sign a fresh challenge and check the value with the certificate."""
    opener = OPENERS.get(new.backend)
    if opener is None:
        raise CredentialRefused("Hệ thống này không dùng loại khóa đó. Hãy chọn loại khác.")
    challenge = CHALLENGE + secrets.token_bytes(32)
    card = unregistered(new)
    with counted_here(card.fingerprint), opener(card, secret, count=1) as key:
        value = key.sign([challenge], "sha256")[0]
    public_key = public_key_of(new.signer.certificate)
    if not verify_value(public_key, value, challenge, "sha256"):
        raise CredentialRefused(NOT_THE_KEY)


def unregistered(new: NewCredential) -> CredentialCard:
    """A card for a key that is only being tried."""
    facts = fitness_of(new.signer.certificate, Holder.PERSON, "", None).facts
    return CredentialCard(
        id=0,
        holder=Holder.ORGANISATION if new.organisation_id else Holder.PERSON,
        account_id=None,
        organisation_id=new.organisation_id,
        backend=new.backend,
        settings=dict(new.settings),
        certificate=new.signer.certificate,
        chain=new.signer.chain,
        fingerprint=facts.fingerprint,
        name=facts.name,
        title=facts.title,
        organisation=facts.organisation,
        issuer=facts.issuer,
        serial=facts.serial,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        school_id=None,
        province_id=None,
        registered_at=facts.valid_from,
    )


def _owner(actor: Actor, organisation_id: int | None) -> _Owner:
    if organisation_id is None:
        return _person(actor)
    node = organisation(organisation_id)
    permit(actor, MANAGE_SEAL, node.path)
    department = department_of(node.path)
    school_id = node.id if node.kind == "school" else None
    return _Owner(None, node.id, node.name, school_id, department.id if department else None)


def _person(actor: Actor) -> _Owner:
    if not actor.grants:
        raise Refused("Tài khoản chưa được giao vai trò nào nên chưa đăng ký chứng thư được.")
    permit(actor, SIGN, *(one.place for one in actor.grants))
    home = next((one for one in actor.grants if one.school_id), actor.grants[0])
    return _Owner(actor.account_id, None, actor.name, home.school_id, home.province_id)


def _keep(operation: Operation, owner: _Owner, new: NewCredential, facts: CertificateFacts) -> int:
    row = Credential(
        holder=owner.holder,
        account_id=owner.account_id,
        organisation_id=owner.organisation_id,
        backend=new.backend,
        settings=dict(new.settings),
        certificate=new.signer.certificate,
        chain=[b64encode(one).decode() for one in _whole_chain(new.signer)],
        fingerprint=facts.fingerprint,
        subject_name=facts.name[:200],
        subject_title=facts.title[:200],
        subject_organisation=facts.organisation[:300],
        issuer=facts.issuer[:300],
        serial=facts.serial[:64],
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        school_id=owner.school_id,
        province_id=owner.province_id,
        registered_by=operation.author.name,
        registered_at=operation.at,
    )
    try:
        with scoped(EVERYTHING), transaction.atomic():
            row.save()
            append_changes(operation, [_change(row, "register", new=facts.fingerprint)])
    except IntegrityError:
        raise CredentialRefused(TWICE) from None
    return row.pk


def _whole_chain(signer: SigningCertificate) -> tuple[bytes, ...]:
    """What the device left out is filled in from the trusted list, so that others can follow it."""
    trust = trusted()
    found = with_chain(signer.certificate, [*signer.chain, *trust.others, *trust.roots])
    return found.chain or signer.chain


def _change(row: Credential, action: str, *, new: str | None = None, reason: str = "") -> Change:
    what = "Con dấu số" if row.organisation_id else "Chứng thư số"
    return Change(
        subject=f"credential:{row.pk}",
        action=action,
        label=f"{what} của {row.subject_name}, số {row.serial}",
        school_id=row.school_id,
        province_id=row.province_id,
        new=new,
        reason=reason,
    )


def keep_image(
    *, actor: Actor, now: datetime, credential_id: int, content: bytes, off_paper: bool = False
) -> None:
    """Hình chữ ký, hình con dấu: PNG with transparency (NĐ 30/2020); sealed at rest."""
    try:
        image = drawn_mark(content, off_paper=off_paper)
    except NotAMark as trouble:
        raise CredentialRefused(trouble.sentence, "image") from None
    sealed = seal_bytes(image, label=IMAGE_LABEL, key_hex=site.FIELD_KEY)
    _change_image(actor, now, credential_id, sealed, "draw")


def remove_image(*, actor: Actor, now: datetime, credential_id: int) -> None:
    _change_image(actor, now, credential_id, None, "undraw")


def _change_image(
    actor: Actor, now: datetime, credential_id: int, sealed: bytes | None, action: str
) -> None:
    with scoped(EVERYTHING), transaction.atomic():
        row = _open(actor, credential_id)
        row.image = sealed
        row.save(update_fields=["image"])
        operation = Operation(Author(actor.account_id, actor.name), now)
        append_changes(operation, [_change(row, action)])


def retire_credential(*, actor: Actor, now: datetime, credential_id: int, reason: str) -> None:
    """Ngừng dùng chứng thư: what it signed stays valid, nothing new is signed with it."""
    if len(reason.strip()) < 3:
        raise CredentialRefused(NO_REASON, "reason")
    with scoped(EVERYTHING), transaction.atomic():
        row = _open(actor, credential_id)
        row.retired_at, row.retired_reason = now, reason.strip()[:300]
        row.save(update_fields=["retired_at", "retired_reason"])
        operation = Operation(Author(actor.account_id, actor.name), now)
        append_changes(operation, [_change(row, "retire", reason=row.retired_reason)])


def _open(actor: Actor, credential_id: int) -> Credential:
    """For changing: one's own, or a seal that one looks after; a retired one stays as it is."""
    row = find_credential(actor, credential_id, MANAGE_SEAL, lock=True)
    if row.retired_at:
        raise CredentialRefused("Chứng thư này đã ngừng dùng nên không thay đổi được nữa.")
    return row
