"""Chứng thư chữ ký số: what a certificate says of its holder, its key and its purpose."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID, ObjectIdentifier

from khue.signing.rules.algorithms import key_name
from khue.signing.rules.shapes import CertificateFacts, Holder

_STATEMENTS = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_ORGANISATION_NUMBER = ObjectIdentifier("2.5.4.97")
# The DER of the purposes of EN 319 412-5: esign (of a person) and eseal (of an organisation).
_FOR_SIGNATURE = bytes.fromhex("0607 0400 8e46 0106 01")
_FOR_SEAL = bytes.fromhex("0607 0400 8e46 0106 02")
_PERSONAL_NUMBERS = ("CCCD:", "CMND:", "CMT:", "HC:")
_UNREADABLE = (
    ValueError,
    TypeError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = CertificateFacts("", "", "", "", "", "", _NO_TIME, _NO_TIME, "", "")
"""What is told of a signature that brings no readable certificate."""


@lru_cache(maxsize=4096)
def load(certificate: bytes) -> x509.Certificate:
    """Đọc chứng thư (DER); raises ValueError when the bytes are none, or none that can be told of.

    The names, the times and the extensions have been read once, so that nobody else has to fear.
    """
    try:
        read = x509.load_der_x509_certificate(certificate)
        told = (read.subject, read.issuer, read.not_valid_before_utc, read.not_valid_after_utc)
        if not all(told) or read.extensions is None:
            raise ValueError("a certificate of nobody")
    except _UNREADABLE as wrong:
        raise ValueError(str(wrong)) from wrong
    return read


@lru_cache(maxsize=4096)
def public_key_of(certificate: bytes) -> object:
    """The public key of a certificate; raises ValueError for a kind of key nobody knows."""
    try:
        return load(certificate).public_key()
    except _UNREADABLE as unknown:
        raise ValueError(str(unknown)) from unknown


@lru_cache(maxsize=4096)
def facts_of(certificate: bytes) -> CertificateFacts:
    """Thông tin trên chứng thư; NOBODY for empty or unreadable bytes."""
    try:
        read = load(certificate)
    except ValueError:
        return NOBODY
    return CertificateFacts(
        name=_value(read.subject, NameOID.COMMON_NAME) or read.subject.rfc4514_string(),
        title=_value(read.subject, NameOID.TITLE),
        organisation=_value(read.subject, NameOID.ORGANIZATION_NAME),
        email=_email(read),
        serial=f"{read.serial_number:x}",
        issuer=_value(read.issuer, NameOID.COMMON_NAME) or read.issuer.rfc4514_string(),
        valid_from=read.not_valid_before_utc,
        valid_to=read.not_valid_after_utc,
        key=_key_name(certificate),
        fingerprint=read.fingerprint(hashes.SHA256()).hex(),
    )


def _key_name(certificate: bytes) -> str:
    try:
        return key_name(public_key_of(certificate))
    except ValueError:
        return ""


def holder_of(certificate: bytes) -> Holder:
    """Chủ thể: the purpose stated in the certificate decides, else what its subject looks like.

    An organisation's certificate names no title and no personal number, and its common name is
    the organisation or it carries the organisation's number. Unreadable bytes are a person's.
    """
    try:
        read = load(certificate)
    except ValueError:
        return Holder.PERSON
    stated = _extension(read, _STATEMENTS)
    if _FOR_SEAL in stated:
        return Holder.ORGANISATION
    if _FOR_SIGNATURE in stated or _looks_personal(read.subject):
        return Holder.PERSON
    named = _value(read.subject, NameOID.COMMON_NAME)
    if named == _value(read.subject, NameOID.ORGANIZATION_NAME):
        return Holder.ORGANISATION
    has_number = _value(read.subject, _ORGANISATION_NUMBER) or _user_id(read.subject)
    return Holder.ORGANISATION if has_number else Holder.PERSON


def is_for_signing(certificate: bytes) -> bool:
    """Mục đích sử dụng khóa: digitalSignature or nonRepudiation, and not an authority's key.

    A certificate that restricts nothing may sign.
    """
    read = load(certificate)
    try:
        usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return not _is_authority(read)
    return not _is_authority(read) and (usage.digital_signature or usage.content_commitment)


def is_self_signed(certificate: bytes) -> bool:
    """Whether a certificate names itself as its issuer, as a root does."""
    read = load(certificate)
    return read.issuer == read.subject


def _is_authority(read: x509.Certificate) -> bool:
    try:
        return read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _looks_personal(subject: x509.Name) -> bool:
    named = (NameOID.TITLE, NameOID.GIVEN_NAME, NameOID.SURNAME)
    return any(_value(subject, one) for one in named) or _user_id(subject).startswith(
        _PERSONAL_NUMBERS
    )


def _user_id(subject: x509.Name) -> str:
    return _value(subject, NameOID.USER_ID).upper()


def _value(name: x509.Name, wanted: ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(wanted)
    return str(found[0].value) if found else ""


def _email(read: x509.Certificate) -> str:
    try:
        names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return _value(read.subject, NameOID.EMAIL_ADDRESS)
    mails = names.get_values_for_type(x509.RFC822Name)
    return mails[0] if mails else _value(read.subject, NameOID.EMAIL_ADDRESS)


def _extension(read: x509.Certificate, wanted: ObjectIdentifier) -> bytes:
    """The raw value of an extension, b"" without it."""
    try:
        value = read.extensions.get_extension_for_oid(wanted).value
    except x509.ExtensionNotFound:
        return b""
    return value.public_bytes()
