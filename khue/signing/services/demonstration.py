"""Chứng thư trình diễn: a certificate and its key for anybody, while KHUE_DEMO is on."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from khue.ledger.api import Operation
from khue.signing.rules.authorities import PrivateKey, Subject
from khue.signing.rules.shapes import Holder, SigningCertificate
from khue.signing.services.authority import Authority, make_own_authority, require_demonstration
from khue.signing.services.trust import COMMAND, Kind, is_trusted, keep_trusted


def prepare_demonstration(*, now: datetime) -> Authority:
    """Lập nơi cấp trình diễn and put its root into the trusted list, once."""
    require_demonstration()
    authority = make_own_authority(now=now)
    operation = Operation(COMMAND, now)
    for kind in (Kind.ROOT, Kind.TIME):
        root = authority.certificate("root")
        if not is_trusted(root, kind):
            keep_trusted(operation, root, kind, "Nơi cấp của bản trình diễn")
    return authority


def demonstration_certificate(
    *,
    holder: Holder,
    name: str,
    title: str = "",
    organisation: str = "",
    number: str = "",
    now: datetime,
    elliptic: bool = False,
) -> tuple[SigningCertificate, PrivateKey]:
    """Cấp chứng thư trình diễn với khóa mới (RSA 2048, or P-256, which is made much faster)."""
    authority = prepare_demonstration(now=now)
    key = _new_key(elliptic=elliptic)
    subject = Subject(name, organisation, title, number)
    return authority.issue(subject, key.public_key(), holder, now=now), key


def _new_key(*, elliptic: bool) -> PrivateKey:
    if elliptic:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
