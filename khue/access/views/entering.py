"""Signing in: name and password, first code, second factor; and signing out."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from khue.access.forms import FirstLoginForm, FirstPasswordForm, LoginForm
from khue.access.pages import (
    SIGNED_IN,
    actor_of,
    address_of,
    page,
    public,
    while_entering,
)
from khue.access.queries.sessions import must_choose_password
from khue.access.services.attempts import TooManyAttempts
from khue.access.services.passwords import (
    PasswordRefused,
    PasswordStands,
    choose_first_password,
)
from khue.access.services.sessions import end_session
from khue.access.services.signing_in import WrongCredentials, sign_in
from khue.access.views.cookies import (
    device_of,
    drop_token,
    keep_token,
    wanted_page,
)

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@public
@never_cache
@sensitive_post_parameters("password")
@get_or_post
def login(request: HttpRequest) -> HttpResponse:
    """Đăng nhập."""
    form = LoginForm(request.POST or None)
    return _enter(request, form, "access/login.html", "password")


@public
@never_cache
@sensitive_post_parameters("code")
@get_or_post
def first_login(request: HttpRequest) -> HttpResponse:
    """Đăng nhập lần đầu bằng mã trên phiếu."""
    form = FirstLoginForm(request.POST or None)
    return _enter(request, form, "access/first_login.html", "code")


def _enter(request: HttpRequest, form: Form, template: str, secret: str) -> HttpResponse:
    if getattr(request, "viewer", None) is not None:
        return redirect(wanted_page(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _let_in(request, form.cleaned_data["login"], form.cleaned_data[secret])
        except (WrongCredentials, TooManyAttempts) as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, TooManyAttempts) else 422
    filled = {"form": form, "next": wanted_page(request)}
    return render(request, template, filled, status=status)


def _let_in(request: HttpRequest, name: str, secret: str) -> HttpResponse:
    token = sign_in(
        login=name,
        secret=secret,
        address=address_of(request),
        device=device_of(request),
        now=timezone.now(),
    )
    response = redirect(wanted_page(request))
    keep_token(request, response, token)
    return response


@page(SIGNED_IN)
@while_entering("access.first_password")
@never_cache
@sensitive_post_parameters("password")
@get_or_post
def first_password(request: HttpRequest) -> HttpResponse:
    """Đặt mật khẩu sau khi vào bằng mã trên phiếu."""
    if not must_choose_password(request.khue_session):  # type: ignore[attr-defined]
        return redirect("access.my_account")
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        try:
            choose_first_password(actor=actor_of(request), now=timezone.now(), password=password)
        except PasswordRefused as refusal:
            form.add_error("password", str(refusal))
        except PasswordStands:
            messages.error(request, "Mật khẩu vừa được đặt ở một thiết bị khác. Hãy đăng nhập lại.")
            return redirect("access.login")
        else:
            messages.success(request, "Đã đặt mật khẩu. Từ nay đăng nhập bằng mật khẩu này.")
            return redirect(wanted_page(request))
    filled = {"form": form, "next": wanted_page(request)}
    return render(request, "access/first_password.html", filled)


@page(SIGNED_IN)
@while_entering("access.first_password", "access.second_factor")
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Đăng xuất."""
    actor = actor_of(request)
    end_session(key=actor.session_key, account_id=actor.account_id, now=timezone.now())
    messages.info(request, "Đã đăng xuất.")
    response = redirect(reverse("access.login"))
    drop_token(response)
    return response
