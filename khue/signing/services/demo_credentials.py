"""Chứng thư trình diễn: a key and a certificate of the demonstration's own authority, at once."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from khue.access.api import Actor
from khue.organisations.api import organisation
from khue.signing.rules.authorities import Subject
from khue.signing.rules.shapes import Holder
from khue.signing.services.authority import make_own_authority
from khue.signing.services.backends.demo import FORBIDDEN, keep_demo_key
from khue.signing.services.credentials import (
    CredentialRefused,
    NewCredential,
    register_credential,
)

SHORTEST_PIN = 6
SHORT_PIN = f"Mã PIN của khóa trình diễn cần ít nhất {SHORTEST_PIN} ký tự."


def make_demo_credential(
    *, actor: Actor, now: datetime, secret: str, organisation_id: int | None = None
) -> int:
    """Cấp khóa trình diễn; the file of a key that is not registered in the end stays unused."""
    if not settings.DEMO:
        raise CredentialRefused(FORBIDDEN)
    if len(secret) < SHORTEST_PIN:
        raise CredentialRefused(SHORT_PIN, "pin")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject, holder = _subject(actor, organisation_id)
    authority = make_own_authority(now=now)
    signer = authority.issue(subject, key.public_key(), holder, now=now)
    new = NewCredential(
        backend="demo",
        signer=signer,
        settings=keep_demo_key(key, secret=secret),
        organisation_id=organisation_id,
    )
    return register_credential(actor=actor, now=now, new=new, secret=secret)


def _workplace(actor: Actor) -> str:
    """The school of the actor, not the class; else where the grant is."""
    home = next((one.school_id for one in actor.grants if one.school_id), None)
    return organisation(home).name if home else actor.place_name


def _subject(actor: Actor, organisation_id: int | None) -> tuple[Subject, Holder]:
    if organisation_id is None:
        return Subject(actor.name, _workplace(actor), actor.role_label), Holder.PERSON
    name = organisation(organisation_id).name
    return Subject(name, name), Holder.ORGANISATION
