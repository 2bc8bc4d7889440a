"""Chuyển học bạ: the package that goes along, the package that came; papers for the school."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import Refused, actor_of, page
from khue.transcripts.permissions import PUBLISH, TRANSFER, VIEW
from khue.transcripts.queries.moving import moving_page
from khue.transcripts.services.copies import Copy, copy_pdf_in_work, copy_transcript
from khue.transcripts.services.envelopes import messages_of_school
from khue.transcripts.services.packages import accept_package, make_package, receive_package
from khue.transcripts.views.family import file_answer
from kit.content_security import shown_inside
from kit.numbers import whole_number

MEGABYTE = 1024 * 1024
NO_FILE = "Chưa có tệp nào được chọn. Hãy chọn gói .zip trường cũ gửi rồi bấm lại."
TOO_LARGE = "Gói lớn hơn {limit} MB nên không nhận được. Hãy xin trường cũ lập lại gói."


@require_GET
@page(TRANSFER)
def move(request: HttpRequest, student_id: int) -> HttpResponse:
    """Gói đi, gói đến of one pupil."""
    found = moving_page(actor_of(request), student_id)
    limit = settings.UPLOAD_LIMIT_BYTES // MEGABYTE
    return render(request, "transcripts/move.html", {"found": found, "limit": limit})


@require_GET
@page(TRANSFER)
def package(request: HttpRequest, student_id: int) -> HttpResponse:
    """Gói học bạ; that it was taken is written down."""
    made = make_package(actor=actor_of(request), now=timezone.now(), student_id=student_id)
    return file_answer(Copy("goi-hoc-ba.zip", "application/zip", made))


@require_POST
@page(TRANSFER)
def receive(request: HttpRequest, student_id: int) -> HttpResponse:
    """Nhận gói: verified now, taken later."""
    common: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    try:
        receive_package(**common, student_id=student_id, content=_file_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Đã kiểm tra gói. Hãy xem kết quả rồi nhận vào học bạ.")
    return redirect("transcripts.move", student_id)


def _file_of(request: HttpRequest) -> bytes:
    held = request.FILES.get("file")
    if getattr(request, "upload_too_large", 0):
        raise Refused(TOO_LARGE.format(limit=settings.UPLOAD_LIMIT_BYTES // MEGABYTE))
    if held is None:
        raise Refused(NO_FILE)
    return bytes(held.read())


@require_POST
@page(TRANSFER)
def accept(request: HttpRequest, received_id: int) -> HttpResponse:
    """Nhận vào học bạ."""
    common: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    student_id = accept_package(**common, received_id=received_id)
    messages.success(request, "Đã nhận các năm học ở trường cũ vào học bạ của em.")
    return redirect("transcripts.move", student_id)


@require_GET
@page(VIEW)
def whole(request: HttpRequest, student_id: int) -> HttpResponse:
    """Toàn bộ học bạ trên giấy, for the school."""
    common: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    return file_answer(copy_transcript(**common, permission=VIEW, student_id=student_id))


@shown_inside
@require_GET
@page(VIEW)
def version_pdf(request: HttpRequest, version_id: int) -> HttpResponse:
    """Bản PDF, as it was signed or as it will be signed; also inside the page that signs."""
    copy = copy_pdf_in_work(actor=actor_of(request), now=timezone.now(), version_id=version_id)
    answer = HttpResponse(copy.content, content_type=copy.media_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{copy.name}"'
    return answer


@require_GET
@page(PUBLISH)
def centre_messages(request: HttpRequest, school_id: int, year: int) -> HttpResponse:
    """Bản ghi gửi Trung tâm Dữ liệu quốc gia, one JSON object a line."""
    after = whole_number(request.GET.get("sau", "")) or 0
    told = messages_of_school(actor=actor_of(request), school_id=school_id, year=year, after=after)
    lines = [json.dumps(one, ensure_ascii=False) for one in told]
    content = "".join(f"{line}\n" for line in lines).encode()
    return file_answer(Copy(f"hoc-ba-so-{year}.jsonl", "application/x-ndjson", content))
