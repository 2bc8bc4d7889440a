"""What an officer uploads and chooses about the trusted list."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from khue.signing.services.trust import MOST_CERTIFICATES, TrustRefused

LARGEST_FILE = 1024 * 1024
NO_FILE = "Chưa có tệp nào được chọn. Hãy chọn tệp chứng thư của nơi cấp rồi bấm Xem trước."
TOO_LARGE = "Tệp quá lớn so với tệp chứng thư. Hãy chọn đúng tệp .cer, .crt, .pem hoặc .p7b."


@dataclass(frozen=True, slots=True)
class Chosen:
    """One certificate ticked in the preview, and as what it shall be trusted."""

    certificate: bytes
    kind: str


def uploaded_file(request: HttpRequest) -> bytes:
    """The bytes of the uploaded file; raises TrustRefused."""
    file = request.FILES.get("file")
    if getattr(request, "upload_too_large", 0):
        raise TrustRefused(TOO_LARGE, "file")
    if not isinstance(file, UploadedFile):
        raise TrustRefused(NO_FILE, "file")
    content: bytes = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise TrustRefused(TOO_LARGE, "file")
    return content


def chosen_certificates(request: HttpRequest) -> list[Chosen]:
    """What was ticked; the certificates come back from the page as base64."""
    given = request.POST
    try:
        return [
            Chosen(b64decode(given.get(f"certificate-{at}", ""), validate=True), _kind(request, at))
            for at in range(MOST_CERTIFICATES)
            if given.get(f"take-{at}")
        ]
    except (NotBase64, ValueError) as spoilt:
        raise TrustRefused("Chứng thư gửi lên không đọc được. Hãy tải tệp lại.", "file") from spoilt


def _kind(request: HttpRequest, at: int) -> str:
    return request.POST.get(f"kind-{at}", "")
