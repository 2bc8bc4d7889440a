"""Học sinh của một lớp: the roll, filling the class, and the end of its year."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from khue.access.api import Actor, actor_of, explain, page, permit
from khue.organisations.api import ClassCard, class_subjects, class_summary
from khue.records.forms.steps import DayForm
from khue.records.queries.rolls import roll_of_class
from khue.records.queries.students import WITHOUT_CLASS, StudentFilter, page_of_students
from khue.records.rules.enrolment import Status
from khue.records.rules.facts import print_born
from khue.records.rules.refusals import RecordRefused
from khue.records.services.enrolment import complete_year, enrol_many
from khue.records.views.common import number_in, query_of, refuse, today, told
from kit.dates import print_date
from kit.numbers import whole_number

VIEW, MANAGE = "records.view_students", "records.manage_students"
PHOTOS = "records.manage_photos"


def _class(actor: Actor, class_id: int, permission: str) -> ClassCard:
    card = class_summary(class_id)
    taught = [one.place for one in class_subjects(class_id)] if permission == VIEW else []
    permit(actor, permission, card.place, *taught)
    return card


def _last_day(card: ClassCard) -> date:
    """Days of a school year lie before August of the next calendar year."""
    return date(card.year + 1, 7, 31)


@require_GET
@page(VIEW)
def class_students(request: HttpRequest, class_id: int) -> HttpResponse:
    """Danh sách lớp, with those who left during the year."""
    actor = actor_of(request)
    card = _class(actor, class_id, VIEW)
    roll = roll_of_class(card.id, date(card.year, 6, 1), _last_day(card))
    context = {
        "card": card,
        "sitting": [line for line in roll if line.status == Status.STUDYING],
        "gone": [line for line in roll if line.status != Status.STUDYING],
        "status_name": lambda code: Status(code).name_vi,
        "print_born": print_born,
        "why_not": explain(actor, MANAGE, card.school_path),
        "why_no_photos": explain(actor, PHOTOS, card.place, card.school_path),
    }
    return render(request, "records/class_students.html", context)


def _chosen(request: HttpRequest, name: str) -> list[int]:
    given = map(whole_number, request.POST.getlist(name))
    return [one for one in given if one is not None][:500]


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def fill_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """Xếp lớp cho nhiều em: students of the school without a seat."""
    actor = actor_of(request)
    card = _class(actor, class_id, MANAGE)
    form = DayForm(request.POST or None, initial={"on": today()})
    chosen = _chosen(request, "ids")
    if request.method == "POST" and form.is_valid() and _filled(actor, card, form, chosen):
        told(request, f"Đã xếp {len(chosen)} học sinh vào lớp {card.name}.")
        return redirect("records.class_students", class_id)
    wanted = StudentFilter(
        text=request.GET.get("q", "")[:100], school_id=card.school_id, status=WITHOUT_CLASS
    )
    context = {
        "card": card,
        "form": form,
        "wanted": wanted,
        "page": page_of_students(actor, wanted, number_in(request, "page") or 1),
        "query": query_of(request, "page"),
    }
    return render(request, "records/fill_class.html", context)


def _filled(actor: Actor, card: ClassCard, form: DayForm, chosen: list[int]) -> bool:
    if not chosen:
        form.add_error(None, "Hãy đánh dấu ít nhất một học sinh.")
        return False
    try:
        enrol_many(
            actor=actor,
            now=timezone.now(),
            class_id=card.id,
            student_ids=chosen,
            starts_on=form.cleaned_data["on"],
        )
    except RecordRefused as refusal:
        refuse(form, refusal)
        return False
    return True


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def end_class_year(request: HttpRequest, class_id: int) -> HttpResponse:
    """Kết thúc năm học của lớp: who stays down is ticked."""
    actor = actor_of(request)
    card = _class(actor, class_id, MANAGE)
    form = DayForm(request.POST or None, initial={"on": today()})
    roll = roll_of_class(card.id, date(card.year, 6, 1), _last_day(card))
    sitting = [line for line in roll if line.status == Status.STUDYING]
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["on"]
        try:
            count = complete_year(
                actor=actor,
                now=timezone.now(),
                class_id=card.id,
                on=day,
                retained_ids=_chosen(request, "ids"),
            )
        except RecordRefused as refusal:
            refuse(form, refusal)
        else:
            text = f"Lớp {card.name} kết thúc năm học ngày {print_date(day)}: {count} học sinh."
            messages.success(request, text)
            return redirect("records.class_students", class_id)
    context = {"card": card, "form": form, "sitting": sitting, "print_born": print_born}
    return render(request, "records/end_class_year.html", context)
