"""Môn học của lớp: follow the programme, set periods, add and remove subjects."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from khue.access.api import actor_of, page, permit
from khue.organisations.forms.classes import ClassSubjectForm
from khue.organisations.queries.cards import ClassCard, ClassSubjectCard
from khue.organisations.queries.classes import class_subject, class_summary
from khue.organisations.queries.classes import class_subjects as subjects_of
from khue.organisations.queries.subjects import curriculum
from khue.organisations.rules.school_years import school_year_label
from khue.organisations.services.class_subjects import (
    add_class_subject,
    change_class_subject,
    grades_of_class,
    remove_class_subject,
    set_class_subjects,
)
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.views.common import to
from kit.numbers import whole_number

MANAGE = "organisations.manage_classes"


@page(MANAGE)
def class_subjects(request: HttpRequest, class_id: int) -> HttpResponse:
    """The subjects of a class with one line to fill in for each."""
    actor, card = actor_of(request), class_summary(class_id)
    permit(actor, MANAGE, card.school_path)
    taught = subjects_of(class_id)
    forms = [_line_form(request, one) for one in taught]
    valid = [form.is_valid() for form in forms]
    if request.method == "POST" and all(valid) and _save(request, taught, forms):
        messages.success(request, "Đã lưu môn học của lớp.")
        return to("organisations.class_subjects", class_id)
    return _page(request, card, taught, forms, ClassSubjectForm(without=_ids(taught)))


def _ids(taught: list[ClassSubjectCard]) -> set[int]:
    return {one.subject_id for one in taught}


def _line_form(request: HttpRequest, one: ClassSubjectCard) -> ClassSubjectForm:
    form = ClassSubjectForm(request.POST or None, prefix=f"s{one.id}", initial=_shown(one))
    form.fields["subject_id"].disabled = True
    return form


def _save(
    request: HttpRequest, taught: list[ClassSubjectCard], forms: list[ClassSubjectForm]
) -> bool:
    for one, form in zip(taught, forms, strict=True):
        if not form.has_changed():
            continue
        try:
            change_class_subject(
                actor=actor_of(request),
                now=timezone.now(),
                class_subject_id=one.id,
                facts=form.facts(status=one.status, specialised=one.specialised),
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
    return not any(form.errors for form in forms)


def _page(
    request: HttpRequest,
    card: ClassCard,
    taught: list[ClassSubjectCard],
    forms: list[ClassSubjectForm],
    adding: ClassSubjectForm,
) -> HttpResponse:
    optional = [
        row
        for row in curriculum(grades_of_class(card), card.year)
        if row.status == "optional" and row.regular_marks is not None
    ]
    studied = {one.subject_id for one in taught}
    context = {
        "card": card,
        "year_label": school_year_label(card.year),
        "rows": list(zip(taught, forms, strict=True)),
        "totals": [sum(one.periods(term) for one in taught) for term in (1, 2)],
        "optional": [(row.subject_id, row.subject_name) for row in optional],
        "studied": studied,
        "adding": adding,
    }
    return render(request, "organisations/class_subjects.html", context)


@require_POST
@page(MANAGE)
def follow_programme(request: HttpRequest, class_id: int) -> HttpResponse:
    given = map(whole_number, request.POST.getlist("optional"))
    chosen = [one for one in given if one is not None]
    try:
        taught = set_class_subjects(
            actor=actor_of(request), now=timezone.now(), class_id=class_id, optional_ids=chosen
        )
    except OrganisationRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"Lớp học {len(taught)} môn theo chương trình.")
    return to("organisations.class_subjects", class_id)


@require_POST
@page(MANAGE)
def add_subject(request: HttpRequest, class_id: int) -> HttpResponse:
    card = class_summary(class_id)
    permit(actor_of(request), MANAGE, card.school_path)
    taught = subjects_of(class_id)
    form = ClassSubjectForm(request.POST, without=_ids(taught))
    if form.is_valid():
        try:
            made = add_class_subject(
                actor=actor_of(request), now=timezone.now(), class_id=class_id, facts=form.facts()
            )
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, f"Đã thêm môn {made.subject_name}.")
            return to("organisations.class_subjects", class_id)
    lines = [ClassSubjectForm(prefix=f"s{one.id}", initial=_shown(one)) for one in taught]
    return _page(request, card, taught, lines, form)


def _shown(one: ClassSubjectCard) -> dict[str, object]:
    names = ["subject_id", "form", "periods_term1", "periods_term2", "regular_marks"]
    return {name: getattr(one, name) for name in [*names, "has_cluster"]}


@require_POST
@page(MANAGE)
def remove_subject(request: HttpRequest, class_subject_id: int) -> HttpResponse:
    one = class_subject(class_subject_id)
    try:
        remove_class_subject(
            actor=actor_of(request), now=timezone.now(), class_subject_id=class_subject_id
        )
    except OrganisationRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"Đã bỏ môn {one.subject_name} khỏi lớp {one.class_name}.")
    return to("organisations.class_subjects", one.class_id)
