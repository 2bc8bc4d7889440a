"""Trường hợp riêng của một lớp: recorded and withdrawn by the office and the leaders."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from khue.access.api import actor_of, page
from khue.gradebook.forms.results import CircumstanceForm
from khue.gradebook.queries.circumstances import MANAGE, Circumstances, circumstances_of_class
from khue.gradebook.services.circumstances import (
    CircumstanceRefused,
    read_reason,
    record_circumstance,
    withdraw_circumstance,
)


def _back(class_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("gradebook.circumstances", args=[class_id]))


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def circumstances(request: HttpRequest, class_id: int) -> HttpResponse:
    """Every circumstance of a class; a new one is recorded below the list."""
    found = circumstances_of_class(actor_of(request), class_id)
    form = _form(request, found)
    if request.method == "POST" and form.is_valid() and _record(request, form):
        messages.success(request, "Đã ghi trường hợp riêng; kết quả đã được tính lại.")
        return _back(class_id)
    return render(request, "gradebook/circumstances.html", {"found": found, "form": form})


def _form(request: HttpRequest, found: Circumstances) -> CircumstanceForm:
    posted = request.POST if request.method == "POST" else None
    return CircumstanceForm(posted, pupils=found.pupils, books=found.books)


def _record(request: HttpRequest, form: CircumstanceForm) -> bool:
    try:
        record_circumstance(
            actor=actor_of(request),
            now=timezone.now(),
            class_subject_id=form.cleaned_data["book"],
            student_id=form.cleaned_data["student"],
            facts=form.facts,
        )
    except CircumstanceRefused as refusal:
        form.refuse(str(refusal), refusal.field)
        return False
    return True


@require_POST
@page(MANAGE)
def withdraw(request: HttpRequest, class_id: int, circumstance_id: int) -> HttpResponse:
    """Take one away, with a reason."""
    try:
        withdraw_circumstance(
            actor=actor_of(request),
            now=timezone.now(),
            circumstance_id=circumstance_id,
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, "Đã bỏ trường hợp riêng; kết quả đã được tính lại.")
    except CircumstanceRefused as refusal:
        messages.error(request, str(refusal))
    return _back(class_id)


@require_POST
@page(MANAGE)
def reason(request: HttpRequest, class_id: int, circumstance_id: int) -> HttpResponse:
    """The sealed reason, for one look that is written down; nothing keeps it in an address."""
    text = read_reason(actor=actor_of(request), now=timezone.now(), circumstance_id=circumstance_id)
    found = circumstances_of_class(actor_of(request), class_id)
    line = next((one for one in found.lines if one.id == circumstance_id), None)
    if line is None:
        return _back(class_id)
    shown = {"found": found, "line": line, "text": text}
    return render(request, "gradebook/circumstance_reason.html", shown)
