"""Keys in memory and their certificates, for measuring signatures; nobody trusts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from khue.signing.rules.shapes import SigningCertificate

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
SIGNED_AT = datetime(2026, 6, 5, 1, tzinfo=UTC)
HASHED = hashes.SHA256()


@dataclass(frozen=True)
class BenchSigner:
    """A key, what it is called, and its certificate below an authority."""

    name: str
    key: PrivateKey
    signer: SigningCertificate

    def sign(self, data: bytes) -> bytes:
        """The raw signature of `cryptography`, which everything is held against."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), HASHED)
        return self.key.sign(data, ec.ECDSA(HASHED))


def bench_signers() -> list[BenchSigner]:
    """A signer with RSA-2048 and one with ECDSA P-256."""
    authority = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    keys: dict[str, PrivateKey] = {
        "RSA-2048": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "P-256": ec.generate_private_key(ec.SECP256R1()),
    }
    above = _certificate("CA đo tốc độ", authority, "CA gốc đo tốc độ", authority)
    return [
        BenchSigner(
            name,
            key,
            SigningCertificate(_certificate("Lò Thị Đo", key, "CA đo tốc độ", authority), (above,)),
        )
        for name, key in keys.items()
    ]


def _certificate(name: str, key: PrivateKey, issuer: str, by: rsa.RSAPrivateKey) -> bytes:
    made = x509.CertificateBuilder(
        issuer_name=_name(issuer),
        subject_name=_name(name),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=STARTED,
        not_valid_after=STARTED + timedelta(days=365),
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    signed = made.add_extension(usage, critical=True).sign(by, HASHED)
    return signed.public_bytes(Encoding.DER)


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, text),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Trường đo tốc độ"),
            x509.NameAttribute(NameOID.TITLE, "Giáo viên"),
        ]
    )
