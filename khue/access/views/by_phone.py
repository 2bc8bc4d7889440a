"""Đăng nhập của phụ huynh bằng điện thoại: the phone, the code, and perhaps the name.

What is known on the way stands sealed in a cookie: never in an address, never in a log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from khue.access.forms import EntryCodeForm, PhoneForm
from khue.access.pages import address_of, public
from khue.access.queries.phones import PhonePerson, people_of_phone
from khue.access.rules.entry_codes import masked
from khue.access.services import entry_codes as use
from khue.access.services.attempts import TooManyAttempts
from khue.access.views.cookies import device_of, keep_token, wanted_page
from khue.access.views.entering import get_or_post
from kit.cipher import Unreadable, seal, unseal
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped
from kit.numbers import whole_number

COOKIE = "khue_phone"
LABEL = "access.entry_cookie"
LASTS_SECONDS = 15 * 60
LOST = "Đã quá lâu từ khi nhập số điện thoại. Hãy nhập lại số để nhận mã mới."
ALREADY = "Mã gửi chưa đầy một phút trước vẫn dùng được. Hãy xem tin nhắn."


@dataclass(frozen=True)
class Underway:
    """What is known so far: the phone, and the code that was right."""

    phone: str
    code_id: int = 0


@public
@never_cache
@sensitive_post_parameters("phone")
@get_or_post
def phone(request: HttpRequest) -> HttpResponse:
    """Nhập số điện thoại."""
    form = PhoneForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        wait = _asked(request, form, number)
        if not form.errors:
            if wait:
                messages.info(request, wait)
            return _keep(_onward(request, "access.phone_code"), Underway(number))
        status = 429
    facts = {"form": form, "next": wanted_page(request), "ready": use.codes_can_be_sent()}
    return render(request, "access/phone.html", facts, status=status)


def _asked(request: HttpRequest, form: Form, number: str) -> str:
    """Ask for a code; one asked for a moment ago still counts."""
    try:
        use.ask_for_code(phone=number, address=address_of(request), now=timezone.now())
    except use.AskedTooOften as refusal:
        if refusal.just_asked:
            return ALREADY
        form.add_error(None, str(refusal))
    return ""


@public
@never_cache
@sensitive_post_parameters("code")
@get_or_post
def code(request: HttpRequest) -> HttpResponse:
    """Nhập mã trong tin nhắn."""
    known = _underway(request)
    if known is None:
        return _start_again(request)
    form = EntryCodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _give(request, known, form.cleaned_data["code"])
        except (use.WrongEntryCode, TooManyAttempts) as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, TooManyAttempts) else 422
    facts = {
        "form": form,
        "next": wanted_page(request),
        "shown_phone": masked(known.phone),
        "demonstration_code": use.DEMONSTRATION_CODE if settings.DEMO else "",
    }
    return render(request, "access/phone_code.html", facts, status=status)


def _give(request: HttpRequest, known: Underway, typed: str) -> HttpResponse:
    proved = use.give_entry_code(
        phone=known.phone, typed=typed, address=address_of(request), now=timezone.now()
    )
    passed = Underway(known.phone, proved.code_id)
    if len(proved.people) == 1:
        return _enter(request, passed, proved.people[0].key)
    return _keep(_onward(request, "access.phone_choose"), passed)


@public
@never_cache
@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """Gửi lại mã."""
    known = _underway(request)
    if known is None:
        return _start_again(request)
    try:
        use.ask_for_code(phone=known.phone, address=address_of(request), now=timezone.now())
    except use.AskedTooOften as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Đã yêu cầu mã mới; mã cũ không còn dùng được.")
    return _onward(request, "access.phone_code")


@public
@never_cache
@get_or_post
def choose(request: HttpRequest) -> HttpResponse:
    """Chọn tên, when one phone serves two adults."""
    known = _underway(request)
    if known is None or not known.code_id:
        return _start_again(request)
    person = whole_number(request.POST.get("person", ""))
    trouble = ""
    if request.method == "POST" and person is not None:
        try:
            return _enter(request, known, person)
        except use.WrongEntryCode:
            messages.error(request, LOST)
            return _start_again(request)
    if request.method == "POST":
        trouble = "Hãy chọn một tên."
    facts = {"people": _people(known), "next": wanted_page(request), "trouble": trouble}
    return render(request, "access/phone_choose.html", facts, status=422 if trouble else 200)


def _people(known: Underway) -> list[PhonePerson]:
    with scoped(EVERYTHING):
        return people_of_phone(known.phone, vietnam_day(timezone.now()))


def _enter(request: HttpRequest, known: Underway, person: int) -> HttpResponse:
    token = use.enter_by_phone(
        phone=known.phone,
        code_id=known.code_id,
        person=person,
        address=address_of(request),
        device=device_of(request),
        now=timezone.now(),
    )
    response = redirect(wanted_page(request))
    keep_token(request, response, token)
    response.delete_cookie(COOKIE, path=reverse("access.phone"), samesite="Lax")
    return response


def _onward(request: HttpRequest, route: str) -> HttpResponse:
    wanted = wanted_page(request)
    return redirect(reverse(route) + ("?" + urlencode({"next": wanted}) if wanted != "/" else ""))


def _start_again(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        messages.info(request, LOST)
    return _onward(request, "access.phone")


def _keep(response: HttpResponse, known: Underway) -> HttpResponse:
    told = json.dumps([known.phone, known.code_id, int(timezone.now().timestamp())])
    response.set_cookie(
        COOKIE,
        seal(told, label=LABEL, key_hex=settings.FIELD_KEY),
        max_age=LASTS_SECONDS,
        path=reverse("access.phone"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _underway(request: HttpRequest) -> Underway | None:
    try:
        told = unseal(request.COOKIES.get(COOKIE, ""), label=LABEL, key_hex=settings.FIELD_KEY)
    except Unreadable:
        return None
    number, code_id, at = json.loads(told)
    fresh = timezone.now().timestamp() - at < LASTS_SECONDS
    return Underway(number, code_id) if fresh else None
