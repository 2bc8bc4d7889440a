"""PDF files of several writers, signed by people of the test authorities, and other witnesses."""

from __future__ import annotations

import io
import subprocess
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfWriter

from khue.papers.api import render_pdf
from khue.signing.rules.pades import finish_pades, pades_stamped, prepare_pades
from khue.signing.rules.shapes import Level, PdfLook, Prepared
from khue.signing.tests.pki import Pki, PrivateKey

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
PAPER = Path(__file__).resolve().parents[2] / "papers" / "tests" / "paper.typ"
DIGESTS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
HIDDEN = PdfLook()
WRITERS = {
    "typst": (),
    "object streams": ("--object-streams=generate",),
    "linearised": ("--linearize",),
    "linearised with object streams": ("--linearize", "--object-streams=generate"),
}


def lines(count: int) -> tuple[str, ...]:
    return tuple(f"Dòng {number}: Nguyễn Thị Ước học giỏi môn Toán" for number in range(count))


@cache
def paper(count: int = 60) -> bytes:
    """A PDF/A-2a as the house prints it; 60 lines are two pages."""
    return render_pdf(PAPER, {"lines": lines(count)}, title="Thư", at=NOW)


@cache
def written_by(writer: str) -> bytes:
    """The same paper in the file structure of other writers."""
    if writer == "pypdf":
        made = io.BytesIO()
        PdfWriter(clone_from=io.BytesIO(paper())).write(made)
        return made.getvalue()
    return through_qpdf(paper(), *WRITERS[writer])


def through_qpdf(content: bytes, *options: str) -> bytes:
    """Rewritten by qpdf, which reads and writes files by their names only."""
    if not options:
        return content
    with tempfile.TemporaryDirectory() as place:
        given, made = Path(place, "given.pdf"), Path(place, "made.pdf")
        given.write_bytes(content)
        subprocess.run(["qpdf", *options, str(given), str(made)], check=True)
        return made.read_bytes()


def value_of(key: PrivateKey, prepared: Prepared) -> bytes:
    """The signature value as a token would give it."""
    method = DIGESTS[prepared.digest]
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(prepared.to_be_signed, padding.PKCS1v15(), method)
    return key.sign(prepared.to_be_signed, ec.ECDSA(method))


def sign(
    pdf: bytes,
    pki: Pki,
    label: str = "hoa",
    *,
    level: Level = Level.B_B,
    look: PdfLook = HIDDEN,
    digest: str = "sha256",
    at: datetime = NOW,
) -> bytes:
    """The file signed by a person or a seal, at a level."""
    signer, key = pki.signer(label)
    prepared = prepare_pades(pdf, signer, look, at=at, digest=digest, level=level)
    value = value_of(key, prepared)
    return finish_pades(
        prepared,
        value,
        timestamp=pki.stamp(pades_stamped(prepared, value)) if level.needs_timestamp else None,
        evidence=pki.evidence(label) if level.needs_evidence else None,
    )


def pdfsig(content: bytes, folder: Path) -> tuple[int, str]:
    """How many signatures poppler finds valid, and all that it says."""
    file = folder / "read.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True)
    return told.stdout.count("Signature Validation: Signature is Valid."), told.stdout


def pem(certificate: bytes) -> bytes:
    return load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


def made_by_openssl(pki: Pki, folder: Path, *options: str, content: bytes) -> bytes:
    """A CMS of cô Hoa, signed by openssl in one of its many ways."""
    key = pki.key("hoa").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key").write_bytes(key)
    (folder / "signer").write_bytes(pem(pki.certificate("hoa")))
    (folder / "given").write_bytes(content)
    command = ["openssl", "cms", "-sign", "-binary", "-signer", "signer", "-inkey", "key"]
    files = ["-in", "given", "-out", "made"]
    subprocess.run([*command, *files, *options], cwd=folder, check=True, capture_output=True)
    return (folder / "made").read_bytes()


def hanko_signer(pki: Pki, label: str = "hoa") -> signers.SimpleSigner:
    """The same person signing with pyHanko."""
    signer, key = pki.signer(label)
    raw = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple(x509.Certificate.load(one) for one in signer.chain)
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(signer.certificate),
        signing_key=keys.PrivateKeyInfo.load(raw),
        cert_registry=store,
    )


def sign_with_hanko(pdf: bytes, pki: Pki, label: str = "hoa", **told: Any) -> bytes:
    """The file signed by pyHanko; `told` goes to its PdfSignatureMetadata and to sign_pdf."""
    given = {name: told.pop(name) for name in ("timestamper", "new_field_spec") if name in told}
    metadata = signers.PdfSignatureMetadata(
        **({"field_name": "Hanko", "md_algorithm": "sha256"} | told)
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    made = signers.sign_pdf(writer, metadata, signer=hanko_signer(pki, label), **given)
    return bytes(made.getbuffer())


def context(pki: Pki) -> ValidationContext:
    roots = [x509.Certificate.load(one) for one in (*pki.trust.roots, *pki.trust.time_roots)]
    return ValidationContext(trust_roots=roots, allow_fetching=False)


def hanko_verdicts(content: bytes, pki: Pki) -> list[bool]:
    """What pyHanko says of each signature, in its own order."""
    found = PdfFileReader(io.BytesIO(content)).embedded_regular_signatures
    return [bool(validate_pdf_signature(one, context(pki)).bottom_line) for one in found]
