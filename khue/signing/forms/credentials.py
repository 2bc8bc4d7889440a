"""What a person types and uploads about a certificate. Secrets are read once and never kept."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from khue.access.api import OutsidePlace
from khue.signing.rules.fitness import NotACertificate
from khue.signing.services.backends import secret_of
from khue.signing.services.credentials import CredentialRefused
from kit.numbers import whole_number

LONGEST_SECRET = 200
LARGEST_CERTIFICATE = 100 * 1024
MOST_CERTIFICATES = 10
NO_FILE = "Chưa có tệp nào được chọn. Hãy chọn tệp rồi bấm lại."


def typed_secret(request: HttpRequest) -> str:
    """The PIN and the one-time code, as one secret."""
    given = request.POST
    return secret_of(given.get("pin", "")[:LONGEST_SECRET], given.get("code", "")[:LONGEST_SECRET])


def chosen_owner(request: HttpRequest) -> int | None:
    """For whom: "" is oneself, a number the organisation whose seal it is."""
    text = request.POST.get("cho") or request.GET.get("cho") or ""
    number = whole_number(text, digits=18)
    if text and number is None:
        raise OutsidePlace
    return number


def uploaded(request: HttpRequest, name: str, limit: int) -> bytes:
    """The content of an uploaded file of limited size."""
    file = request.FILES.get(name)
    if not isinstance(file, UploadedFile):
        raise CredentialRefused(NO_FILE, name)
    content: bytes = file.read(limit + 1)
    return content


def certificates_in(content: bytes) -> list[bytes]:
    """Every certificate of a file, as DER: one DER certificate, or any number as PEM."""
    if len(content) > LARGEST_CERTIFICATE:
        raise NotACertificate
    try:
        if b"-----BEGIN" in content:
            found = x509.load_pem_x509_certificates(content)[:MOST_CERTIFICATES]
        else:
            found = [x509.load_der_x509_certificate(content)]
        return [one.public_bytes(Encoding.DER) for one in found]
    except ValueError:
        raise NotACertificate from None


def certificates_sent(request: HttpRequest) -> list[bytes]:
    """What the browser fetched from the agent: base64 of DER, the signer's own first."""
    sent = [one for one in request.POST.getlist("certificate") if one][:MOST_CERTIFICATES]
    try:
        return [b64decode(one, validate=True) for one in sent]
    except (NotBase64, ValueError):
        raise NotACertificate from None
