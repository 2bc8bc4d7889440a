"""The accounts of a place: list, one account, new accounts, roles, slips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from khue.access.forms import GrantForm, NewAccountForm
from khue.access.pages import actor_of, page
from khue.access.queries.account_page import account_sheet
from khue.access.queries.accounts import suggest_login
from khue.access.queries.managing import (
    MANAGE,
    STATES,
    VIEW,
    AccountFilter,
    account_in_reach,
    list_lines,
    managed_accounts,
    why_not_manage,
)
from khue.access.queries.places import places_below
from khue.access.rules.actors import Actor
from khue.access.rules.gate import grants_with, reach
from khue.access.rules.logins import tidy_login
from khue.access.rules.managing import roles_to_hand_out
from khue.access.rules.roles import OFFICERS, PEOPLE, ROLE_NAMES, Role
from khue.access.services.accounts import LoginMalformed, LoginTaken
from khue.access.services.managing import (
    NeedsReason,
    NotGranted,
    close_account,
    hand_out_role,
    open_account,
    reopen_account,
    reset_second_factor,
    withdraw_grant,
)
from khue.access.sheets import accounts_workbook
from khue.access.views.entering import get_or_post
from khue.access.views.files import workbook

ROWS = 50
KINDS = [
    ("staff", "Cán bộ, giáo viên"),
    ("officer", "Cơ quan quản lý"),
    ("guardian", "Phụ huynh"),
    ("student", "Học sinh"),
]


@page(VIEW)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Danh sách tài khoản."""
    chosen = _asked(request)
    found = managed_accounts(actor_of(request), chosen, now=timezone.now())
    shown = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "access/accounts.html", _list_parts(request, chosen, shown))


@page(VIEW)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Tải danh sách tài khoản về dạng Excel."""
    actor = actor_of(request)
    found = managed_accounts(actor, _asked(request), now=timezone.now())
    lines = list_lines(list(found), timezone.localdate())
    return workbook("tai-khoan", accounts_workbook(lines, actor.place_name))


def _asked(request: HttpRequest) -> AccountFilter:
    asked = request.GET
    return AccountFilter(
        wanted=asked.get("q", ""),
        kind=asked.get("kind", ""),
        role=asked.get("role", ""),
        state=asked.get("state", ""),
        sort=asked.get("sort", "name"),
    )


def _list_parts(request: HttpRequest, chosen: AccountFilter, shown: Page[Any]) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("page", None)
    sorting = query.copy()
    sorting.pop("sort", None)
    return {
        "chosen": chosen,
        "page": shown,
        "lines": list_lines(list(shown.object_list), timezone.localdate()),
        "query": query.urlencode(),
        "sorting": sorting.urlencode(),
        "kinds": KINDS,
        "states": list(STATES.items()),
        "roles": [(str(role), name) for role, name in ROLE_NAMES.items() if role in PEOPLE],
    }


@page(VIEW)
@never_cache
@require_safe
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Trang của một tài khoản."""
    actor, today = actor_of(request), timezone.localdate()
    account_in_reach(actor, account_id, VIEW, today=today)
    shown = {
        "sheet": account_sheet(account_id, today=today),
        "why_not": why_not_manage(actor, account_id, today=today),
    }
    return render(request, "access/account.html", shown)


def _grant_choices(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    wanted = request.GET.get("place_q", "")
    chosen = request.POST.get("place") or request.GET.get("place", "")
    paths = reach(actor, MANAGE).paths
    inside = any(chosen.startswith(path) for path in paths)
    places = places_below([chosen] if chosen and inside else paths, wanted)
    return {
        "roles": roles_to_hand_out(grants_with(actor, MANAGE)),
        "places": [(one.path, one.name) for one in places],
    }


@page(MANAGE)
@never_cache
@get_or_post
def add_grant(request: HttpRequest, account_id: int) -> HttpResponse:
    """Giao thêm vai trò cho một tài khoản."""
    actor, today = actor_of(request), timezone.localdate()
    account_in_reach(actor, account_id, MANAGE, today=today)
    begin = {"valid_from": today}
    form = GrantForm(request.POST or None, initial=begin, **_grant_choices(request, actor))
    if request.method == "POST" and form.is_valid() and _granted(actor, account_id, form):
        messages.success(request, "Đã giao vai trò.")
        return redirect("access.account", account_id=account_id)
    shown = {"form": form, "sheet": account_sheet(account_id, today=today)}
    shown["place_q"] = request.GET.get("place_q", "")
    return render(request, "access/add_grant.html", shown)


def _granted(actor: Actor, account_id: int, form: GrantForm) -> bool:
    given = form.cleaned_data
    try:
        hand_out_role(
            actor=actor,
            now=timezone.now(),
            account_id=account_id,
            role=Role(given["role"]),
            path=given["place"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            reason=given["reason"],
        )
    except (NotGranted, NeedsReason) as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


@page(MANAGE)
@never_cache
@get_or_post
def new_account(request: HttpRequest) -> HttpResponse:
    """Thêm tài khoản với vai trò đầu tiên."""
    actor = actor_of(request)
    begin = {"valid_from": timezone.localdate()}
    form = NewAccountForm(request.POST or None, initial=begin, **_grant_choices(request, actor))
    if request.method == "POST" and form.is_valid():
        made = _opened(actor, form)
        if made:
            messages.success(request, "Đã thêm tài khoản. Hãy in phiếu để trao mã đăng nhập.")
            return redirect("access.account", account_id=made)
    shown = {"form": form, "place_q": request.GET.get("place_q", "")}
    return render(request, "access/new_account.html", shown)


def _opened(actor: Actor, form: NewAccountForm) -> int | None:
    given = form.cleaned_data
    role = Role(given["role"])
    try:
        return open_account(
            actor=actor,
            now=timezone.now(),
            login=tidy_login(given["login"]) or suggest_login(given["name"]),
            name=given["name"],
            kind="officer" if role in OFFICERS else "staff",
            role=role,
            path=given["place"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
        )
    except (LoginTaken, LoginMalformed) as refusal:
        form.add_error("login", str(refusal))
    except NotGranted as refusal:
        form.add_error(None, str(refusal))
    return None


def _act(
    request: HttpRequest, account_id: int, act: Callable[..., None], done: str
) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        act(actor=actor_of(request), now=timezone.now(), account_id=account_id, reason=reason)
    except NeedsReason as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("access.account", account_id=account_id)


@page(MANAGE)
@require_POST
def close(request: HttpRequest, account_id: int) -> HttpResponse:
    """Đóng tài khoản."""
    return _act(request, account_id, close_account, "Đã đóng tài khoản.")


@page(MANAGE)
@require_POST
def reopen(request: HttpRequest, account_id: int) -> HttpResponse:
    """Mở lại tài khoản."""
    return _act(request, account_id, reopen_account, "Đã mở lại tài khoản.")


@page(MANAGE)
@require_POST
def reset_code(request: HttpRequest, account_id: int) -> HttpResponse:
    """Đặt lại xác thực hai lớp."""
    done = "Đã đặt lại. Người này sẽ thiết lập lại ở lần đăng nhập tới."
    return _act(request, account_id, reset_second_factor, done)


@page(MANAGE)
@require_POST
def end_grant(request: HttpRequest, account_id: int, grant_id: int) -> HttpResponse:
    """Thôi giao một vai trò."""

    def act(*, account_id: int, **given: Any) -> None:
        withdraw_grant(grant_id=grant_id, **given)

    return _act(request, account_id, act, "Đã thôi giao vai trò.")
