"""Xem học bạ bằng mã, without an account; and what verifiers of credentials fetch."""

from __future__ import annotations

import time

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import address_of, public
from khue.transcripts.services.copies import Copy
from khue.transcripts.services.credentials import published_key, published_list
from khue.transcripts.services.shares import file_with_code, look_with_code
from khue.transcripts.views.family import CREDENTIAL, file_answer
from kit.numbers import whole_number
from kit.patience import Patience

TRIES = Patience(at_once=10, every=6.0)
LISTS = Patience(at_once=120, every=1.0)
KINDS = {"pdf": "application/pdf", "xml": "application/xml"}
NOT_A_CODE = (
    "Mã không mở được học bạ nào: gõ sai, đã hết hạn hoặc đã được kết thúc. Hãy gõ lại đúng từng "
    "chữ, hoặc xin người giữ học bạ một mã mới."
)
WAIT = "Địa chỉ này vừa thử nhiều mã nên phải chờ. Hãy thử lại sau {seconds} giây."
LONGEST_CODE = 60


@public
@never_cache
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """Gõ mã, xem học bạ; the code is in no address and stays on the answer only."""
    if request.method != "POST":
        return render(request, "transcripts/look.html", {"shared": None, "error": ""})
    wait = TRIES.wait(address_of(request) or "", now=time.monotonic())
    if wait:
        return _refused(request, WAIT.format(seconds=int(wait) + 1), 429)
    code = request.POST.get("code", "")[:LONGEST_CODE]
    shared = look_with_code(code=code, now=timezone.now())
    if shared is None:
        return _refused(request, NOT_A_CODE, 422)
    told = {"shared": shared, "error": "", "code": code}
    return render(request, "transcripts/look.html", told)


def _refused(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    told = {"shared": None, "error": sentence}
    return render(request, "transcripts/look.html", told, status=status)


@public
@never_cache
@require_POST
def look_file(request: HttpRequest) -> HttpResponse:
    """Tệp của một năm học for the holder of a code."""
    wait = TRIES.wait(address_of(request) or "", now=time.monotonic())
    if wait:
        return _refused(request, WAIT.format(seconds=int(wait) + 1), 429)
    kind = request.POST.get("kind", "")
    content = file_with_code(
        code=request.POST.get("code", "")[:LONGEST_CODE],
        now=timezone.now(),
        version_id=whole_number(request.POST.get("version", "")) or 0,
        kind=kind if kind in KINDS else "pdf",
    )
    if not content:
        return _refused(request, NOT_A_CODE, 422)
    ending = kind if kind in KINDS else "pdf"
    return file_answer(Copy(f"hoc-ba.{ending}", KINDS[ending], content))


@public
@require_safe
def did(request: HttpRequest, issuer: int) -> HttpResponse:
    """Khóa của trường, as did:web asks for it."""
    return JsonResponse(published_key(issuer), json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def status_list(request: HttpRequest, issuer: int, number: int) -> HttpResponse:
    """Danh sách trạng thái của chứng nhận số."""
    if LISTS.wait(address_of(request) or "", now=time.monotonic()):
        return HttpResponse(status=429)
    if number > 1_000_000:
        raise Http404
    made = published_list(school_id=issuer, number=number, now=timezone.now())
    return HttpResponse(made, content_type=CREDENTIAL)
