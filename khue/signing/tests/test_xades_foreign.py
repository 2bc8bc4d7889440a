"""XML signatures of other programs: read where they are sound, refused where they are not."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.signer import XMLSigner
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import FoundSignature
from khue.signing.rules.xades import read_xades
from khue.signing.rules.xades.names import (
    BASE64,
    DS,
    ENVELOPED,
    EXCLUSIVE,
    INCLUSIVE,
    INCLUSIVE_11,
)
from khue.signing.rules.xml_safe import UnsafeXml
from khue.signing.tests.pki import Pki

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
# Namespaces that are declared and not used, xml: attributes and instructions around the part.
BODY = (
    '<?nhin trang?><a:so xmlns:a="urn:a" xmlns:b="urn:b" xml:lang="vi" xmlns="urn:d"><a:muc>'
    '<dong xmlns:c="urn:c" ID="p1" z="1" a:y="2" b="&#9;&quot;"><o/>Đ&#13;<![CDATA[<&]]>'
    '<b:x xml:space="preserve"> <?lenh?> </b:x><x xmlns=""/></dong>đuôi</a:muc>{}</a:so><?het?>'
)


def template(
    address: str,
    transforms: str,
    *,
    canonical: str = EXCLUSIVE,
    method: str = RSA_SHA256,
    digest: str = SHA256,
    more: str = "",
) -> str:
    """An XML signature that waits for its values, as xmlsec1 wants it."""
    uri = "" if address == "none" else f' URI="{address}"'
    return (
        f'<Signature xmlns="{DS}"><SignedInfo><CanonicalizationMethod Algorithm="{canonical}"/>'
        f'<SignatureMethod Algorithm="{method}"/><Reference{uri}>'
        f'{transforms}<DigestMethod Algorithm="{digest}"/><DigestValue/></Reference></SignedInfo>'
        f"<SignatureValue/><KeyInfo><X509Data/></KeyInfo>{more}</Signature>"
    )


def transforms(*addresses: str) -> str:
    inner = "".join(
        one if one.startswith("<") else f'<Transform Algorithm="{one}"/>' for one in addresses
    )
    return f"<Transforms>{inner}</Transforms>"


def signed_by_xmlsec(pki: Pki, folder: Path, document: str, label: str = "hoa") -> bytes:
    """The document with its template filled by xmlsec1."""
    key = folder / "key.pem"
    key.write_bytes(
        pki.key(label).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + load(pki.certificate(label)).public_bytes(serialization.Encoding.PEM)
    )
    certificate = folder / "certificate.pem"
    certificate.write_bytes(load(pki.certificate(label)).public_bytes(serialization.Encoding.PEM))
    (folder / "in.xml").write_text(document)
    command = ["xmlsec1", "--sign", "--privkey-pem", f"{key},{certificate}", "--id-attr:ID"]
    command += ["urn:d:dong", "--output", str(folder / "out.xml"), str(folder / "in.xml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "out.xml").read_bytes()


def one_of(document: bytes) -> FoundSignature:
    (found,) = read_xades(document)
    return found


PREFIXES = (
    f'<Transform Algorithm="{EXCLUSIVE}"><InclusiveNamespaces xmlns="{EXCLUSIVE}" '
    'PrefixList="a b"/></Transform>'
)


@pytest.mark.parametrize("canonical", [EXCLUSIVE, INCLUSIVE, INCLUSIVE_11])
@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("#p1", ()),
        ("#p1", (EXCLUSIVE,)),
        ("#p1", (INCLUSIVE,)),
        ("#p1", (INCLUSIVE_11,)),
        ("#p1", (PREFIXES,)),
        ("#xpointer(id('p1'))", (EXCLUSIVE,)),
        ("", (ENVELOPED,)),
        ("", (ENVELOPED, EXCLUSIVE)),
        ("", (ENVELOPED, INCLUSIVE_11)),
        ("", (ENVELOPED, PREFIXES)),
    ],
)
def test_what_xmlsec_signs_is_read(
    pki: Pki, tmp_path: Path, canonical: str, address: str, steps: tuple[str, ...]
) -> None:
    waiting = template(address, transforms(*steps) if steps else "", canonical=canonical)
    document = signed_by_xmlsec(pki, tmp_path, BODY.format(waiting))
    found = one_of(document)
    assert (found.fault, found.intact, found.facts) == ("", True, {})
    assert found.certificate == pki.certificate("hoa")
    assert found.covers == (("/",) if address == "" else ("p1",))
    changed = one_of(document.replace(b"<o/>", b"<o>1</o>"))
    assert (changed.intact, changed.broken) == (False, found.covers)


def test_an_elliptic_signature_of_xmlsec(pki: Pki, tmp_path: Path) -> None:
    method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
    waiting = template("#p1", "", method=method)
    document = signed_by_xmlsec(pki, tmp_path, BODY.format(waiting), "binh")
    assert one_of(document).intact


def test_data_within_the_signature(pki: Pki, tmp_path: Path) -> None:
    held = '<Object><dong xmlns="urn:d" ID="p1">S2h1w6o=</dong></Object>'
    waiting = template("#p1", transforms(BASE64), more=held)
    document = signed_by_xmlsec(pki, tmp_path, waiting)
    assert one_of(document).intact
    assert one_of(document.replace(b"S2h1w6o=", b"S2h1w6o1")).broken == ("p1",)
    assert one_of(document.replace(b"S2h1w6o=", b"!")).broken == ("p1",)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (f"{DS}rsa-sha1", "RSA-SHA1"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "RSA-MD5"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha224", "RSA-SHA224"),
        (f"{DS}dsa-sha1", "DSA-SHA1"),
    ],
)
def test_weak_algorithms_are_named(pki: Pki, tmp_path: Path, method: str, words: str) -> None:
    sound = signed_by_xmlsec(pki, tmp_path, BODY.format(template("#p1", "")))
    found = one_of(sound.replace(RSA_SHA256.encode(), method.encode()))
    assert (found.fault, found.intact) == ("weak", False)
    assert words in found.facts["fault"]


def test_a_weak_digest_is_not_even_computed(pki: Pki, tmp_path: Path) -> None:
    waiting = template("#p1", "", digest=f"{DS}sha1")
    found = one_of(signed_by_xmlsec(pki, tmp_path, BODY.format(waiting)))
    assert (found.fault, found.intact, found.broken) == ("weak", False, ())
    assert "SHA1" in found.facts["fault"]


def test_a_short_key_is_weak_though_its_value_holds(pki: Pki, tmp_path: Path) -> None:
    document = signed_by_xmlsec(pki, tmp_path, BODY.format(template("#p1", "")), "weak")
    found = one_of(document)
    assert (found.fault, found.intact, found.broken) == ("weak", True, ())
    assert "1024" in found.facts["fault"]


XSLT = (
    '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">'
    '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
    '<xsl:template match="/"><x/></xsl:template></xsl:stylesheet></Transform>'
)
XPATH = (
    '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
    "<XPath>false()</XPath></Transform>"
)


@pytest.mark.parametrize(
    ("address", "steps"),
    [
        ("#p1", (XSLT,)),
        ("#p1", (XPATH,)),
        ("", (ENVELOPED, XPATH, EXCLUSIVE)),
        ("#p1", (EXCLUSIVE, XPATH)),
        ("#p1", (EXCLUSIVE, ENVELOPED)),
        ("#p1", ("urn:none",)),
        ("#p1", (PREFIXES.replace("a b", "a #default"),)),
        ("file:///etc/hostname", ()),
        ("http://127.0.0.1:1/x", ()),
        ("x.xml#p1", ()),
        ("#khong-co", ()),
        ("#xpointer(//*)", ()),
        ("none", ()),
    ],
)
def test_nothing_else_is_run_or_fetched(
    pki: Pki, tmp_path: Path, address: str, steps: tuple[str, ...]
) -> None:
    sound = signed_by_xmlsec(pki, tmp_path, BODY.format(template("#p1", transforms(EXCLUSIVE))))
    pointing = b"" if address == "none" else f' URI="{address}"'.encode()
    changed = sound.replace(b' URI="#p1"', pointing)
    if steps:
        changed = changed.replace(transforms(EXCLUSIVE).encode(), transforms(*steps).encode())
    assert changed != sound
    found = one_of(changed)
    assert (found.fault, found.intact) == ("broken", False)
    assert found.facts["fault"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<SignatureValue>", b"<SignatureValue>AA"),
        (b"</SignatureValue>", b"</SignatureValue><SignatureValue/>"),
        (b"</SignedInfo>", b"</SignedInfo><SignedInfo/>"),
        (b"<SignedInfo>", b"<SignedInfo><!-- x --> "),
        (RSA_SHA256.encode(), b"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        (RSA_SHA256.encode(), b"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
        (RSA_SHA256.encode(), b"http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"),
        (SHA256.encode(), b"urn:none"),
        (EXCLUSIVE.encode(), b"urn:none"),
        (b"<X509Certificate>", b"<X509Certificate>!"),
        (b"X509Certificate>", b"X509Crl>"),
        (b"KeyInfo>", b"Other>"),
        (b"Reference", b"Other"),
        (b"DigestValue>", b"Other>"),
    ],
)
def test_a_signature_that_is_spoilt_does_not_count(
    pki: Pki, tmp_path: Path, before: bytes, after: bytes
) -> None:
    sound = signed_by_xmlsec(pki, tmp_path, BODY.format(template("#p1", "")))
    assert before in sound
    found = one_of(sound.replace(before, after))
    assert (found.fault, found.intact) == ("broken", False)
    assert found.broken


def test_a_comment_hides_nothing(pki: Pki, tmp_path: Path) -> None:
    sound = signed_by_xmlsec(pki, tmp_path, BODY.format(template("#p1", "")))
    assert one_of(sound.replace(b"<DigestValue>", b"<DigestValue><!-- x -->")).intact


CONFIGURATIONS = [
    (CanonicalizationMethod.CANONICAL_XML_1_0, SignatureMethod.RSA_SHA256),
    (CanonicalizationMethod.CANONICAL_XML_1_1, SignatureMethod.RSA_SHA512),
    (
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        SignatureMethod.SHA256_RSA_MGF1,
    ),
    (CanonicalizationMethod.CANONICAL_XML_1_1, SignatureMethod.ECDSA_SHA384),
]


@pytest.mark.parametrize(("canonical", "method"), CONFIGURATIONS)
def test_what_signxml_signs_is_read(
    pki: Pki, canonical: CanonicalizationMethod, method: SignatureMethod
) -> None:
    label = "binh" if "ECDSA" in method.name else "hoa"
    signer = XMLSigner(signature_algorithm=method, c14n_algorithm=canonical)
    document = with_signxml(pki, signer, label)
    found = one_of(document)
    assert (found.fault, found.intact, found.covers) == ("", True, ("/",))
    assert found.certificate == pki.certificate(label)
    assert not one_of(document.replace(b"8,5", b"8,6")).intact


def test_what_signxml_signs_as_xades_is_read(pki: Pki) -> None:
    signer = XAdESSigner(
        claimed_roles=["Hiệu trưởng"],
        data_object_format=XAdESDataObjectFormat(MimeType="text/xml"),
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    found = one_of(with_signxml(pki, signer, "mai"))
    assert (found.fault, found.intact, found.covers) == ("", True, ("/",))
    assert found.claimed_at is not None
    assert found.claimed_at.tzinfo is not None


def with_signxml(pki: Pki, signer: XMLSigner, label: str) -> bytes:
    certificates: list[x509.Certificate] = [load(pki.certificate(label))]
    root = etree.fromstring('<so xmlns="urn:d" xmlns:b="urn:b"><d>8,5</d>Đ</so>'.encode())
    return etree.tostring(signer.sign(root, key=pki.key(label), cert=certificates))


def test_a_file_that_keeps_the_server_busy_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("khue.signing.rules.xades.references.MOST_CANONICAL_BYTES", 100_000)
    reference = template("", transforms(ENVELOPED))
    body = f"<a><b>{'x' * 10_000}</b>{reference * 20}</a>"
    with pytest.raises(UnsafeXml, match="quá nhiều chữ ký"):
        read_xades(body.encode())


def test_a_namespace_that_cannot_be_canonicalised_breaks_what_it_is_in(
    pki: Pki, tmp_path: Path
) -> None:
    sound = signed_by_xmlsec(pki, tmp_path, BODY.format(template("#p1", "")))
    found = one_of(sound.replace(b'"urn:c"', b'"../c"'))
    assert (found.fault, found.broken) == ("broken", ("p1",))
    assert "không được hỗ trợ" in found.facts["fault"]


def test_too_many_signatures_or_references() -> None:
    with pytest.raises(UnsafeXml, match="2000"):
        read_xades(f'<a xmlns="{DS}">{"<Signature/>" * 2001}</a>'.encode())
    many = f'<Signature xmlns="{DS}"><SignedInfo>{"<Reference/>" * 501}</SignedInfo></Signature>'
    with pytest.raises(UnsafeXml, match="500"):
        read_xades(many.encode())


def test_an_empty_signature_is_broken_and_a_file_without_one_has_none() -> None:
    found = one_of(f'<Signature xmlns="{DS}"/>'.encode())
    assert (found.fault, found.certificate, found.id) == ("broken", b"", "signature-1")
    assert found.broken == ("signature-1",)
    assert read_xades(b"<a/>") == []
