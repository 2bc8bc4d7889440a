"""Kiểm tra công khai: a file or a code, for anyone, without a login; nothing is kept."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from khue.access.api import address_of, public
from khue.signing.rules.codes import (
    SHORT_NAME,
    TypedCode,
    read_code,
    read_short,
    short_digest,
    shown_code,
    standing_of_record,
)
from khue.signing.rules.telling import kind_of_verdict, tell_signatures
from khue.signing.rules.verifying import Examined
from khue.signing.services.codes import look_up_code
from khue.signing.services.verifying import examine_file, trust_file
from kit.assets import DIST
from kit.patience import Patience

MEGABYTE = 1024 * 1024
UNPROCESSABLE, TOO_LARGE, TOO_MANY, MISSING = 422, 413, 429, 404
FILES = Patience(at_once=20, every=3.0)
CODES = Patience(at_once=60, every=2.0)
CAMERA = "camera=(self), microphone=(), geolocation=()"
VERIFIERS = {"khue-verify.pyz": "application/zip", "khue-verify.html": "text/html; charset=utf-8"}
NO_TRUST = b'<script type="application/x-pem-file" id="bundled-trust">'
NOT_A_CODE = (
    "Mã xác thực gồm 16 chữ cái và chữ số in dưới mã QR. Hãy gõ lại đúng như trên giấy; không cần "
    "gõ dấu cách và dấu gạch."
)
NO_FILE = "Chưa chọn tệp nào. Hãy chọn tệp cần kiểm tra rồi bấm Kiểm tra."


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Chọn tệp, hoặc gõ mã; a file that was sent is answered at once."""
    if request.method == "POST":
        return _verify_file(request)
    typed = request.GET.get("ma", "")
    if not typed:
        return _page(request)
    found = read_code(typed)
    if not found.code:
        return _page(request, status=UNPROCESSABLE, code_error=NOT_A_CODE, typed=typed)
    return redirect(_address(found))


def _address(found: TypedCode) -> str:
    address = reverse("signing.verify_code", args=[found.code])
    return f"{address}?{SHORT_NAME}={found.short}" if found.short else address


def _verify_file(request: HttpRequest) -> HttpResponse:
    wait = FILES.wait(address_of(request) or "", now=time.monotonic())
    if wait:
        return _page(request, status=TOO_MANY, file_error=_patience(wait))
    given, beside = request.FILES.get("file"), request.FILES.get("signature")
    if getattr(request, "upload_too_large", 0):
        return _page(request, status=TOO_LARGE, file_error=_too_large())
    if not isinstance(given, UploadedFile):
        return _page(request, status=UNPROCESSABLE, file_error=NO_FILE)
    return _page(request, examined=_examined(given, beside))


def _too_large() -> str:
    limit = settings.UPLOAD_LIMIT_BYTES / MEGABYTE
    return (
        f"Tệp lớn hơn {limit:g} MB nên không nhận được. Hãy tải trình kiểm tra ở cuối trang về và "
        "kiểm tra ngay trên máy."
    )


def _examined(given: UploadedFile[bytes], beside: object) -> Examined:
    name = given.name or "tệp"
    detached = beside.read() if isinstance(beside, UploadedFile) else None
    return examine_file(given.read(), name=name, detached=detached, now=timezone.now())


def _patience(wait: float) -> str:
    return (
        "Địa chỉ này vừa kiểm tra rất nhiều lần nên phải chờ một chút. "
        f"Hãy thử lại sau {int(wait) + 1} giây."
    )


def _page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    told = {"examined": None, "file_error": "", "code_error": "", "typed": "", **context}
    told["limit_mb"] = settings.UPLOAD_LIMIT_BYTES // MEGABYTE
    told |= {"tell": tell_signatures, "kind_of": kind_of_verdict}
    answer = render(request, "signing/verify.html", told, status=status)
    answer.headers["Permissions-Policy"] = CAMERA
    return answer


@public
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Tình trạng của một bản ghi: valid, replaced, cancelled or unknown; no personal data."""
    wait = CODES.wait(address_of(request) or "", now=time.monotonic())
    if wait:
        return _page(request, status=TOO_MANY, code_error=_patience(wait), typed=code)
    typed = read_code(code)
    facts = look_up_code(typed.code) if typed.code else None
    short = read_short(request.GET.get(SHORT_NAME, ""))
    context = {
        "shown": shown_code(typed.code) if typed.code else code[:40],
        "facts": facts,
        "standing": standing_of_record(facts) if facts else "",
        "digest": short_digest(facts.digest) if facts else "",
        "short": short,
        "matches": bool(facts and short and facts.digest.lower().startswith(short)),
    }
    status = 200 if facts else MISSING
    return render(request, "signing/verify_code.html", context, status=status)


@public
@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """The roots of this installation and the keys of its ledger, for verifiers without a server."""
    headers = {
        "Content-Type": "application/x-pem-file",
        "Content-Disposition": 'attachment; filename="goc-tin-cay.pem"',
    }
    return HttpResponse(trust_file(), headers=headers)


@public
@require_safe
def take_verifier(request: HttpRequest, verifier: str) -> HttpResponse:
    """The verifiers that need no server; the page takes along whom this installation trusts."""
    path = DIST / "verifier" / verifier
    if verifier not in VERIFIERS or not path.is_file():
        raise Http404
    content = path.read_bytes()
    if verifier.endswith(".html"):
        content = content.replace(NO_TRUST, NO_TRUST + b"\n" + trust_file(), 1)
    headers = {
        "Content-Type": VERIFIERS[verifier],
        "Content-Disposition": f'attachment; filename="{verifier}"',
    }
    return HttpResponse(content, headers=headers)
