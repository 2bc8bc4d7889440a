"""Gia đình của học sinh."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import actor_of, page
from khue.records.forms.steps import GuardianForm
from khue.records.queries.families import relative_of
from khue.records.queries.files import family_of, open_file
from khue.records.rules.family import RELATIONS
from khue.records.rules.refusals import RecordRefused
from khue.records.services.families import (
    add_guardian,
    block_guardian,
    change_guardian,
    end_guardian,
    unblock_guardian,
)
from khue.records.services.family_access import open_guardian_account, open_student_account
from khue.records.services.linking import undo_link
from khue.records.views.common import attempt, refuse, today, told
from khue.records.views.students import file_context

MANAGE = "records.manage_students"


@require_GET
@page("records.view_family")
def family(request: HttpRequest, student_id: int) -> HttpResponse:
    actor = actor_of(request)
    file = open_file(actor=actor, student_id=student_id)
    context = file_context(actor, file, "family") | {
        "relatives": family_of(actor=actor, student_id=student_id),
        "relations": RELATIONS,
        "today": today(),
    }
    return render(request, "records/family.html", context)


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def new_guardian(request: HttpRequest, student_id: int) -> HttpResponse:
    actor = actor_of(request)
    file = open_file(actor=actor, student_id=student_id)
    form = GuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_guardian(actor=actor, now=timezone.now(), student_id=student_id, facts=form.facts())
        except RecordRefused as refusal:
            refuse(form, refusal)
        else:
            told(request, f"Đã thêm {form.cleaned_data['name']} vào gia đình.")
            return redirect("records.family", student_id)
    title = "Thêm người thân"
    context = file_context(actor, file, "family") | {"form": form, "title": title}
    return render(request, "records/guardian.html", context)


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def edit_guardian(request: HttpRequest, guardianship_id: int) -> HttpResponse:
    actor = actor_of(request)
    student_id, facts = relative_of(actor=actor, guardianship_id=guardianship_id)
    file = open_file(actor=actor, student_id=student_id)
    form = GuardianForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        try:
            change_guardian(
                actor=actor,
                now=timezone.now(),
                guardianship_id=guardianship_id,
                facts=form.facts(),
            )
        except RecordRefused as refusal:
            refuse(form, refusal)
        else:
            told(request, "Đã lưu thông tin người thân.")
            return redirect("records.family", student_id)
    title = "Sửa thông tin người thân"
    context = file_context(actor, file, "family") | {"form": form, "title": title}
    return render(request, "records/guardian.html", context)


@require_POST
@page(MANAGE)
def guardian_step(request: HttpRequest, guardianship_id: int, step: str) -> HttpResponse:
    """End, block, unblock, undo a link, open an account: one button each."""
    actor = actor_of(request)
    student_id, _ = relative_of(actor=actor, guardianship_id=guardianship_id)
    reason = request.POST.get("reason", "")
    common = {"actor": actor, "now": timezone.now(), "guardianship_id": guardianship_id}
    if step == "ket-thuc":
        done = "Đã kết thúc quan hệ trong hồ sơ."
        attempt(request, end_guardian, done, **common, on=today(), reason=reason)
    elif step == "han-che":
        done = "Đã hạn chế. Người này không còn xem được thông tin của học sinh."
        attempt(request, block_guardian, done, **common, reason=reason)
    elif step == "bo-han-che":
        attempt(request, unblock_guardian, "Đã bỏ hạn chế.", **common, reason=reason)
    elif step == "go-lien-ket":
        attempt(request, undo_link, "Đã gỡ liên kết.", **common, reason=reason)
    elif step == "tai-khoan":
        attempt(request, open_guardian_account, ACCOUNT_OPENED, **common)
    else:
        raise Http404
    return redirect("records.family", student_id)


ACCOUNT_OPENED = "Đã mở tài khoản. Hãy in phiếu mã đăng nhập lần đầu ở mục Tài khoản."


@require_POST
@page(MANAGE)
def student_account(request: HttpRequest, student_id: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        open_student_account(actor=actor, now=timezone.now(), student_id=student_id)
    except RecordRefused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, ACCOUNT_OPENED)
    return redirect("records.student", student_id)
