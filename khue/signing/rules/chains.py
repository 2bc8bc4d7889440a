"""Đường dẫn chứng thư: from a certificate up to a root that is trusted (RFC 5280, §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from khue.signing.rules.algorithms import DIGESTS, Weak, require_strong_key
from khue.signing.rules.certificates import load, public_key_of

Kind = TypeVar("Kind", bound=x509.ExtensionType)

LONGEST = 8
MOST_OTHERS = 40
"""Certificates from a file beyond so many are not looked at: a file could bring thousands."""
ENOUGH_PATHS = 4
MOST_STEPS = 300
"""Authorities that certify each other in a circle could be climbed for ever."""
_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.CRL_DISTRIBUTION_POINTS,
    ObjectIdentifier("1.3.6.1.5.5.7.1.3"),
}
# Purposes that have nothing to do with signing a document.
_OTHER_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
}


@lru_cache(maxsize=1024)
def paths(
    certificate: bytes, others: tuple[bytes, ...], roots: tuple[bytes, ...]
) -> tuple[tuple[bytes, ...], ...]:
    """Các đường dẫn tới gốc tin cậy: certificate first, root last, whatever their dates.

    Every link is checked: names, signature, the right to issue, the depth allowed. `others` help
    to build and are trusted with nothing.
    """
    around = _by_subject([*roots, *others[:MOST_OTHERS]])
    found: list[tuple[bytes, ...]] = []
    for one in _climb((certificate,), around, frozenset(roots), count(1)):
        found.append(one)
        if len(found) == ENOUGH_PATHS:
            break
    return tuple(found)


def path_at(
    certificate: bytes, others: tuple[bytes, ...], roots: tuple[bytes, ...], at: datetime
) -> tuple[bytes, ...]:
    """The path whose authorities were all valid at a moment; () when there is none."""
    for path in paths(certificate, others, roots):
        if all(is_valid_at(one, at) for one in path[1:]):
            return path
    return ()


def is_valid_at(certificate: bytes, at: datetime) -> bool:
    read = load(certificate)
    return read.not_valid_before_utc <= at <= read.not_valid_after_utc


def weakness_of(certificate: bytes) -> str:
    """Khóa hoặc thuật toán yếu: the sentence on a short key or an old digest, "" when strong."""
    try:
        require_strong_key(public_key_of(certificate))
    except Weak as weak:
        return weak.sentence
    except ValueError:
        return "Loại khóa của chứng thư số không được chấp nhận."
    return "" if _is_root(certificate) else _old_digest(certificate)


def _old_digest(certificate: bytes) -> str:
    try:
        digest = load(certificate).signature_hash_algorithm
    except UnsupportedAlgorithm:
        digest = None
    if digest is not None and digest.name in DIGESTS:
        return ""
    name = digest.name.upper() if digest is not None else "không rõ"
    return f"Chứng thư số được cấp bằng thuật toán {name}, không còn an toàn."


def purposes_allow_signing(certificate: bytes) -> bool:
    """Whether the extended purposes, if any are named, leave room for signing documents."""
    purposes = _purposes(certificate)
    return not purposes or bool(purposes - _OTHER_PURPOSES)


def is_for_time(certificate: bytes) -> bool:
    """RFC 3161, §2.3: time stamping is the only purpose, and said critically."""
    found = extension(certificate, x509.ExtendedKeyUsage)
    return (
        found is not None
        and found.critical
        and set(found.value) == {ExtendedKeyUsageOID.TIME_STAMPING}
    )


def is_for_ocsp(certificate: bytes) -> bool:
    return ExtendedKeyUsageOID.OCSP_SIGNING in _purposes(certificate)


def _purposes(certificate: bytes) -> set[ObjectIdentifier]:
    found = extension(certificate, x509.ExtendedKeyUsage)
    return set(found.value) if found is not None else set()


def extension(certificate: bytes, kind: type[Kind]) -> x509.Extension[Kind] | None:
    """One extension of a certificate, None without it or when the extensions are unreadable."""
    try:
        return load(certificate).extensions.get_extension_for_class(kind)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return None


@lru_cache(maxsize=4096)
def is_issued_by(certificate: bytes, issuer: bytes) -> bool:
    """Whether the names fit and the signature on a certificate is of the issuer's key."""
    try:
        load(certificate).verify_directly_issued_by(load(issuer))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def may_issue(certificate: bytes, *, below: int) -> bool:
    """Whether an authority may issue, with so many authorities below it (RFC 5280, §6.1.4)."""
    constraints = extension(certificate, x509.BasicConstraints)
    if constraints is None or not constraints.value.ca:
        return False
    depth = constraints.value.path_length
    usage = extension(certificate, x509.KeyUsage)
    return (depth is None or below <= depth) and (usage is None or usage.value.key_cert_sign)


@lru_cache(maxsize=4096)
def is_understood(certificate: bytes) -> bool:
    """Whether every critical extension is one that is judged here."""
    try:
        found = load(certificate).extensions
    except (x509.DuplicateExtension, ValueError):
        return False
    return all(not one.critical or one.oid in _UNDERSTOOD for one in found)


def readable(certificates: Iterable[bytes]) -> tuple[bytes, ...]:
    """Those that are certificates at all; a file may bring anything."""
    return tuple(one for one in certificates if _reads(one))


def _reads(certificate: bytes) -> bool:
    try:
        load(certificate)
        public_key_of(certificate)
    except (ValueError, TypeError):
        return False
    return True


def _is_root(certificate: bytes) -> bool:
    read = load(certificate)
    return read.issuer == read.subject


def _by_subject(certificates: list[bytes]) -> dict[x509.Name, list[bytes]]:
    found: dict[x509.Name, list[bytes]] = {}
    for one in dict.fromkeys(certificates):
        found.setdefault(load(one).subject, []).append(one)
    return found


def _climb(
    path: tuple[bytes, ...],
    around: dict[x509.Name, list[bytes]],
    roots: frozenset[bytes],
    steps: count[int],
) -> Iterator[tuple[bytes, ...]]:
    top = path[-1]
    if not is_understood(top):
        return
    if top in roots:
        yield path
        return
    if len(path) == LONGEST:
        return
    for issuer in around.get(load(top).issuer, []):
        if next(steps) > MOST_STEPS:
            return
        if issuer not in path and _stands_above(issuer, top, below=len(path) - 1):
            yield from _climb((*path, issuer), around, roots, steps)


def _stands_above(issuer: bytes, certificate: bytes, *, below: int) -> bool:
    return may_issue(issuer, below=below) and is_issued_by(certificate, issuer)
