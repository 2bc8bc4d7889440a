"""PDF signatures (PAdES B-B) a second of one core, against the raw rate of the same key.

Part of `make bench`; alone: `python -m benchmarks.pdf_signing`. A paper of two pages is signed
without a look and with a drawn one, and again behind three signatures; pyHanko does the same work
as a peer. Reading counts the whole file: ranges, values, and what later increments changed.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers as hanko
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from benchmarks.measures import run_module
from benchmarks.rates import Rate, Work, rates_of
from benchmarks.signers import SIGNED_AT, BenchSigner, bench_signers
from khue.papers.services.rendering import render_pdf
from khue.signing.rules.algorithms import verify_value
from khue.signing.rules.certificates import load
from khue.signing.rules.cms import finish_cms, prepare_cms, read_cms
from khue.signing.rules.looks import personal_look
from khue.signing.rules.pades import finish_pades, pdf_faults, prepare_pades, read_pades
from khue.signing.rules.shapes import PdfLook

GOAL = 0.6
LINES = 80
PAPER = Path(__file__).resolve().parent.parent / "khue" / "papers" / "tests" / "paper.typ"
HIDDEN = PdfLook()
DRAWN = personal_look(None, "Lò Thị Đo", "Giáo viên", SIGNED_AT, box=(300, 300, 480, 360))
SIGNED_BEFORE = 3


def measure_pdf_signing(environment: Mapping[str, str], rounds: int) -> dict[str, Rate]:
    """Signatures and readings a second, in a process of its own."""
    told = run_module("benchmarks.pdf_signing", str(rounds), environment=environment)
    return {name: Rate(**rate) for name, rate in told.items()}


def pdf_works() -> Iterator[tuple[str, Work]]:
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
    paper = _paper()
    size = f"{len(paper) // 1024} KB"
    behind = _signed_often(signer, paper)
    yield f"PDF B-B {signer.name}, {size}", Work(partial(_sign, signer, paper), raw)
    yield f"PDF B-B {signer.name}, drawn look", Work(partial(_sign, signer, paper, DRAWN), raw)
    later = partial(_sign, signer, behind)
    yield f"PDF B-B {signer.name}, after {SIGNED_BEFORE} others", Work(later, raw)
    yield f"CMS B-B {signer.name}, {size}", Work(partial(_sign_beside, signer, paper), raw)
    yield f"pyHanko {signer.name}, the same PDF", Work(_hanko(signer, paper), raw)


def _reading(signer: BenchSigner, checked: str) -> Iterator[tuple[str, Work]]:
    once = _sign(signer, _paper())
    often = _signed_often(signer, _paper())
    beside = _sign_beside(signer, _paper())
    if pdf_faults(often) or not all(found.intact for found in read_pades(often)):
        raise SystemExit("what was signed does not verify")
    yield f"PDF {signer.name}, with one read", Work(partial(read_pades, once), checked)
    name = f"PDF {signer.name}, with {SIGNED_BEFORE} read"
    yield name, Work(partial(read_pades, often), checked)
    yield f"CMS {signer.name}, read", Work(partial(read_cms, beside, _paper()), checked)
    peer = _hanko_reading(signer, often)
    yield f"pyHanko {signer.name}, with {SIGNED_BEFORE} read", Work(peer, checked)


def _paper() -> bytes:
    rows = [f"Dòng {number}: Nguyễn Thị Ước học giỏi môn Toán" for number in range(LINES)]
    return render_pdf(PAPER, {"lines": rows}, title="Đo tốc độ", at=SIGNED_AT)


def _sign(signer: BenchSigner, content: bytes, look: PdfLook = HIDDEN) -> bytes:
    prepared = prepare_pades(content, signer.signer, look, at=SIGNED_AT)
    return finish_pades(prepared, signer.sign(prepared.to_be_signed))


def _signed_often(signer: BenchSigner, content: bytes) -> bytes:
    for _ in range(SIGNED_BEFORE):
        content = _sign(signer, content)
    return content


def _sign_beside(signer: BenchSigner, content: bytes) -> bytes:
    prepared = prepare_cms(content, signer.signer, at=SIGNED_AT)
    return finish_cms(prepared, signer.sign(prepared.to_be_signed))


def _hanko(signer: BenchSigner, content: bytes) -> Callable[[], object]:
    """The peer: the file read, signed and written."""
    raw = signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    above = SimpleCertificateStore()
    above.register_multiple(x509.Certificate.load(one) for one in signer.signer.chain)
    peer = hanko.SimpleSigner(
        signing_cert=x509.Certificate.load(signer.signer.certificate),
        signing_key=keys.PrivateKeyInfo.load(raw),
        cert_registry=above,
    )
    told = hanko.PdfSignatureMetadata(
        field_name="Hanko", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )

    def sign() -> object:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        return hanko.sign_pdf(writer, told, signer=peer)

    return sign


def _hanko_reading(signer: BenchSigner, content: bytes) -> Callable[[], object]:
    roots = [x509.Certificate.load(signer.signer.chain[-1])]

    def read() -> object:
        found = PdfFileReader(io.BytesIO(content)).embedded_regular_signatures
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=SIGNED_AT)
        return [validate_pdf_signature(one, context) for one in found]

    return read


def main() -> int:
    """Print the rates as JSON; told to a person when nobody says how many rounds."""
    asked = sys.argv[1:]
    rates = rates_of(dict(pdf_works()), rounds=int(asked[0]) if asked else 7)
    if asked:
        json.dump({name: asdict(rate) for name, rate in rates.items()}, sys.stdout)
        return 0
    for name, rate in rates.items():
        share = "" if rate.ratio is None else f"{rate.ratio:>8.0%} of {rate.against}"
        print(f"{name:<44}{rate.per_second:>10,.0f}{share}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
