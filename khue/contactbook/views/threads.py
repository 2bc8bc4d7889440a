"""Trao đổi: the list, one conversation, its ends; the same pages for families and teachers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import Actor, actor_of, explain, page, reach
from khue.contactbook.forms.talk import MessageForm
from khue.contactbook.permissions import COMPLAINTS, SETTINGS, WRITE
from khue.contactbook.queries.thread_page import ThreadPage, thread_page
from khue.contactbook.queries.threads import complaints_for, threads_for
from khue.contactbook.rules.talk import LONGEST_MESSAGE
from khue.contactbook.services.thread_ends import (
    close_thread,
    complain,
    read_thread,
    reopen_thread,
)
from khue.contactbook.services.thread_work import TalkRefused
from khue.contactbook.services.threads import Written, write_message
from khue.records.api import children_of_account
from kit.dates import vietnam_day, vietnam_time
from kit.numbers import whole_number

Act = Callable[..., None]


def shell_of(actor: Actor) -> str:
    return "shell/family.html" if actor.is_family else "shell/base.html"


@require_safe
@page(WRITE)
def threads(request: HttpRequest) -> HttpResponse:
    """Every conversation of this person, unread first."""
    actor, now = actor_of(request), timezone.now()
    text = request.GET.get("q", "").strip()[:100]
    complaints = request.GET.get("show") == "complaints"
    leads = not reach(actor, COMPLAINTS).is_empty
    context = {
        "shell": shell_of(actor),
        "threads": complaints_for(actor) if complaints else threads_for(actor, text=text),
        "complaints": complaints,
        "leads": leads,
        "sets": not reach(actor, SETTINGS).is_empty,
        "children": children_of_account(actor.account_id, vietnam_day(now)),
        "text": text,
        "now": now,
    }
    name = "contactbook/my_threads.html" if actor.is_family else "contactbook/threads.html"
    return render(request, name, context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """One conversation; writing in it."""
    form = MessageForm(request.POST) if request.method == "POST" else MessageForm.empty()
    if request.method == "POST" and form.is_valid():
        written = _write(request, thread_id, form)
        if written:
            tell_written(request, written)
            return redirect("contactbook.thread", thread_id)
    return _show(request, thread_id, form)


def _write(request: HttpRequest, thread_id: int, form: MessageForm) -> Written | None:
    try:
        return write_message(
            actor=actor_of(request),
            now=timezone.now(),
            thread_id=thread_id,
            text=form.cleaned_data["text"],
            intent=form.meant,
        )
    except TalkRefused as refused:
        form.refuse(refused.sentence, "text")
        return None


def tell_written(request: HttpRequest, written: Written) -> None:
    """Say when the other side is told, when it is not now."""
    if written.waits:
        told = vietnam_time(written.told_at)
        hour = f"{told.hour}:{told.minute:02d} ngày {told.day}/{told.month}"
        messages.info(request, f"Tin đã lưu trong giờ yên tĩnh, sẽ báo cho người nhận lúc {hour}.")
    else:
        messages.success(request, "Đã gửi tin.")


def _show(request: HttpRequest, thread_id: int, form: MessageForm) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    found = read_thread(actor=actor, now=now, thread_id=thread_id)
    context = {"form": form, "longest": LONGEST_MESSAGE, **_context(actor, found)}
    return render(request, "contactbook/thread.html", context, status=422 if form.errors else 200)


def _context(actor: Actor, found: ThreadPage) -> dict[str, Any]:
    return {
        "shell": shell_of(actor),
        "thread": found,
        "seen": sum(1 for one in found.messages if one.seen),
        "live": not actor.is_family,
        "now": timezone.now(),
        "why_no_pupil": explain(actor, "records.view_students", found.school.path) or "",
    }


@require_safe
@page(WRITE)
def fresh(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The messages again when something came or was read since; 204 when nothing did."""
    actor = actor_of(request)
    found = thread_page(actor, thread_id, timezone.now())
    context = _context(actor, found)
    known = (whole_number(request.GET.get(key, "")) for key in ("after", "seen"))
    if tuple(known) == (found.last_id, context["seen"]):
        return HttpResponse(status=204)
    return render(request, "contactbook/parts/messages.html", context)


def _end(request: HttpRequest, thread_id: int, act: Act, told: str, **more: str) -> HttpResponse:
    try:
        act(actor=actor_of(request), now=timezone.now(), thread_id=thread_id, **more)
    except TalkRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, told)
    return redirect("contactbook.thread", thread_id)


@require_POST
@page(WRITE)
def close(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Đóng cuộc trao đổi."""
    return _end(request, thread_id, close_thread, "Đã đóng cuộc trao đổi.")


@require_POST
@page(WRITE)
def reopen(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Mở lại cuộc trao đổi."""
    return _end(request, thread_id, reopen_thread, "Đã mở lại cuộc trao đổi.")


@require_POST
@page(WRITE)
def report(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Phản ánh với lãnh đạo trường."""
    told = "Đã chuyển phản ánh tới lãnh đạo trường."
    return _end(request, thread_id, complain, told, reason=request.POST.get("reason", ""))
