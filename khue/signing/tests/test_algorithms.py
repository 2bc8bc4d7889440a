"""Keys and digests that count, and what a certificate says."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.signing.rules.algorithms import (
    DIGESTS,
    Weak,
    coordinate_size,
    der_ecdsa,
    digest,
    key_name,
    raw_ecdsa,
    require_strong_key,
    verify_value,
    xml_algorithm,
)
from khue.signing.rules.certificates import (
    NOBODY,
    facts_of,
    holder_of,
    is_for_signing,
    is_self_signed,
)
from khue.signing.rules.shapes import Holder
from khue.signing.tests.pki import ENDS, PEOPLE, SEALS, Pki, PrivateKey

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tạ Thị Lan")])
START = datetime(2026, 1, 1, tzinfo=UTC)


def own_certificate(key: PrivateKey, subject: x509.Name = NAME, *more: x509.ExtensionType) -> bytes:
    """A certificate that a key made for itself, DER."""
    made = x509.CertificateBuilder(subject, subject, key.public_key(), 4711)
    made = made.not_valid_before(START).not_valid_after(START + timedelta(days=365))
    for extension in more:
        made = made.add_extension(extension, critical=False)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def curve_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def test_digests() -> None:
    assert [len(digest(name, b"Khu\xc3\xaa")) for name in DIGESTS] == [32, 48, 64]
    for name in ("sha1", "md5", "sha224", "sha3_256", ""):
        with pytest.raises(Weak) as refused:
            digest(name, b"")
        assert "SHA-256" in refused.value.sentence


def test_keys_that_count(pki: Pki) -> None:
    for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()):
        require_strong_key(ec.generate_private_key(curve).public_key())
    require_strong_key(pki.key("hoa").public_key())


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024), "RSA 1024"),
        (lambda: ec.generate_private_key(ec.SECP224R1()), "secp224r1"),
        (lambda: ec.generate_private_key(ec.SECP256K1()), "secp256k1"),
        (lambda: dsa.generate_private_key(1024), "DSA"),
        (ed25519.Ed25519PrivateKey.generate, "Ed25519"),
    ],
)
def test_keys_that_do_not(key: object, name: str) -> None:
    public = key().public_key()  # type: ignore[operator]
    with pytest.raises(Weak, match=name):
        require_strong_key(public)
    with pytest.raises(Weak):
        xml_algorithm(public, "sha256")
    assert not verify_value(public, b"\0" * 64, b"", "sha256")


def test_names_in_xml(pki: Pki, curve_key: ec.EllipticCurvePrivateKey) -> None:
    rsa_key, ec_key = pki.key("hoa").public_key(), curve_key.public_key()
    assert xml_algorithm(rsa_key, "sha256").endswith("xmldsig-more#rsa-sha256")
    assert xml_algorithm(ec_key, "sha512").endswith("xmldsig-more#ecdsa-sha512")
    assert (key_name(rsa_key), key_name(ec_key)) == ("RSA 2048", "ECDSA P-256")
    assert (coordinate_size(rsa_key), coordinate_size(ec_key)) == (0, 32)
    with pytest.raises(Weak):
        xml_algorithm(rsa_key, "sha1")


def test_values(pki: Pki, curve_key: ec.EllipticCurvePrivateKey) -> None:
    key, data = pki.key("hoa"), b"bang diem"
    assert isinstance(key, rsa.RSAPrivateKey)
    hashed = hashes.SHA256()
    plain = key.sign(data, padding.PKCS1v15(), hashed)
    masked = key.sign(data, padding.PSS(padding.MGF1(hashed), 32), hashed)
    curved = curve_key.sign(data, ec.ECDSA(hashed))
    public, other = key.public_key(), curve_key.public_key()
    assert verify_value(public, plain, data, "sha256")
    assert verify_value(public, masked, data, "sha256", pss=True)
    assert verify_value(other, curved, data, "sha256")
    assert not verify_value(public, masked, data, "sha256")
    assert not verify_value(public, plain, data, "sha256", pss=True)
    assert not verify_value(public, plain, data + b".", "sha256")
    assert not verify_value(public, plain, data, "sha384")
    assert not verify_value(public, plain, data, "sha1")
    assert not verify_value(other, curved, data, "sha256", pss=True)
    assert not verify_value(other, b"nonsense", data, "sha256")
    assert not verify_value(public, curved, data, "sha256")


@given(st.integers(1, 2**521 - 1), st.integers(1, 2**521 - 1))
def test_ecdsa_values_go_both_ways(first: int, second: int) -> None:
    raw = first.to_bytes(66, "big") + second.to_bytes(66, "big")
    assert raw_ecdsa(der_ecdsa(raw), 66) == raw


def test_facts_of_people_and_seals(pki: Pki) -> None:
    for label, (name, title, where) in PEOPLE.items():
        facts = facts_of(pki.certificate(label))
        assert (facts.name, facts.title, facts.organisation) == (name, title, where)
        assert facts.issuer == "CA thử nghiệm cho cá nhân"
        assert holder_of(pki.certificate(label)) is Holder.PERSON
        assert is_for_signing(pki.certificate(label))
    for label, name in SEALS.items():
        assert facts_of(pki.certificate(label)).name == name
        assert holder_of(pki.certificate(label)) is Holder.ORGANISATION
    facts = facts_of(pki.certificate("binh"))
    assert facts.key == "ECDSA P-256"
    assert facts.valid_to == datetime.fromisoformat(ENDS)
    assert len(facts.fingerprint) == 64


def test_nothing_readable_is_nobody() -> None:
    assert facts_of(b"") == facts_of(b"\x30\x03\x02\x01\x00") == NOBODY
    assert holder_of(b"") is Holder.PERSON


@pytest.mark.filterwarnings("ignore")
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_a_spoilt_certificate_is_told_of_or_is_nobody(
    pki: Pki, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(pki.certificate("hoa"))
    for place, value in changes:
        content[place % len(content)] = value
    facts = facts_of(bytes(content))
    assert holder_of(bytes(content)) in Holder
    if facts is not NOBODY:
        assert is_for_signing(bytes(content)) in {True, False}
        assert is_self_signed(bytes(content)) in {True, False}


def test_what_a_certificate_is_for(pki: Pki, curve_key: ec.EllipticCurvePrivateKey) -> None:
    assert not is_for_signing(pki.certificate("usage"))
    assert not is_for_signing(pki.certificate("people"))
    assert is_for_signing(own_certificate(curve_key))
    authority = x509.BasicConstraints(ca=True, path_length=None)
    assert not is_for_signing(own_certificate(curve_key, NAME, authority))
    assert is_self_signed(pki.certificate("root"))
    assert not is_self_signed(pki.certificate("people"))


@pytest.mark.parametrize(
    ("attributes", "purpose", "holder"),
    [
        ({NameOID.COMMON_NAME: "Tạ Thị Lan"}, "", Holder.PERSON),
        ({NameOID.COMMON_NAME: "Tạ Thị Lan", NameOID.USER_ID: "CMND:1"}, "", Holder.PERSON),
        ({NameOID.COMMON_NAME: "Trường A", NameOID.USER_ID: "MST:1"}, "", Holder.ORGANISATION),
        (
            {NameOID.COMMON_NAME: "Trường A", NameOID.ORGANIZATION_NAME: "Trường A"},
            "",
            Holder.ORGANISATION,
        ),
        ({NameOID.COMMON_NAME: "Tạ Thị Lan", NameOID.TITLE: "x"}, "02", Holder.ORGANISATION),
        ({NameOID.COMMON_NAME: "A", NameOID.ORGANIZATION_NAME: "A"}, "01", Holder.PERSON),
    ],
)
def test_holders(
    curve_key: ec.EllipticCurvePrivateKey,
    attributes: dict[ObjectIdentifier, str],
    purpose: str,
    holder: Holder,
) -> None:
    subject = x509.Name([x509.NameAttribute(*one) for one in attributes.items()])
    stated = bytes.fromhex("3013 3011 0607 0400 8e46 0106 01 3006 0604 0000 0000")
    extensions = []
    if purpose:
        value = stated.replace(b"\x06\x01", bytes.fromhex("06" + purpose), 1)
        kind = ObjectIdentifier("1.3.6.1.5.5.7.1.3")
        extensions = [x509.UnrecognizedExtension(kind, value.replace(b"\x01\x00", b"\x01\x00"))]
    assert holder_of(own_certificate(curve_key, subject, *extensions)) is holder


def test_an_email_of_the_holder(curve_key: ec.EllipticCurvePrivateKey) -> None:
    mail = x509.SubjectAlternativeName([x509.RFC822Name("lan@truong.vn")])
    facts = facts_of(own_certificate(curve_key, NAME, mail))
    assert (facts.email, facts.serial) == ("lan@truong.vn", "1267")
