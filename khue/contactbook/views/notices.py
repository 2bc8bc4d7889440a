"""Thông báo đã gửi: the list, one with its readers and answers, reminding, recalling."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import actor_of, page
from khue.contactbook.permissions import SEND
from khue.contactbook.queries.notices_sent import (
    ANSWERS,
    AUTOMATIC,
    STATES,
    ReaderFilter,
    SentFilter,
    every_notice,
    every_reader,
    files_of,
    open_notice,
    page_of_notices,
    page_of_readers,
    poll_of,
)
from khue.contactbook.queries.sight import why_no_correction
from khue.contactbook.rules.links import linked_lines
from khue.contactbook.services.notice_acts import recall, remind
from khue.contactbook.services.notice_work import NoticeRefused
from khue.contactbook.sheets.notices import notices_file, readers_file
from khue.contactbook.views.notice_common import page_number, query_of, searched, workbook


def _filter(request: HttpRequest) -> SentFilter:
    return SentFilter(
        searched(request), request.GET.get("state", "")[:9], request.GET.get("kind", "")[:9]
    )


@require_safe
@page(SEND)
def notices(request: HttpRequest) -> HttpResponse:
    """Drafts and notices in sight, the newest first."""
    wanted = _filter(request)
    context = {
        "page": page_of_notices(actor_of(request), wanted, page_number(request)),
        "wanted": wanted,
        "states": STATES,
        "kinds": [(AUTOMATIC, "Tin tự động (điểm danh, kết quả, nhắc)")],
        "query": query_of(request),
    }
    return render(request, "contactbook/notices.html", context)


@require_safe
@page(SEND)
def export_notices(request: HttpRequest) -> HttpResponse:
    """The list as a workbook."""
    return workbook(notices_file(every_notice(actor_of(request), _filter(request))), "thong-bao")


def _readers(request: HttpRequest) -> ReaderFilter:
    return ReaderFilter(searched(request), request.GET.get("state", "")[:12])


@require_safe
@page(SEND)
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """One notice: its words, and what each reader did with it."""
    return _shown(request, notice_id)


def _shown(request: HttpRequest, notice_id: int, error: str = "") -> HttpResponse:
    held, line = open_notice(actor_of(request), notice_id)
    if line.state == "draft":
        return redirect("contactbook.edit_notice", notice_id)
    wanted = _readers(request)
    context = {
        "notice": held,
        "line": line,
        "lines": linked_lines(held.text),
        "files": files_of(notice_id),
        "poll": poll_of(held),
        "page": page_of_readers(held, wanted, page_number(request)),
        "wanted": wanted,
        "answers": _answers(held.asks_receipt, bool(held.choices)),
        "query": query_of(request),
        "no_correction": why_no_correction(actor_of(request), held),
        "error": error,
        "now": timezone.now(),
    }
    return render(request, "contactbook/notice.html", context, status=422 if error else 200)


def _answers(asks_receipt: bool, is_poll: bool) -> list[tuple[str, str]]:  # noqa: FBT001
    """The filters that make sense for a notice."""
    useless = set() if asks_receipt else {"silent", "acknowledged"}
    useless |= set() if is_poll else {"unanswered"}
    return [one for one in ANSWERS if one[0] not in useless]


@require_safe
@page(SEND)
def export_readers(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Who read, acknowledged, answered, as a workbook."""
    held, _ = open_notice(actor_of(request), notice_id)
    body = readers_file(held.title, every_reader(held, _readers(request)))
    return workbook(body, f"nguoi-nhan-{notice_id}")


@require_POST
@page(SEND)
def remind_readers(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Nhắc those who are silent."""
    ways = tuple(one[:5] for one in request.POST.getlist("ways")[:3])
    try:
        remind(actor=actor_of(request), now=timezone.now(), notice_id=notice_id, ways=ways)
    except NoticeRefused as refused:
        return _shown(request, notice_id, refused.sentence)
    messages.success(request, "Đã nhắc những người chưa đọc hoặc chưa trả lời.")
    return redirect("contactbook.notice", notice_id)


@require_POST
@page(SEND)
def recall_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Thu hồi with a reason."""
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        cancelled = recall(
            actor=actor_of(request), now=timezone.now(), notice_id=notice_id, reason=reason
        )
    except NoticeRefused as refused:
        return _shown(request, notice_id, refused.sentence)
    told = f" {cancelled} tin chưa gửi đã hủy." if cancelled else ""
    messages.success(request, f"Đã thu hồi thông báo.{told} Tin đã gửi đi thì không lấy lại được.")
    return redirect("contactbook.notice", notice_id)
