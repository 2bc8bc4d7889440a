"""Soạn thông báo: the form, its files, what it would be, and the one sending."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import OutsidePlace, actor_of, page
from khue.contactbook.forms.notices import NoticeForm, first_values
from khue.contactbook.permissions import SEND
from khue.contactbook.queries.choosing import Choosing, choosing
from khue.contactbook.queries.notices_sent import files_of, open_notice
from khue.contactbook.queries.previews import preview_of
from khue.contactbook.queries.templates import template_for, templates_for
from khue.contactbook.rules.audience import GUARDIANS, PUPILS
from khue.contactbook.rules.links import linked_lines
from khue.contactbook.rules.notices import CHANNELS, FIELDS
from khue.contactbook.services.notice_files import add_file, remove_file
from khue.contactbook.services.notice_work import NoticeRefused
from khue.contactbook.services.notices import drop_draft, save_draft, send_draft, words_of
from khue.contactbook.views.notice_common import number_of
from kit.dates import vietnam_day

NO_FILE = "Chưa có tệp nào được chọn. Hãy chọn tệp rồi bấm “Đính kèm”."
LARGE = "Tệp lớn hơn 5 MB. Hãy thu nhỏ tệp hoặc gửi đường dẫn."


def _offered(
    request: HttpRequest, school: str = "", chosen: tuple[int, ...] = ()
) -> tuple[Choosing | None, list[tuple[str, str]]]:
    """What the page offers: a school's classes, or (asked for) the pupils of a class, the staff."""
    class_id = number_of(request.GET.get("class", ""))
    return choosing(
        actor_of(request),
        school or request.GET.get("school", ""),
        vietnam_day(timezone.now()),
        class_id=class_id,
        staff=request.GET.get("to") == "staff",
        pupil_ids=chosen,
    )


@require_http_methods(["GET", "POST"])
@page(SEND)
def new_notice(request: HttpRequest) -> HttpResponse:
    """Soạn thông báo mới; a template or the notice it corrects may be named in the address."""
    offered, schools = _offered(request)
    if offered is None:
        return render(request, "contactbook/choose_school.html", {"schools": schools})
    if request.method == "POST":
        form = NoticeForm(offered, request.POST)
        saved = _save(request, form, None)
        if saved is not None:
            return redirect("contactbook.preview_notice", saved)
    else:
        form = NoticeForm(offered, initial=_first(request, offered))
    return _form_page(request, form)


def _first(request: HttpRequest, offered: Choosing) -> dict[str, Any]:
    """What the empty form begins with: the choices of the school, the template, the corrected."""
    policy = offered.policy
    kind = "chosen" if offered.pupils or offered.staff else offered.kinds[0]
    values: dict[str, Any] = {
        "kind": kind,
        "sides": [GUARDIANS, PUPILS],
        "classes": [value for value, _ in offered.classes][:1] if len(offered.classes) == 1 else [],
        "channels": ["push"]
        if policy is None
        else [one for one in policy.channels if one != "sms"],
        "with_diacritics": policy is not None and policy.sms_diacritics,
        "intent": uuid.uuid4(),
    }
    template, corrected = request.GET.get("template", ""), request.GET.get("corrects", "")
    if number_of(template):
        known = template_for(actor_of(request), int(template))
        values |= {"title": known.title, "text": known.text}
    if number_of(corrected):
        values |= _correction(request, int(corrected))
    return values


def _correction(request: HttpRequest, notice_id: int) -> dict[str, Any]:
    """Đính chính: the same readers, the words to be put right."""
    held, line = open_notice(actor_of(request), notice_id)
    if line.state == "draft" or "kind" not in held.audience:
        raise OutsidePlace(notice_id)
    old = first_values(words_of(held))
    kept = ("kind", "classes", "grades", "area", "sides", "text", "channels", "with_diacritics")
    return {
        **{name: old[name] for name in kept},
        "title": f"Đính chính: {held.title}"[:200],
        "corrects": notice_id,
    }


def _save(request: HttpRequest, form: NoticeForm, notice_id: int | None) -> int | None:
    """Keep the draft; None when the form must be shown again."""
    if not form.is_valid():
        return None
    try:
        return save_draft(
            actor=actor_of(request),
            now=timezone.now(),
            words=form.words(),
            intent=form.cleaned_data["intent"],
            notice_id=notice_id,
        )
    except NoticeRefused as refused:
        field = "until_day" if refused.field == "answer_until" else refused.field
        form.refuse(refused.sentence, field)
        return None


def _form_page(
    request: HttpRequest, form: NoticeForm, notice_id: int | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "offered": form.offered,
        "templates": templates_for(actor_of(request)),
        "fields": FIELDS,
        "notice_id": notice_id,
        "files": files_of(notice_id) if notice_id else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "contactbook/notice_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page(SEND)
def edit_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Sửa bản nháp."""
    held, line = open_notice(actor_of(request), notice_id)
    if line.state != "draft":
        return redirect("contactbook.notice", notice_id)
    words = words_of(held)
    chosen = words.audience.ids if words.audience.kind == "chosen" else ()
    offered, _ = _offered(request, str(held.school_id or ""), chosen)
    if offered is None:
        raise OutsidePlace(notice_id)
    if request.method == "POST":
        form = NoticeForm(offered, request.POST)
        if _save(request, form, notice_id) is not None:
            return redirect("contactbook.preview_notice", notice_id)
    else:
        form = NoticeForm(offered, initial=first_values(words))
    return _form_page(request, form, notice_id)


@require_safe
@page(SEND)
def preview_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Xem trước: how many, by which channels, what it costs; then it is sent or put right."""
    return _preview(request, notice_id)


def _preview(request: HttpRequest, notice_id: int, error: str = "") -> HttpResponse:
    held, line = open_notice(actor_of(request), notice_id)
    if line.state != "draft":
        return redirect("contactbook.notice", notice_id)
    context = {
        "notice": held,
        "line": line,
        "lines": linked_lines(held.text),
        "files": files_of(notice_id),
        "preview": preview_of(held, timezone.now()),
        "channels": [CHANNELS[one] for one in held.channels],
        "error": error,
    }
    return render(request, "contactbook/notice_preview.html", context, status=422 if error else 200)


@require_POST
@page(SEND)
def send_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Gửi what was previewed, once."""
    version = number_of(request.POST.get("version", ""))
    try:
        send_draft(
            actor=actor_of(request),
            now=timezone.now(),
            notice_id=notice_id,
            version=-1 if version is None else version,
        )
    except NoticeRefused as refused:
        messages.error(request, refused.sentence)
        return _preview(request, notice_id, refused.sentence)
    messages.success(request, "Đã gửi thông báo.")
    return redirect("contactbook.notice", notice_id)


@require_POST
@page(SEND)
def drop_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Bỏ bản nháp."""
    try:
        drop_draft(actor=actor_of(request), now=timezone.now(), notice_id=notice_id)
    except NoticeRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("contactbook.notice", notice_id)
    messages.success(request, "Đã bỏ bản nháp.")
    return redirect("contactbook.notices")


@require_POST
@page(SEND)
def attach(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Đính kèm một tệp to a draft."""
    held = request.FILES.get("file")
    error = LARGE if getattr(request, "upload_too_large", 0) else "" if held else NO_FILE
    if held is not None and not error:
        error = _attach(request, notice_id, held.name or "", held.read())
    return _preview(request, notice_id, error) if error else _to_preview(notice_id)


def _attach(request: HttpRequest, notice_id: int, name: str, content: bytes) -> str:
    try:
        add_file(
            actor=actor_of(request),
            now=timezone.now(),
            notice_id=notice_id,
            name=name,
            content=content,
        )
    except NoticeRefused as refused:
        return refused.sentence
    return ""


def _to_preview(notice_id: int) -> HttpResponse:
    return redirect("contactbook.preview_notice", notice_id)


@require_POST
@page(SEND)
def detach(request: HttpRequest, file_id: int) -> HttpResponse:
    """Bỏ tệp of a draft."""
    try:
        notice_id = remove_file(actor=actor_of(request), now=timezone.now(), file_id=file_id)
    except NoticeRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("contactbook.notices")
    return _to_preview(notice_id)
