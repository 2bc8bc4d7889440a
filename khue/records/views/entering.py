"""Đường vào của gia đình: slips for a class or a child, and adding a second child."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from khue.access.api import Refused, TooManyAttempts, TooManySlips, actor_of, address_of, page
from khue.records.forms.steps import LinkForm
from khue.records.queries.family_slips import (
    SlipPlace,
    child_place_of,
    class_place_of,
    slip_lines,
)
from khue.records.rules.refusals import RecordRefused
from khue.records.services.family_slips import (
    FamilySlip,
    print_child_slips,
    print_class_slips,
)
from khue.records.services.linking import WrongLink, link_child
from khue.records.views.common import refuse, today
from kit.numbers import whole_number

MANAGE, LINK = "records.manage_students", "records.link_child"
ON_A_PAGE = 6
Print = Callable[..., list[FamilySlip]]


@never_cache
@require_http_methods(["GET", "POST"])
@page(MANAGE)
def class_slips(request: HttpRequest, class_id: int) -> HttpResponse:
    """Phiếu cho gia đình của cả lớp."""
    place = class_place_of(actor_of(request), class_id, today())
    back = reverse("records.class_students", args=[class_id])
    return _slips(request, place, back, print_class_slips, class_id=class_id)


@never_cache
@require_http_methods(["GET", "POST"])
@page(MANAGE)
def child_slips(request: HttpRequest, student_id: int) -> HttpResponse:
    """Phiếu cho gia đình của một em."""
    place = child_place_of(actor_of(request), student_id)
    back = reverse("records.family", args=[student_id])
    return _slips(request, place, back, print_child_slips, student_id=student_id)


def _slips(
    request: HttpRequest, place: SlipPlace, back: str, print_them: Print, **where: int
) -> HttpResponse:
    if request.method == "POST":
        printed = _printed(request, print_them, **where)
        if printed:
            return _paper(request, place, back, printed)
    lines = slip_lines(actor_of(request), place, today())
    seen = {one.student_id for one in lines}
    shown = {
        "place": place,
        "back": back,
        "lines": lines,
        "without": [name for key, name in place.names.items() if key not in seen],
    }
    return render(request, "records/choose_slips.html", shown)


def _printed(request: HttpRequest, print_them: Print, **where: int) -> list[FamilySlip]:
    given = map(whole_number, request.POST.getlist("ids"))
    chosen = {one for one in given if one is not None}
    try:
        made = print_them(
            actor=actor_of(request), now=timezone.now(), guardianship_ids=chosen, **where
        )
    except (TooManySlips, RecordRefused, Refused) as refusal:
        messages.error(request, str(refusal))
        return []
    if not made:
        messages.info(request, "Hãy đánh dấu ít nhất một người để in phiếu.")
    return made


def _paper(
    request: HttpRequest, place: SlipPlace, back: str, slips: list[FamilySlip]
) -> HttpResponse:
    address = request.build_absolute_uri(reverse("access.first_login"))
    sheets = [slips[first : first + ON_A_PAGE] for first in range(0, len(slips), ON_A_PAGE)]
    shown = {
        "place": place,
        "back": back,
        "sheets": sheets,
        "count": len(slips),
        "site": request.build_absolute_uri("/").rstrip("/"),
        "qr": segno.make(address, error="m").svg_data_uri(scale=3, border=1, light="#fff"),
    }
    return render(request, "records/family_slips.html", shown)


@never_cache
@sensitive_post_parameters("code", "born")
@require_http_methods(["GET", "POST"])
@page(LINK)
def add_child(request: HttpRequest) -> HttpResponse:
    """Gắn thêm con vào tài khoản."""
    form = LinkForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            name = _linked(request, form.cleaned_data)
        except RecordRefused as refusal:
            refuse(form, refusal)
            status = 422
        except (WrongLink, TooManyAttempts) as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, TooManyAttempts) else 422
        else:
            messages.success(request, f"Đã gắn {name} vào trang gia đình.")
            return redirect("portal.home")
    return render(request, "records/add_child.html", {"form": form}, status=status)


def _linked(request: HttpRequest, given: dict[str, Any]) -> str:
    return link_child(
        actor=actor_of(request),
        now=timezone.now(),
        address=address_of(request),
        **given,
    )
