"""Dữ liệu nhạy cảm: opened on demand, never by the way; each look is noted."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from khue.access.api import actor_of, explain, page
from khue.records.forms.people import SensitiveForm
from khue.records.queries.files import open_file
from khue.records.rules.personal_number import Finding, finding_sentence
from khue.records.services.sensitive import read_sensitive, set_sensitive
from khue.records.views.common import choices_of, names_of, told
from khue.records.views.students import file_context

LISTS = ("ethnic-groups", "religions", "policy-groups", "disability-kinds")


@never_cache
@require_POST
@page("records.view_sensitive")
def sensitive(request: HttpRequest, student_id: int) -> HttpResponse:
    """Open the sealed part; a POST, because looking leaves a trace."""
    actor = actor_of(request)
    opened = read_sensitive(actor=actor, now=timezone.now(), student_id=student_id)
    file = open_file(actor=actor, student_id=student_id)
    codes = choices_of(*LISTS)
    context = file_context(actor, file, "file") | {
        "opened": opened,
        "names": names_of(codes),
        "findings": [finding_sentence(Finding(one)) for one in opened.number_findings],
        "form": SensitiveForm(initial=asdict(opened.facts), codes=codes),
        "why_not": explain(actor, "records.manage_students", *file.places),
    }
    return render(request, "records/sensitive.html", context)


@require_POST
@page("records.manage_students")
def save_sensitive(request: HttpRequest, student_id: int) -> HttpResponse:
    actor = actor_of(request)
    form = SensitiveForm(request.POST, codes=choices_of(*LISTS))
    if form.is_valid():
        set_sensitive(actor=actor, now=timezone.now(), student_id=student_id, facts=form.facts())
        told(request, "Đã lưu dữ liệu nhạy cảm.")
        return redirect("records.student", student_id)
    file = open_file(actor=actor, student_id=student_id)
    context = file_context(actor, file, "file") | {"form": form}
    return render(request, "records/edit_sensitive.html", context)
