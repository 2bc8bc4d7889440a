"""XML signatures (XAdES B-B) a second of one core, against the raw rate of the same key.

Part of `make bench`; alone: `python -m benchmarks.xml_signing`. The subject of a pupil is signed
as canonical parts, a whole year with everything below it too, and a document that must be parsed
first; signxml does the same work as a peer. Reading counts a whole document with its signatures.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial

from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from benchmarks.measures import run_module
from benchmarks.rates import Rate, Work, print_rates, rates_of
from benchmarks.signers import SIGNED_AT, BenchSigner, bench_signers
from khue.signing.rules.algorithms import verify_value
from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import XmlPlace
from khue.signing.rules.xades import (
    finish_xades,
    place_signature,
    prepare_xades,
    prepare_xades_parts,
    read_xades,
)

GOAL = 0.6
SUBJECTS = 13
SPACE = "urn:vn:oss-school:hocba:1"


def measure_xml_signing(environment: Mapping[str, str], rounds: int) -> dict[str, Rate]:
    """Signatures and readings a second, in a process of its own."""
    told = run_module("benchmarks.xml_signing", str(rounds), environment=environment)
    return {name: Rate(**rate) for name, rate in told.items()}


def xml_works() -> Iterator[tuple[str, Work]]:
    """Everything that is measured, by name."""
    for signer in bench_signers():
        raw = f"raw {signer.name} signature"
        yield raw, Work(partial(signer.sign, b"bang diem" * 100))
        yield from _signing(signer, raw)
        checked = f"raw {signer.name} verification"
        value, key = signer.sign(b"bang diem"), load(signer.signer.certificate).public_key()
        yield checked, Work(partial(verify_value, key, value, b"bang diem", "sha256"))
        yield from _reading(signer, checked)


def _signing(signer: BenchSigner, raw: str) -> Iterator[tuple[str, Work]]:
    subject = [("mh-1", _subject(1))]
    year = [("tt", b"<tt/>"), ("hs", b"<hs/>"), ("nh", b"".join(map(_subject, range(SUBJECTS))))]
    year += [(f"gv-{one}-value", b"x" * 450) for one in range(SUBJECTS)]
    document = _document()
    name = f"XML B-B {signer.name},"
    goal = GOAL if signer.name.startswith("RSA") else None
    yield f"{name} a subject", Work(partial(_sign_parts, signer, subject), raw, goal)
    yield (
        f"{name} a year of {SUBJECTS} subjects",
        Work(partial(_sign_parts, signer, year), raw, goal),
    )
    parsed = partial(_sign_document, signer, document, "mh-1", "s")
    yield f"{name} a document parsed and placed", Work(parsed, raw)
    yield f"signxml {signer.name}, the same document", Work(_signxml(signer, document), raw)


def _signxml(signer: BenchSigner, document: bytes) -> Callable[[], object]:
    """The peer: the document parsed, signed and written."""
    elliptic = signer.name.startswith("P-")
    peer = XAdESSigner(
        data_object_format=XAdESDataObjectFormat(MimeType="text/xml"),
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_1,
        signature_algorithm=(
            SignatureMethod.ECDSA_SHA256 if elliptic else SignatureMethod.RSA_SHA256
        ),
    )
    certificate = [load(signer.signer.certificate)]

    def sign() -> bytes:
        signed = peer.sign(etree.fromstring(document), key=signer.key, cert=certificate)
        return etree.tostring(signed)

    return sign


def _reading(signer: BenchSigner, checked: str) -> Iterator[tuple[str, Work]]:
    document = _document()
    one = _sign_document(signer, document, "mh-1", "s-1")
    all_signed = document
    for number in range(SUBJECTS):
        all_signed = _sign_document(signer, all_signed, f"mh-{number}", f"s-{number}")
    if not all(found.intact for found in read_xades(all_signed)):
        raise SystemExit("what was signed does not verify")
    yield f"XML {signer.name}, a document with one read", Work(partial(read_xades, one), checked)
    yield (
        f"XML {signer.name}, a document with {SUBJECTS} read",
        Work(partial(read_xades, all_signed), checked),
    )


def _sign_parts(signer: BenchSigner, parts: list[tuple[str, bytes]]) -> bytes:
    place = XmlPlace(tuple(part for part, _ in parts), "ky", "s", "Giáo viên môn Toán")
    prepared = prepare_xades_parts(parts, place, signer.signer, at=SIGNED_AT)
    return finish_xades(prepared, signer.sign(prepared.to_be_signed))


def _sign_document(signer: BenchSigner, document: bytes, part: str, signature: str) -> bytes:
    place = XmlPlace((part,), "ky", signature, "Giáo viên môn Toán")
    prepared = prepare_xades(document, place, signer.signer, at=SIGNED_AT)
    element = finish_xades(prepared, signer.sign(prepared.to_be_signed))
    return place_signature(document, "ky", element)


def _subject(number: int) -> bytes:
    """A subject of a year, canonical as it stands."""
    return (
        f'<MonHoc xmlns="{SPACE}" Id="mh-{number}"><maMonHoc>TOAN</maMonHoc><dtbHk1>8,5</dtbHk1>'
        "<dtbHk2>8,7</dtbHk2><dtbCn>8,6</dtbCn><nhanXet>Nắm vững kiến thức, trình bày rõ ràng, "
        "tích cực giúp bạn trong giờ học.</nhanXet><maGiaoVien>GV-0123</maGiaoVien></MonHoc>"
    ).encode()


def _document() -> bytes:
    subjects = b"".join(map(_subject, range(SUBJECTS)))
    around = f'<HocBaSo xmlns="{SPACE}" Id="hb"><NamHoc Id="nh">'.encode()
    return around + subjects + b'</NamHoc><KyGiaoVien Id="ky"></KyGiaoVien></HocBaSo>'


def main() -> int:
    """Print the rates as JSON; told to a person when nobody says how many rounds."""
    asked = sys.argv[1:]
    rates = rates_of(dict(xml_works()), rounds=int(asked[0]) if asked else 7)
    if asked:
        json.dump({name: asdict(rate) for name, rate in rates.items()}, sys.stdout)
        return 0
    print_rates(rates)
    return 0


if __name__ == "__main__":
    sys.exit(main())
