"""Sổ đăng bộ, chuyển trường, hồ sơ trùng: the desk of the school's office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import actor_of, explain, page
from khue.organisations.api import school_summary
from khue.records.forms.steps import SeatForm
from khue.records.queries.books import (
    classes_of_students,
    count_unregistered,
    merges_of_school,
    page_of_register,
    transfer_at,
    transfers_of_school,
    whole_register,
)
from khue.records.queries.comparing import compare_files
from khue.records.queries.doubles import doubles_of_school
from khue.records.rules.facts import print_born
from khue.records.rules.refusals import RecordRefused
from khue.records.services.merges import merge_students, undo_merge
from khue.records.services.register import register_students
from khue.records.services.transfers import accept_transfer, cancel_transfer, refuse_transfer
from khue.records.sheets.lists import doubles_file, register_file, transfers_file
from khue.records.views.common import (
    attempt,
    choose_school,
    class_choices,
    file_response,
    grade_label,
    number_in,
    query_of,
    refuse,
    today,
    told,
)

MANAGE, MOVE, MERGE = (
    "records.manage_students",
    "records.transfer_students",
    "records.merge_students",
)


@require_GET
@page("records.view_register")
def register(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, schools = choose_school(request, actor, "records.view_register")
    text, year = request.GET.get("q", "")[:100], number_in(request, "year")
    lines = page_of_register(
        actor=actor,
        school_id=school.id,
        text=text,
        year=year,
        number=number_in(request, "page") or 1,
    )
    students = [line.student_id for line in lines.object_list]
    context = {
        "school": school,
        "schools": schools,
        "page": lines,
        "classes": classes_of_students(school.id, students),
        "text": text,
        "year": year,
        "years": [(str(one), str(one)) for one in range(today().year, today().year - 12, -1)],
        "unregistered": count_unregistered(school.id),
        "query": query_of(request, "page"),
        "why_not": explain(actor, MANAGE, school.path),
    }
    return render(request, "records/register.html", context)


@require_GET
@page("records.view_register")
def export_register(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, _ = choose_school(request, actor, "records.view_register")
    text, year = request.GET.get("q", "")[:100], number_in(request, "year")
    lines = whole_register(actor=actor, school_id=school.id, text=text, year=year)
    classes = classes_of_students(school.id, [line.student_id for line in lines])
    csv = request.GET.get("format") == "csv"
    body = register_file(lines, school.name, classes, csv=csv)
    return file_response(body, f"so-dang-bo-{school.code}", csv=csv)


@require_POST
@page(MANAGE)
def write_register(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, _ = choose_school(request, actor, MANAGE)
    count = register_students(actor=actor, now=timezone.now(), school_id=school.id, day=today())
    told(request, f"Đã ghi {count} học sinh vào sổ đăng bộ.")
    return redirect("records.register")


@require_GET
@page(MOVE)
def transfers(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, schools = choose_school(request, actor, MOVE)
    came, went = transfers_of_school(actor=actor, school_id=school.id)
    if request.GET.get("format") == "xlsx":
        body = transfers_file(came, went, school.name)
        return file_response(body, f"chuyen-truong-{school.code}")
    context = {"school": school, "schools": schools, "came": came, "went": went}
    context["grade_label"] = grade_label
    return render(request, "records/transfers.html", context)


@require_http_methods(["GET", "POST"])
@page(MOVE)
def receive(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Tiếp nhận: choose the class and the day."""
    actor = actor_of(request)
    move = transfer_at(actor=actor, transfer_id=transfer_id)
    school = school_summary(move.to_school_id)
    form = SeatForm(
        request.POST or None, classes=class_choices(school), initial={"on": move.effective_on}
    )
    if request.method == "POST" and form.is_valid():
        try:
            student_id = accept_transfer(
                actor=actor,
                now=timezone.now(),
                transfer_id=transfer_id,
                class_id=int(form.cleaned_data["class_id"]),
                on=form.cleaned_data["on"],
            )
        except RecordRefused as refusal:
            refuse(form, refusal)
        else:
            told(request, f"Đã tiếp nhận {move.student_name}.")
            return redirect("records.student", student_id)
    return render(
        request, "records/receive.html", {"move": move, "form": form, "grade_label": grade_label}
    )


@require_POST
@page(MOVE)
def turn_down(request: HttpRequest, transfer_id: int) -> HttpResponse:
    actor, answer = actor_of(request), request.POST.get("reason", "")
    common = {"actor": actor, "now": timezone.now(), "transfer_id": transfer_id}
    attempt(request, refuse_transfer, "Đã trả lời trường gửi.", **common, answer=answer)
    return redirect("records.transfers")


@require_POST
@page(MOVE)
def call_off(request: HttpRequest, transfer_id: int) -> HttpResponse:
    actor, reason = actor_of(request), request.POST.get("reason", "")
    common = {"actor": actor, "now": timezone.now(), "transfer_id": transfer_id}
    attempt(request, cancel_transfer, "Đã hủy đề nghị.", **common, reason=reason)
    return redirect("records.transfers")


@require_GET
@page(MERGE)
def duplicates(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, schools = choose_school(request, actor, MERGE)
    doubles = doubles_of_school(actor=actor, school_id=school.id)
    if request.GET.get("format") == "xlsx":
        return file_response(doubles_file(doubles, school.name), f"nghi-trung-{school.code}")
    context = {
        "school": school,
        "schools": schools,
        "doubles": doubles,
        "merges": merges_of_school(actor=actor, school_id=school.id),
        "print_born": print_born,
    }
    return render(request, "records/duplicates.html", context)


@require_http_methods(["GET", "POST"])
@page(MERGE)
def merge(request: HttpRequest, kept_id: int, gone_id: int) -> HttpResponse:
    """Two files side by side: what is kept is chosen field by field."""
    actor = actor_of(request)
    compared = compare_files(actor=actor, kept_id=kept_id, gone_id=gone_id)
    refusal = ""
    if request.method == "POST":
        take = [one.key for one in compared.rows if request.POST.get(one.key) == "gone"]
        try:
            merge_students(
                actor=actor,
                now=timezone.now(),
                kept_id=kept_id,
                gone_id=gone_id,
                take=take,
                reason=request.POST.get("reason", ""),
            )
        except RecordRefused as why:
            refusal = why.sentence
        else:
            told(request, "Đã gộp hai hồ sơ. Có thể tách lại ở mục Hồ sơ trùng.")
            return redirect("records.student", kept_id)
    return render(request, "records/merge.html", {"compared": compared, "refusal": refusal})


@require_POST
@page(MERGE)
def split(request: HttpRequest, merge_id: int) -> HttpResponse:
    actor, reason = actor_of(request), request.POST.get("reason", "")
    common = {"actor": actor, "now": timezone.now(), "merge_id": merge_id}
    attempt(request, undo_merge, "Đã tách lại hai hồ sơ.", **common, reason=reason)
    return redirect("records.duplicates")
