"""Tự lập nơi cấp chứng thư: an authority of one's own for trials and the demonstration.

Pure: keys come in, certificates, revocation lists and timestamps go out as bytes. A real school
uses certificates of a licensed authority; what is made here says that it is for trial.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import SigningCertificate

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
FOR_DEMONSTRATION = "Khuê – chỉ để trình diễn"


@dataclass(frozen=True, slots=True)
class Subject:
    """Chủ thể của chứng thư sẽ cấp. `number`: "CCCD:…" of a person, "MST:…" of an organisation."""

    name: str
    organisation: str = ""
    title: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority: its certificate, its key, those above it, and where its list is published."""

    certificate: bytes
    key: PrivateKey
    above: tuple[bytes, ...] = ()
    lists_at: str = ""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """What goes with a certificate that it issues, nearest first."""
        return (self.certificate, *self.above)


def is_demonstration(certificate: bytes) -> bool:
    """Whether a certificate is of, or under, a demonstration authority."""
    read = load(certificate)
    named = [*read.subject, *read.issuer]
    return any(one.value == FOR_DEMONSTRATION for one in named)


@dataclass(frozen=True, slots=True)
class Validity:
    """Thời hạn của chứng thư."""

    since: datetime
    until: datetime

    def within(self, certificate: bytes) -> Validity:
        """No longer than the certificate above."""
        above = load(certificate)
        return Validity(
            max(self.since, above.not_valid_before_utc), min(self.until, above.not_valid_after_utc)
        )


def make_root(subject: Subject, key: PrivateKey, validity: Validity) -> bytes:
    """Chứng thư gốc, signed by itself."""
    name = _name(subject)
    builder = _as_authority(_start(name, name, key.public_key(), validity), depth=None)
    return _der(builder.sign(key, hashes.SHA256()))


def make_authority(issuer: Issuer, subject: Subject, key: PrivateKey, validity: Validity) -> bytes:
    """Chứng thư của nơi cấp bên dưới gốc; it may issue to people and organisations only."""
    builder = _as_authority(_issued(issuer, subject, key.public_key(), validity), depth=0)
    return _der(builder.sign(issuer.key, hashes.SHA256()))


def make_signer(
    issuer: Issuer, subject: Subject, key: PublicKey, validity: Validity
) -> SigningCertificate:
    """Chứng thư số của một người, or of an organisation when its name is its organisation."""
    builder = _issued(issuer, subject, key, validity)
    builder = _with_usage(builder, digital_signature=True, content_commitment=True)
    return SigningCertificate(_der(builder.sign(issuer.key, hashes.SHA256())), issuer.chain)


def make_time_authority(
    issuer: Issuer, subject: Subject, key: PublicKey, validity: Validity
) -> bytes:
    """Chứng thư của dịch vụ cấp dấu thời gian."""
    builder = _with_usage(_issued(issuer, subject, key, validity), digital_signature=True)
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return _der(builder.add_extension(purposes, critical=True).sign(issuer.key, hashes.SHA256()))


def make_list(
    issuer: Issuer, revoked: Iterable[tuple[int, datetime]], *, now: datetime, lasts: timedelta
) -> bytes:
    """Danh sách thu hồi (CRL): serial numbers and when each was revoked."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(load(issuer.certificate).subject)
        .last_update(now)
        .next_update(now + lasts)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(_key_of(issuer), critical=False)
    )
    for serial, since in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answer_time_request(request: bytes, maker: Issuer, *, at: datetime, serial: int) -> bytes:
    """Trả lời yêu cầu cấp dấu thời gian (RFC 3161), with the maker's certificates inside."""
    asked = tsp.TimeStampReq.load(request, strict=True)
    told = {
        "version": "v1",
        "policy": "1.3.6.1.4.1.13762.3",
        "message_imprint": asked["message_imprint"],
        "serial_number": serial,
        "gen_time": at.astimezone(UTC).replace(microsecond=0),
        "nonce": asked["nonce"],
    }
    answer = {
        "status": {"status": "granted"},
        "time_stamp_token": _signed_token(tsp.TSTInfo(told).dump(), maker),
    }
    return bytes(tsp.TimeStampResp(answer).dump())


def _signed_token(told: bytes, maker: Issuer) -> cms.ContentInfo:
    certificate = asn1_x509.Certificate.load(maker.certificate)
    attributes = _token_attributes(told, maker.certificate)
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    elliptic = isinstance(maker.key, ec.EllipticCurvePrivateKey)
    method = {"algorithm": "sha256_ecdsa" if elliptic else "sha256_rsa"}
    identity = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", identity),
        "digest_algorithm": digest,
        "signed_attrs": attributes,
        "signature_algorithm": algos.SignedDigestAlgorithm(method),
        "signature": _value(maker.key, attributes.dump()),
    }
    content = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {
            "content_type": "tst_info",
            "content": core.ParsableOctetString(told),
        },
        "certificates": [asn1_x509.Certificate.load(one) for one in maker.chain],
        "signer_infos": [signer],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


def _token_attributes(told: bytes, certificate: bytes) -> cms.CMSAttributes:
    named = tsp.ESSCertIDv2(
        {
            "hash_algorithm": {"algorithm": "sha256"},
            "cert_hash": hashlib.sha256(certificate).digest(),
        }
    )
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "message_digest", "values": [hashlib.sha256(told).digest()]},
            {
                "type": "signing_certificate_v2",
                "values": [tsp.SigningCertificateV2({"certs": [named]})],
            },
        ]
    )


def _value(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _name(subject: Subject) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, subject.organisation),
        (NameOID.TITLE, subject.title),
        (NameOID.COMMON_NAME, subject.name),
        (NameOID.USER_ID, subject.number),
    ]
    # Names of schools are often longer than 64 bytes of UTF-8; X.520 counts characters.
    return x509.Name(
        [x509.NameAttribute(oid, value[:64], _validate=False) for oid, value in parts if value]
    )


def _start(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, validity: Validity
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(validity.since)
        .not_valid_after(validity.until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _issued(
    issuer: Issuer, subject: Subject, key: PublicKey, validity: Validity
) -> x509.CertificateBuilder:
    """A certificate under an issuer, that ends no later than the issuer's own."""
    above = load(issuer.certificate)
    builder = _start(_name(subject), above.subject, key, validity.within(issuer.certificate))
    builder = builder.add_extension(_key_of(issuer), critical=False)
    if not issuer.lists_at:
        return builder
    address = x509.UniformResourceIdentifier(issuer.lists_at)
    point = x509.DistributionPoint([address], None, None, None)
    return builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _key_of(issuer: Issuer) -> x509.AuthorityKeyIdentifier:
    held = load(issuer.certificate).extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(held.value)


def _as_authority(
    builder: x509.CertificateBuilder, *, depth: int | None
) -> x509.CertificateBuilder:
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=depth), critical=True
    )
    return _with_usage(builder, key_cert_sign=True, crl_sign=True)


def _with_usage(builder: x509.CertificateBuilder, **wanted: bool) -> x509.CertificateBuilder:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    usage = x509.KeyUsage(**{name: wanted.get(name, False) for name in every})
    return builder.add_extension(usage, critical=True)
