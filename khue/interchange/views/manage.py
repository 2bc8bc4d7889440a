"""Trang Kết nối dữ liệu: registered programs, their scopes and secrets, and what they read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import actor_of, page
from khue.interchange.forms.clients import FACTS, FactsForm, GrantsForm, RegisterForm
from khue.interchange.permissions import MANAGE, READERS
from khue.interchange.queries.clients import (
    ClientPage,
    ReadingLine,
    client_page,
    clients_of,
    manageable_places,
    readings_in_reach,
    readings_of_client,
)
from khue.interchange.rules.scopes import SCOPES
from khue.interchange.services.clients import (
    ClientRefused,
    Registered,
    change_facts,
    change_grants,
    register_client,
    renew_secret,
    revoke_client,
)
from khue.interchange.views.told import name_of_endpoint
from khue.organisations.api import organisations_by_ids
from kit.dates import vietnam_day


@require_safe
@never_cache
@page(MANAGE)
def clients(request: HttpRequest) -> HttpResponse:
    """Các kết nối dữ liệu."""
    now = timezone.now()
    today = vietnam_day(now)
    lines = [(one, one.state(today)) for one in clients_of(actor_of(request), now)]
    return render(request, "interchange/clients.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@never_cache
@page(MANAGE)
def register(request: HttpRequest) -> HttpResponse:
    """Đăng ký kết nối; the secret stands on the answer, once."""
    places = [(one.path, one.name) for one in manageable_places(actor_of(request))]
    form = RegisterForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        made = _registered(request, form)
        if made is not None:
            return _secret(request, made, "Đã đăng ký kết nối")
    return render(request, "interchange/register.html", {"form": form, "places": places})


def _registered(request: HttpRequest, form: RegisterForm) -> Registered | None:
    given = form.cleaned_data
    try:
        return register_client(
            actor=actor_of(request),
            now=timezone.now(),
            place=given["place"],
            facts=form.facts(),
            scopes=frozenset(given["scopes"]),
            places=given["places"],
        )
    except ClientRefused as refused:
        form.refuse(refused.sentence, refused.field)
        return None


def _secret(request: HttpRequest, made: Registered, title: str) -> HttpResponse:
    opened = client_page(actor_of(request), made.client_id, timezone.now())
    context = {"client": opened, "secret": made.secret, "title": title}
    return render(request, "interchange/secret.html", context)


@require_safe
@never_cache
@page(MANAGE)
def client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Một kết nối: what it may, what it read."""
    return _show(request, client_page(actor_of(request), client_id, timezone.now()))


def _show(
    request: HttpRequest,
    opened: ClientPage,
    facts: FactsForm | None = None,
    grants: GrantsForm | None = None,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "client": opened,
        "state": opened.line.state(vietnam_day(now)),
        "facts": facts or FactsForm(initial=_facts_of(opened)),
        "grants": grants or GrantsForm(initial=_grants_of(opened)),
        "readings": _named(readings_of_client(opened.line.id, now)),
    }
    return render(request, "interchange/client.html", context)


def _facts_of(opened: ClientPage) -> dict[str, Any]:
    flat = {**vars(opened.line), **vars(opened)}
    return {name: flat[name] for name in FACTS}


def _grants_of(opened: ClientPage) -> dict[str, Any]:
    codes = [one.code for one in organisations_by_ids(list(opened.at)).values()]
    return {"scopes": sorted(opened.held), "places": ", ".join(codes)}


def _named(lines: list[ReadingLine]) -> list[tuple[ReadingLine, str, str, str]]:
    """Readings: whose data, what the list is called, the titles of the scopes."""
    ids = [one.school_id for one in lines if one.school_id is not None]
    names = {pk: one.name for pk, one in organisations_by_ids(ids).items()}
    return [
        (one, _whose(one, names), name_of_endpoint(one.endpoint), _titles(one.scopes))
        for one in lines
    ]


def _whose(one: ReadingLine, names: dict[int, str]) -> str:
    if one.school_id is not None:
        return names.get(one.school_id, "—")
    return f"{one.schools} trường" if one.schools else "—"


def _titles(scopes: tuple[str, ...]) -> str:
    return ", ".join(SCOPES[one].title for one in scopes if one in SCOPES)


@require_POST
@page(MANAGE)
def change(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Sửa thông tin, gia hạn."""
    opened = client_page(actor_of(request), client_id, timezone.now())
    form = FactsForm(request.POST)
    if not form.is_valid():
        return _show(request, opened, facts=form)
    given: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    try:
        change_facts(facts=form.facts(), client_id=client_id, **given)
    except ClientRefused as refused:
        form.refuse(refused.sentence, refused.field)
        return _show(request, opened, facts=form)
    return _said(request, client_id, "Đã lưu.")


@require_POST
@page(MANAGE)
def grant(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Đổi phạm vi dữ liệu."""
    opened = client_page(actor_of(request), client_id, timezone.now())
    form = GrantsForm(request.POST)
    if not form.is_valid():
        return _show(request, opened, grants=form)
    given: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    given |= {"client_id": client_id, "places": form.cleaned_data["places"]}
    try:
        change_grants(scopes=frozenset(form.cleaned_data["scopes"]), **given)
    except ClientRefused as refused:
        form.refuse(refused.sentence, refused.field)
        return _show(request, opened, grants=form)
    return _said(request, client_id, "Đã đổi phạm vi. Phần mềm phải xin mã truy cập mới.")


@require_POST
@never_cache
@page(MANAGE)
def renew(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Đổi mã bí mật; the new one stands on the answer, once."""
    try:
        made = renew_secret(actor=actor_of(request), now=timezone.now(), client_id=client_id)
    except ClientRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("interchange.client", client_id)
    return _secret(request, made, "Đã đổi mã bí mật")


@require_POST
@page(MANAGE)
def revoke(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Thu hồi kết nối."""
    reason = request.POST.get("reason", "")[:300]

    def act() -> None:
        revoke_client(
            actor=actor_of(request), now=timezone.now(), client_id=client_id, reason=reason
        )

    return _acted(request, client_id, act, "Đã thu hồi. Phần mềm không đọc được gì nữa.")


def _acted(
    request: HttpRequest, client_id: UUID, act: Callable[[], None], sentence: str
) -> HttpResponse:
    try:
        act()
    except ClientRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("interchange.client", client_id)
    return _said(request, client_id, sentence)


def _said(request: HttpRequest, client_id: UUID, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("interchange.client", client_id)


@require_safe
@never_cache
@page(READERS)
def readings(request: HttpRequest) -> HttpResponse:
    """Ai đã đọc dữ liệu của trường."""
    lines = _named(readings_in_reach(actor_of(request), timezone.now()))
    many = len({school for _, school, _, _ in lines}) > 1
    return render(request, "interchange/readings.html", {"lines": lines, "many": many})
