"""Mẫu tin: the list, a new one, one changed or ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from khue.access.api import OutsidePlace, actor_of, page
from khue.contactbook.forms.notices import TemplateForm
from khue.contactbook.permissions import SEND, TEMPLATES
from khue.contactbook.queries.templates import owners_of_templates, template_for, templates_for
from khue.contactbook.rules.notices import FIELDS
from khue.contactbook.services.notice_work import NoticeRefused
from khue.contactbook.services.templates import end_template, save_template


def _owners(request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in owners_of_templates(actor_of(request))]


@require_http_methods(["GET", "POST"])
@page(SEND)
def templates(request: HttpRequest) -> HttpResponse:
    """Own templates and those of everybody above; a new one where the right is held."""
    owners = _owners(request)
    form = TemplateForm(
        owners, request.POST or None, initial={"organisation": owners[:1] and owners[0][0]}
    )
    if request.method == "POST" and _save(request, form, None):
        return redirect("contactbook.templates")
    return _page(request, form, None)


def _page(request: HttpRequest, form: TemplateForm, template_id: int | None) -> HttpResponse:
    context = {
        "templates": templates_for(actor_of(request)),
        "form": form,
        "owners": _owners(request),
        "fields": FIELDS,
        "template_id": template_id,
    }
    status = 422 if form.is_bound else 200
    return render(request, "contactbook/templates.html", context, status=status)


def _save(request: HttpRequest, form: TemplateForm, template_id: int | None) -> bool:
    if not form.is_valid():
        return False
    try:
        save_template(
            actor=actor_of(request), now=timezone.now(), template_id=template_id, **form.facts()
        )
    except NoticeRefused as refused:
        form.refuse(refused.sentence, refused.field)
        return False
    messages.success(request, "Đã lưu mẫu tin.")
    return True


@require_http_methods(["GET", "POST"])
@page(TEMPLATES)
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Sửa một mẫu."""
    known = template_for(actor_of(request), template_id)
    if not known.own:
        raise OutsidePlace(template_id)
    first = {"organisation": str(known.owner_id), "title": known.title, "text": known.text}
    form = TemplateForm(_owners(request), request.POST or None, initial=first)
    if request.method == "POST" and _save(request, form, template_id):
        return redirect("contactbook.templates")
    return _page(request, form, template_id)


@require_POST
@page(TEMPLATES)
def drop_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Bỏ một mẫu."""
    end_template(actor=actor_of(request), now=timezone.now(), template_id=template_id)
    messages.success(request, "Đã bỏ mẫu tin.")
    return redirect("contactbook.templates")
