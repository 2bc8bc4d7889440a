"""One's own account: password, second factor, sessions, roles."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from khue.access.forms import ChangePasswordForm, FirstPasswordForm
from khue.access.pages import SIGNED_IN, actor_of, address_of, page
from khue.access.queries.account_page import account_sheet
from khue.access.queries.sessions import sessions_of
from khue.access.services.attempts import TooManyAttempts
from khue.access.services.passwords import (
    ENTER_AGAIN,
    EnterAgain,
    PasswordRefused,
    change_password,
    entered_lately,
    has_password,
    set_own_password,
)
from khue.access.services.sessions import end_session, end_sessions
from khue.access.services.signing_in import WrongCredentials
from khue.access.sheets import sessions_workbook
from khue.access.views.cookies import drop_token
from khue.access.views.entering import get_or_post
from khue.access.views.files import wants_excel, workbook


@page(SIGNED_IN)
@never_cache
@require_safe
def my_account(request: HttpRequest) -> HttpResponse:
    """Tài khoản của tôi."""
    actor = actor_of(request)
    shown = {
        "sheet": account_sheet(actor.account_id, today=timezone.localdate()),
        "sessions": sessions_of(actor, now=timezone.now()),
    }
    return render(request, "access/my_account.html", shown)


@page(SIGNED_IN)
@never_cache
@sensitive_post_parameters("current", "password")
@get_or_post
def change_own_password(request: HttpRequest) -> HttpResponse:
    """Đổi mật khẩu; an account that was entered by phone alone chooses its first."""
    if not has_password(actor_of(request).account_id):
        return _first_own_password(request)
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        messages.success(request, "Đã đổi mật khẩu. Các thiết bị khác đã bị đăng xuất.")
        return redirect("access.my_account")
    facts = {"form": form, "first": False, "late": ""}
    return render(request, "access/change_password.html", facts)


def _first_own_password(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    form = FirstPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_own_password(actor=actor, now=now, password=form.cleaned_data["password"])
        except (PasswordRefused, EnterAgain) as refusal:
            form.add_error("password", str(refusal))
        else:
            messages.success(
                request, "Đã đặt mật khẩu. Lần sau vào bằng mật khẩu hoặc mã đều được."
            )
            return redirect("access.my_account")
    facts = {"form": form, "first": True, "late": "" if entered_lately(actor, now) else ENTER_AGAIN}
    return render(request, "access/change_password.html", facts)


def _changed(request: HttpRequest, form: ChangePasswordForm) -> bool:
    try:
        change_password(
            actor=actor_of(request),
            now=timezone.now(),
            current=form.cleaned_data["current"],
            password=form.cleaned_data["password"],
            address=address_of(request),
        )
    except PasswordRefused as refusal:
        form.add_error("password", str(refusal))
    except WrongCredentials:
        form.add_error("current", "Mật khẩu đang dùng chưa đúng. Hãy nhập lại.")
    except TooManyAttempts as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


@page(SIGNED_IN)
@never_cache
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Các phiên đăng nhập."""
    actor = actor_of(request)
    found = sessions_of(actor, now=timezone.now())
    if wants_excel(request):
        return workbook("phien-dang-nhap", sessions_workbook(found, actor.name))
    return render(request, "access/sessions.html", {"sessions": found})


@page(SIGNED_IN)
@require_POST
def end_one_session(request: HttpRequest) -> HttpResponse:
    """Đăng xuất một thiết bị."""
    actor = actor_of(request)
    key = request.POST.get("key", "")
    if end_session(key=key, account_id=actor.account_id, now=timezone.now()):
        messages.success(request, "Đã đăng xuất thiết bị đó.")
    else:
        messages.info(request, "Phiên đó đã kết thúc từ trước.")
    return redirect("access.sessions")


@page(SIGNED_IN)
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Đăng xuất mọi thiết bị khác."""
    actor = actor_of(request)
    ended = end_sessions(account_ids=[actor.account_id], now=timezone.now(), but=actor.session_key)
    messages.success(request, f"Đã đăng xuất {ended} thiết bị khác.")
    return redirect("access.sessions")


@page(SIGNED_IN)
@require_POST
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Đăng xuất mọi nơi."""
    end_sessions(account_ids=[actor_of(request).account_id], now=timezone.now())
    messages.info(request, "Đã đăng xuất ở mọi thiết bị.")
    response = redirect("access.login")
    drop_token(response)
    return response
