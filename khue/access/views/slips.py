"""Slips with a first code, to be printed, cut and handed out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from khue.access.pages import actor_of, page
from khue.access.queries.managing import MANAGE
from khue.access.services.managing import TooManySlips, print_slips
from kit.numbers import whole_number

ON_A_PAGE = 8


@page(MANAGE)
@never_cache
@require_POST
def slips(request: HttpRequest) -> HttpResponse:
    """In phiếu đăng nhập: the codes are shown this once and never again."""
    given = map(whole_number, request.POST.getlist("ids"))
    chosen = [one for one in given if one is not None]
    try:
        made = print_slips(actor=actor_of(request), now=timezone.now(), account_ids=chosen)
    except TooManySlips as refusal:
        messages.error(request, str(refusal))
        return redirect("access.accounts")
    if not made:
        messages.info(request, "Chưa chọn tài khoản nào đang mở để in phiếu.")
        return redirect("access.accounts")
    shown = {
        "sheets": [made[first : first + ON_A_PAGE] for first in range(0, len(made), ON_A_PAGE)],
        "count": len(made),
        "site": request.build_absolute_uri("/").rstrip("/"),
        "place_name": actor_of(request).place_name,
    }
    return render(request, "access/slips.html", shown)
