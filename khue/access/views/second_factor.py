"""The second factor: the code at sign-in, setting it up, and the codes for a lost phone."""

from __future__ import annotations

from collections.abc import Callable

import segno
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from khue.access.forms import CodeForm, RecoveryForm
from khue.access.pages import SIGNED_IN, actor_of, address_of, page, while_entering
from khue.access.queries.sessions import has_second_factor
from khue.access.rules.second_factor import grouped
from khue.access.services import second_factor as use
from khue.access.services.attempts import TooManyAttempts
from khue.access.views.cookies import keep_token, wanted_page
from khue.access.views.entering import get_or_post

STEP = "access.second_factor"
Check = Callable[..., str]


@page(SIGNED_IN)
@while_entering(STEP)
@never_cache
@get_or_post
def second_factor(request: HttpRequest) -> HttpResponse:
    """Nhập mã dùng một lần."""
    found = request.khue_session  # type: ignore[attr-defined]
    if found.second_factor_at is not None:
        return redirect(wanted_page(request))
    if not has_second_factor(found):
        return redirect(f"{reverse('access.second_factor_setup')}?{request.GET.urlencode()}")
    form = CodeForm(request.POST or None)
    return _pass(request, form, use.give_code, "access/second_factor.html")


@page(SIGNED_IN)
@while_entering(STEP)
@never_cache
@get_or_post
def recovery(request: HttpRequest) -> HttpResponse:
    """Vào bằng mã dự phòng khi mất điện thoại."""
    form = RecoveryForm(request.POST or None)
    return _pass(request, form, use.give_recovery_code, "access/recovery.html")


def _pass(request: HttpRequest, form: Form, check: Check, template: str) -> HttpResponse:
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _passed(request, form.cleaned_data["code"], check)
        except (use.WrongCode, use.WrongRecoveryCode, TooManyAttempts) as refusal:
            form.add_error("code", str(refusal))
            status = 429 if isinstance(refusal, TooManyAttempts) else 422
    return render(request, template, _shown(request, form), status=status)


def _passed(request: HttpRequest, code: str, check: Check) -> HttpResponse:
    actor = actor_of(request)
    token = check(actor=actor, now=timezone.now(), code=code, address=address_of(request))
    response = redirect(wanted_page(request))
    keep_token(request, response, token)
    return response


def _shown(request: HttpRequest, form: Form) -> dict[str, object]:
    code = use.demonstration_code(actor=actor_of(request), now=timezone.now())
    return {"form": form, "next": wanted_page(request), "demonstration_code": code}


@page(SIGNED_IN)
@while_entering(STEP)
@never_cache
@get_or_post
def second_factor_setup(request: HttpRequest) -> HttpResponse:
    """Thiết lập xác thực hai lớp: picture, key, first code, then the codes for a lost phone."""
    form = CodeForm(request.POST or None)
    try:
        secret = use.secret_to_confirm(actor=actor_of(request))
    except use.AlreadyConfirmed:
        return redirect("access.my_account")
    if request.method == "POST" and form.is_valid():
        try:
            return _confirmed(request, form.cleaned_data["code"])
        except (use.WrongCode, TooManyAttempts) as refusal:
            form.add_error("code", str(refusal))
    shown = {**_shown(request, form), "key": grouped(secret), "picture": _picture(request, secret)}
    return render(request, "access/second_factor_setup.html", shown)


def _picture(request: HttpRequest, secret: str) -> str:
    address = use.provisioning_address(actor=actor_of(request), secret=secret)
    return segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="#fff")


def _confirmed(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    token, codes = use.confirm_second_factor(
        actor=actor, now=timezone.now(), code=code, address=address_of(request)
    )
    response = _show_codes(request, codes)
    keep_token(request, response, token)
    return response


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    shown = {"codes": codes, "next": wanted_page(request), "printed_at": timezone.now()}
    return render(request, "access/recovery_codes.html", shown)


@page(SIGNED_IN)
@never_cache
@require_POST
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Tạo lại mã dự phòng."""
    if not has_second_factor(request.khue_session):  # type: ignore[attr-defined]
        messages.error(request, "Hãy bật xác thực hai lớp trước khi tạo mã dự phòng.")
        return redirect("access.my_account")
    return _show_codes(
        request, use.renew_recovery_codes(actor=actor_of(request), now=timezone.now())
    )
