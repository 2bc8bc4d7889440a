"""XML signatures as they are made: accepted by xmlsec1, signxml and openssl, at every level."""

import ssl
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import signxml
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.algorithms import SignatureMethod
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from khue.signing.rules.algorithms import Weak
from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import Evidence, Format, Level, SigningCertificate, XmlPlace
from khue.signing.rules.xades import (
    NoSuchPart,
    finish_xades,
    lengthen_xades,
    place_signature,
    prepare_xades,
    prepare_xades_parts,
    replace_signature,
    signature_element,
    take_out_signature,
    xades_stamped,
    xml_faults,
)
from khue.signing.rules.xades.canonical import canonical
from khue.signing.rules.xades.elements import elements_by_id
from khue.signing.tests.containers import (
    AT,
    CONTAINER,
    SIGNATURES,
    STEPS,
    finished,
    readings,
    sign_in,
    signed_container,
    unsound,
    value_of,
    xmlsec,
)
from khue.signing.tests.pki import Pki
from khue.signing.tests.test_algorithms import own_certificate

PLACE = XmlPlace(("mh-toan",), "ky-gv", "gv-toan", "Giáo viên môn Toán")


@pytest.mark.parametrize("level", Level)
def test_xmlsec_accepts_every_signature_of_a_container(
    pki: Pki, level: Level, tmp_path: Path
) -> None:
    document = signed_container(pki, level)
    roots = [pki.certificate("root")]
    assert [xmlsec(document, one, tmp_path, roots) for one in SIGNATURES] == [True] * 5
    assert not xmlsec(document, "gv-toan", tmp_path, [pki.certificate("stranger-root")])
    assert not xmlsec(document.replace(b"8,5", b"8,6"), "gv-toan", tmp_path, roots)


@pytest.mark.parametrize("level", Level)
def test_every_signature_follows_the_schema_of_xades(pki: Pki, level: Level) -> None:
    folder = Path(signxml.__file__).parent / "xades" / "schemas"
    schema = etree.XMLSchema(file=str(folder / "XAdES01903v141-201601.xsd"))
    document = signed_container(pki, level)
    elements = [signature_element(document, one) for one in SIGNATURES]
    elements.append(lengthen_xades(elements[-1], evidence=pki.evidence("sao_khue")))
    for element in elements:
        schema.assertValid(etree.fromstring(element))
    with pytest.raises(etree.DocumentInvalid):
        schema.assertValid(etree.fromstring(elements[0].replace(b"SigningTime", b"SigningDay")))


@pytest.mark.parametrize("level", Level)
def test_what_was_signed_is_read_again(pki: Pki, level: Level) -> None:
    found = readings(signed_container(pki, level))
    assert unsound(found) == {}
    assert list(found) == list(SIGNATURES)
    for label, place in STEPS:
        one = found[place.signature_id]
        assert one.format is Format.XADES
        assert (one.covers, one.role, one.claimed_at) == (place.covers, place.role, AT)
        assert one.certificate == pki.certificate(label)
        assert one.chain == pki.chain(label)[:1]
        assert len(one.timestamps) == level.needs_timestamp
        assert one.evidence.certificates == (pki.chain(label) if level.needs_evidence else ())
        assert len(one.evidence.ocsp) == len(one.evidence.crls) == level.needs_evidence


def test_evidence_of_any_kind_is_kept(pki: Pki) -> None:
    document = sign_in(pki, CONTAINER, "hoa", PLACE)
    lists = Evidence(crls=(pki.crl("people", at=AT), pki.crl("root", at=AT)))
    answers = Evidence(certificates=pki.chain("hoa"), ocsp=(pki.ocsp("hoa", at=AT),))
    longer = lengthen_xades(signature_element(document, "gv-toan"), evidence=lists)
    again = lengthen_xades(longer, evidence=answers)
    found = readings(replace_signature(document, "gv-toan", again))["gv-toan"]
    assert found.intact
    assert found.evidence == replace(answers, crls=lists.crls)
    assert b"TimeStampValidationData" in again


def test_parts_that_are_canonical_give_the_same_signature(pki: Pki) -> None:
    signer, _ = pki.person("hoa")
    place = replace(PLACE, covers=("mh-toan", "hs"))
    root = etree.fromstring(CONTAINER)
    parts = [(one, canonical(elements_by_id(root)[one][0])) for one in place.covers]
    whole = prepare_xades(CONTAINER, place, signer, at=AT)
    assert prepare_xades_parts(parts, place, signer, at=AT) == whole
    with pytest.raises(ValueError, match="not those"):
        prepare_xades_parts(parts[:1], place, signer, at=AT)


def test_a_signature_grows_from_level_to_level(pki: Pki, tmp_path: Path) -> None:
    signer, key = pki.person("binh")
    prepared = prepare_xades(CONTAINER, PLACE, signer, at=AT)
    value = value_of(key, prepared.to_be_signed)
    token, proof = pki.stamp(xades_stamped(prepared, value), at=AT), pki.evidence("binh", at=AT)
    element = finish_xades(prepared, value)
    grown = lengthen_xades(lengthen_xades(element, timestamp=token), evidence=proof)
    assert grown == finish_xades(prepared, value, timestamp=token, evidence=proof)
    assert lengthen_xades(grown) == grown
    document = place_signature(CONTAINER, "ky-gv", grown)
    assert xmlsec(document, "gv-toan", tmp_path, [pki.certificate("root")])
    twice = lengthen_xades(grown, timestamp=pki.stamp(xades_stamped(prepared, value)))
    found = readings(replace_signature(document, "gv-toan", twice))["gv-toan"]
    assert (found.intact, len(found.timestamps)) == (True, 2)
    with pytest.raises(ValueError, match="written here"):
        lengthen_xades(b"<Signature/>", timestamp=token)


@pytest.mark.parametrize("label", ["hoa", "binh"])
def test_openssl_accepts_the_timestamp(pki: Pki, label: str, tmp_path: Path) -> None:
    found = readings(sign_in(pki, CONTAINER, label, PLACE, Level.B_T))["gv-toan"]
    (tmp_path / "stamped").write_bytes(found.stamped)
    (tmp_path / "token").write_bytes(found.timestamps[0])
    for name in ("time-root", "tsa"):
        (tmp_path / name).write_text(ssl.DER_cert_to_PEM_cert(pki.certificate(name)))
    assert "Verification: OK" in openssl_ts(tmp_path)
    (tmp_path / "stamped").write_bytes(found.stamped + b" ")
    assert "Verification: OK" not in openssl_ts(tmp_path)


def openssl_ts(folder: Path) -> str:
    """What openssl says of the timestamp token in a folder."""
    command = ["openssl", "ts", "-verify", "-data", "stamped", "-in", "token", "-token_in"]
    command += ["-CAfile", "time-root", "-untrusted", "tsa"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout


@pytest.mark.parametrize("label", ["hoa", "binh"])
def test_signxml_verifies_too(pki: Pki, label: str) -> None:
    signed = sign_in(pki, CONTAINER, label, PLACE)
    verified = XAdESVerifier().verify(
        signed,
        x509_cert=load(pki.certificate(label)),
        expect_references=2,
        expect_config=XAdESSignatureConfiguration(
            location=".//",
            signature_methods=frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256}),
        ),
        id_attribute="Id",
    )
    assert {etree.QName(one.signed_xml).localname for one in verified} == {
        "MonHoc",
        "SignedProperties",
    }


@pytest.mark.parametrize("digest", ["sha384", "sha512"])
@pytest.mark.parametrize("curve", [None, ec.SECP384R1(), ec.SECP521R1()])
def test_longer_digests_and_curves(
    pki: Pki, digest: str, curve: ec.EllipticCurve | None, tmp_path: Path
) -> None:
    signer, key = pki.person("hoa")
    if curve is not None:
        key = ec.generate_private_key(curve)
        signer = SigningCertificate(own_certificate(key))
    prepared = prepare_xades(CONTAINER, PLACE, signer, at=AT, digest=digest)
    element = finish_xades(prepared, value_of(key, prepared.to_be_signed, digest))
    document = place_signature(CONTAINER, "ky-gv", element)
    assert unsound(readings(document)) == {}
    root = signer.certificate if curve else pki.certificate("root")
    assert xmlsec(document, "gv-toan", tmp_path, [root])


@pytest.mark.parametrize("digest", ["sha1", "md5", "sha224", "nonsense"])
def test_weak_digests_do_not_sign(pki: Pki, digest: str) -> None:
    signer, _ = pki.person("hoa")
    with pytest.raises(Weak) as refused:
        prepare_xades(CONTAINER, PLACE, signer, at=AT, digest=digest)
    assert digest.upper() in refused.value.sentence


def test_a_short_key_does_not_sign(pki: Pki) -> None:
    signer, _ = pki.signer("weak")
    with pytest.raises(Weak, match="1024 bit"):
        prepare_xades(CONTAINER, PLACE, signer, at=AT)


@pytest.mark.parametrize(
    ("place", "part"),
    [
        (replace(PLACE, covers=("mh-su",)), "mh-su"),
        (replace(PLACE, parent="ky"), "ky"),
    ],
)
def test_a_part_that_is_not_there_is_named(pki: Pki, place: XmlPlace, part: str) -> None:
    signer, _ = pki.person("hoa")
    with pytest.raises(NoSuchPart) as refused:
        prepare_xades(CONTAINER, place, signer, at=AT)
    assert f"“{part}” không có" in refused.value.sentence


def test_what_would_be_ambiguous_is_not_signed(pki: Pki) -> None:
    signer, _ = pki.person("hoa")
    twice = CONTAINER.replace(b'Id="mh-van"', b'Id="mh-toan"')
    with pytest.raises(NoSuchPart, match="có 2 lần"):
        prepare_xades(twice, PLACE, signer, at=AT)
    with pytest.raises(ValueError, match="already"):
        prepare_xades(CONTAINER, replace(PLACE, signature_id="hs"), signer, at=AT)
    with pytest.raises(ValueError, match="cover something"):
        prepare_xades(CONTAINER, replace(PLACE, covers=()), signer, at=AT)
    with pytest.raises(ValueError, match="not an id"):
        prepare_xades(CONTAINER, replace(PLACE, signature_id='a" b'), signer, at=AT)
    with pytest.raises(ValueError, match="time zone"):
        prepare_xades(CONTAINER, PLACE, signer, at=datetime(2026, 6, 5))  # noqa: DTZ001
    with pytest.raises(ValueError, match="cannot hold"):
        prepare_xades(CONTAINER, replace(PLACE, role="\x00"), signer, at=AT)


@pytest.mark.parametrize(
    "role", ["Hiệu trưởng <&> “A”", ' xmlns:ds="x"', "a\r\nb\tc", "]]>", "  đầu và cuối  "]
)
def test_any_role_is_kept_as_it_is(pki: Pki, role: str, tmp_path: Path) -> None:
    document = sign_in(pki, CONTAINER, "hoa", replace(PLACE, role=role))
    found = readings(document)["gv-toan"]
    assert (found.intact, found.role) == (True, role)
    assert xmlsec(document, "gv-toan", tmp_path, [pki.certificate("root")])


@pytest.mark.parametrize("covers", [("/",), ("hb-1",), ("hb-1", "hs")])
def test_a_signature_within_what_it_covers(
    pki: Pki, covers: tuple[str, ...], tmp_path: Path
) -> None:
    around = CONTAINER.replace(b"?>\n", b"?>\n<?look a?>\n", 1) + b"<!-- end --><?look b?>"
    place = replace(PLACE, covers=covers, parent="hb-1")
    document = sign_in(pki, around, "binh", place, Level.B_T)
    found = readings(document)
    assert unsound(found) == {}
    assert found["gv-toan"].covers == covers
    assert xmlsec(document, "gv-toan", tmp_path, [pki.certificate("root")])
    assert unsound(readings(document.replace(b">8A<", b">8B<"))) == {"gv-toan": covers[:1]}
    outside = unsound(readings(document.replace(b"<?look b?>", b"<?look c?>")))
    assert outside == ({"gv-toan": ("/",)} if covers == ("/",) else {})
    assert xml_faults(document, list(found.values())) == ()


def test_signatures_are_put_in_and_taken_out_to_the_byte(pki: Pki) -> None:
    document = signed_container(pki)
    element = signature_element(document, "gvcn")
    without = take_out_signature(document, "gvcn")
    assert document.count(element) == 1
    assert place_signature(without, "ky-gvcn", element) == document
    assert replace_signature(document, "gvcn", element) == document
    with pytest.raises(NoSuchPart):
        take_out_signature(document, "ky-gvcn")
    with pytest.raises(NoSuchPart):
        place_signature(without, "gvcn", element)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'<a><k Id="k"/><b/></a>', b'<a><k Id="k"><s/></k><b/></a>'),
        (b'<a><k Id="k" c=">"  /></a>', b'<a><k Id="k" c=">"><s/></k></a>'),
        (b'<a><k Id="k"></k></a>', b'<a><k Id="k"><s/></k></a>'),
        (b'<k Id="k"><k Id="l"/></k >', b'<k Id="k"><k Id="l"/><s/></k >'),
        (b'<a Id="k"><b/></a>', b'<a Id="k"><b/><s/></a>'),
        (b'\xef\xbb\xbf<k Id="k"/>', b'\xef\xbb\xbf<k Id="k"><s/></k>'),
        (
            '<a><b>Đặng</b><p:k xmlns:p="u" Id="k"/></a>'.encode(),
            '<a><b>Đặng</b><p:k xmlns:p="u" Id="k"><s/></p:k></a>'.encode(),
        ),
    ],
)
def test_a_signature_is_placed_without_touching_the_rest(before: bytes, after: bytes) -> None:
    assert place_signature(before, "k", b"<s/>") == after


def test_content_outside_every_signature_is_told(pki: Pki) -> None:
    document = signed_container(pki)
    found = list(readings(document).values())
    assert xml_faults(document, found) == ()
    assert xml_faults(document, []) == ()
    added = document.replace(b"<KyGiaoVien", b"<GhiChu><a>Len lop</a></GhiChu>x<KyGiaoVien")
    assert xml_faults(added, list(readings(added).values())) == (
        "Phần “hb-1” không được chữ ký nào bảo vệ.",
        "Phần “a” không được chữ ký nào bảo vệ.",
    )
    changed = document.replace(b"8,5", b"9,5")
    assert xml_faults(changed, list(readings(changed).values())) == ()
    many = document.replace(b"<KyGiaoVien", b'<b/><c x="1"/>' * 2 + b"<KyGiaoVien")
    assert len(xml_faults(many, list(readings(many).values()))) == 1


def test_the_signer_of_a_seal_and_of_a_person_sign_alike(pki: Pki) -> None:
    signer, _ = pki.seal("doi_sim")
    prepared = prepare_xades(CONTAINER, PLACE, signer, at=AT)
    document = place_signature(CONTAINER, "ky-gv", finished(pki, "doi_sim", prepared))
    assert readings(document)["gv-toan"].certificate == signer.certificate
