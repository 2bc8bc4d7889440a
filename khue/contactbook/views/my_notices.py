"""Thông báo của tôi: what came to the reader; opening it is reading it. Works without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from khue.access.api import actor_of, page, reach
from khue.contactbook.permissions import READ, SEND
from khue.contactbook.queries.inbox import my_page, opened_notice
from khue.contactbook.queries.notices_sent import files_of
from khue.contactbook.services.notice_answers import acknowledge, answer_poll, read_notice
from khue.contactbook.services.notice_files import open_file
from khue.contactbook.services.notice_work import NoticeRefused
from khue.contactbook.views.notice_common import (
    attachment,
    number_of,
    page_number,
    query_of,
    searched,
    shell_of,
)


@require_safe
@page(READ)
def my_notices(request: HttpRequest) -> HttpResponse:
    """Every notice of the reader, the newest first."""
    actor, text = actor_of(request), searched(request)
    context = {
        "page": my_page(actor, text, page_number(request)),
        "text": text,
        "query": query_of(request),
        "shell": shell_of(actor),
        "sends": not reach(actor, SEND).is_empty,
    }
    return render(request, "contactbook/my_notices.html", context)


@require_GET
@page(READ)
def my_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Đọc một thông báo."""
    return _shown(request, notice_id)


def _shown(request: HttpRequest, notice_id: int, error: str = "") -> HttpResponse:
    now = timezone.now()
    receipts = read_notice(actor=actor_of(request), now=now, notice_id=notice_id)
    context = {
        "notice": opened_notice(receipts, now),
        "files": files_of(notice_id),
        "error": error,
        "shell": shell_of(actor_of(request)),
    }
    return render(request, "contactbook/my_notice.html", context, status=422 if error else 200)


@require_POST
@page(READ)
def acknowledge_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Đã đọc và đồng ý."""
    try:
        acknowledge(actor=actor_of(request), now=timezone.now(), notice_id=notice_id)
    except NoticeRefused as refused:
        return _shown(request, notice_id, refused.sentence)
    messages.success(request, "Đã xác nhận. Nhà trường thấy gia đình đã đọc.")
    return redirect("contactbook.my_notice", notice_id)


@require_POST
@page(READ)
def answer_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Trả lời phiếu hỏi for one child."""
    try:
        answer_poll(
            actor=actor_of(request),
            now=timezone.now(),
            notice_id=notice_id,
            choice=number_of(request.POST.get("choice", "")),
            student_id=number_of(request.POST.get("student", "")),
        )
    except NoticeRefused as refused:
        return _shown(request, notice_id, refused.sentence)
    messages.success(request, "Đã ghi câu trả lời. Có thể đổi cho đến khi hết hạn.")
    return redirect("contactbook.my_notice", notice_id)


@require_safe
@page(READ)
def notice_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Tải tệp đính kèm."""
    file = open_file(actor=actor_of(request), file_id=file_id)
    return attachment(file.content, file.media_type, file.name)
