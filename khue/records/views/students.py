"""Học sinh: the list, the file, making and changing it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from khue.access.api import Actor, actor_of, explain, page, reach
from khue.ledger.api import Author, log_sensitive_read
from khue.organisations.api import Level, code_name, grades_of_levels
from khue.records.forms.people import (
    ChangeStudentForm,
    NewStudentForm,
    seen_of,
    shown_values,
)
from khue.records.queries.additions import student_tabs
from khue.records.queries.doubles import Likely, similar_students
from khue.records.queries.files import StudentFile, open_file
from khue.records.queries.imports import student_facts
from khue.records.queries.students import (
    StudentFilter,
    all_students,
    page_of_students,
)
from khue.records.rules.enrolment import Status
from khue.records.rules.refusals import RecordRefused
from khue.records.services.students import Created, change_student, create_student
from khue.records.services.versions import ChangedMeanwhile
from khue.records.sheets.lists import students_file
from khue.records.views.common import (
    STUDENT_LISTS,
    choices_of,
    choose_school,
    class_choices,
    file_response,
    grade_label,
    number_in,
    query_of,
    refuse,
    today,
    told,
    year_of,
)

SORTS = {"name", "-name", "born", "-born", "class", "-class"}
MANAGE = "records.manage_students"


def _filter(request: HttpRequest, school_id: int) -> StudentFilter:
    given = request.GET
    sort = given.get("sort", "name")
    return StudentFilter(
        text=given.get("q", "")[:100],
        school_id=school_id,
        class_id=number_in(request, "class"),
        grade=given.get("grade", "")[:2],
        status=given.get("status", "")[:20],
        sex=given.get("sex", "")[:1],
        ethnic_group=given.get("ethnic", "")[:2],
        sort=sort if sort in SORTS else "name",
    )


@require_GET
@page("records.view_students")
def students(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, schools = choose_school(request, actor, "records.view_students")
    wanted = _filter(request, school.id)
    _note_ethnic_filter(actor, wanted, school.province_id)
    year = year_of(school)
    classes = class_choices(school, year)
    return render(
        request,
        "records/students.html",
        {
            "school": school,
            "schools": schools,
            "wanted": wanted,
            "page": page_of_students(actor, wanted, number_in(request, "page") or 1),
            "classes": classes,
            "grades": _grades(school.levels),
            "statuses": _statuses(),
            "year": year,
            "ethnic_groups": choices_of("ethnic-groups")["ethnic-groups"]
            if _sees_sensitive(actor)
            else [],
            "query": query_of(request, "page"),
            "sort_query": query_of(request, "page", "sort"),
            "filtered": any([wanted.text, wanted.class_id, wanted.grade, wanted.status])
            or any([wanted.sex, wanted.ethnic_group]),
            "why_not": explain(actor, MANAGE, school.path),
        },
    )


def _grades(levels: tuple[str, ...]) -> list[tuple[str, str]]:
    grades = grades_of_levels(tuple(Level(one) for one in levels))
    return [(grade, grade_label(grade)) for grade in grades]


def _statuses() -> list[tuple[str, str]]:
    wanted = [
        Status.STUDYING,
        Status.COMPLETED,
        Status.RETAINED,
        Status.DROPPED_OUT,
        Status.TRANSFERRED_OUT,
    ]
    return [*((one.value, one.name_vi) for one in wanted), ("none", "Chưa xếp lớp")]


def _sees_sensitive(actor: Actor) -> bool:
    return not reach(actor, "records.view_sensitive").is_empty


def _note_ethnic_filter(actor: Actor, wanted: StudentFilter, province_id: int) -> None:
    """A list by ethnic group tells it of everyone in the list: that is a sensitive read."""
    if wanted.ethnic_group and _sees_sensitive(actor):
        log_sensitive_read(
            Author(actor.account_id, actor.name),
            timezone.now(),
            subject=f"school:{wanted.school_id}",
            fields="dân tộc (lọc danh sách học sinh)",
            school_id=wanted.school_id,
            province_id=province_id,
        )


@require_GET
@page("records.view_students")
def export_students(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, _ = choose_school(request, actor, "records.view_students")
    wanted = _filter(request, school.id)
    _note_ethnic_filter(actor, wanted, school.province_id)
    csv = request.GET.get("format") == "csv"
    body = students_file(all_students(actor, wanted), school.name, csv=csv)
    return file_response(body, f"hoc-sinh-{school.code}", csv=csv)


@require_GET
@page("records.view_student")
def student(request: HttpRequest, student_id: int) -> HttpResponse:
    actor = actor_of(request)
    file = open_file(actor=actor, student_id=student_id)
    context = file_context(actor, file, "file")
    context["commune"] = code_name("communes", file.values.get("commune_code", ""), on=today())
    return render(request, "records/student.html", context)


@require_GET
@page("records.view_student")
def studies(request: HttpRequest, student_id: int) -> HttpResponse:
    actor = actor_of(request)
    file = open_file(actor=actor, student_id=student_id)
    reasons = dict(choices_of("leaving-reasons")["leaving-reasons"])
    context = file_context(actor, file, "studies") | {"reasons": reasons}
    return render(request, "records/studies.html", context)


def file_context(actor: Actor, file: StudentFile, tab: str) -> dict[str, Any]:
    """What every tab of a file shows: who, where, and which steps are open."""
    places = file.places
    return {
        "file": file,
        "tab": tab,
        "grade_label": grade_label,
        "why_not": "Hồ sơ đang do trường khác quản lý."
        if file.limited
        else explain(actor, MANAGE, *places),
        "sees_family": not file.limited and explain(actor, "records.view_family", *places) is None,
        "sees_sensitive": not file.limited
        and explain(actor, "records.view_sensitive", *places) is None,
        "more_tabs": student_tabs(actor, places),
        "history": history_link(file) if explain(actor, MANAGE, *places) is None else "",
    }


def history_link(file: StudentFile) -> str:
    """The page of the ledger about this file, once the portal offers it."""
    try:
        return reverse("portal.history", args=[f"student:{file.id}"])
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def new_student(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school, schools = choose_school(request, actor, MANAGE)
    classes = class_choices(school)
    form = NewStudentForm(
        request.POST or None,
        codes=choices_of(*STUDENT_LISTS),
        classes=classes,
        initial={"class_id": request.GET.get("class", ""), "starts_on": today()},
    )
    likely: list[Likely] = []
    if request.method == "POST" and form.is_valid():
        likely = _likely(form, school.id)
        made = None if likely else _create(actor, school.id, form)
        if made:
            told(request, f"Đã lập hồ sơ của {form.cleaned_data['name']}.", made.warnings)
            return redirect("records.student", made.id)
    context = {"form": form, "school": school, "schools": schools, "likely": likely}
    return render(request, "records/new_student.html", context)


def _likely(form: NewStudentForm, school_id: int) -> list[Likely]:
    """Files that may be the same child, unless someone has looked at them already."""
    if form.cleaned_data["different"] or form.checked is None:
        return []
    facts = form.checked.facts
    return similar_students(school_id=school_id, name=facts.name, born=facts.born, sex=facts.sex)


def _create(actor: Actor, school_id: int, form: NewStudentForm) -> Created | None:
    given = form.cleaned_data
    assert form.checked is not None
    try:
        return create_student(
            actor=actor,
            now=timezone.now(),
            school_id=school_id,
            facts=form.checked.facts,
            class_id=int(given["class_id"]) if given["class_id"] else None,
            starts_on=given["starts_on"],
            entry_kind=given["entry_kind"],
            from_school=given["from_school"],
        )
    except RecordRefused as refusal:
        refuse(form, refusal)
        return None


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def edit_student(request: HttpRequest, student_id: int) -> HttpResponse:
    actor = actor_of(request)
    file = open_file(actor=actor, student_id=student_id)
    clash = None
    if request.method == "POST":
        form = ChangeStudentForm(request.POST, codes=choices_of(*STUDENT_LISTS))
        if form.is_valid():
            clash = _change(actor, student_id, form, request)
            if clash is None and form.is_valid():
                told(request, "Đã lưu hồ sơ.", form.checked.warnings if form.checked else ())
                return redirect("records.student", student_id)
    else:
        form = _standing_form(actor, student_id)
    if clash:
        form = _form_again(actor, student_id, request)
    context = file_context(actor, file, "file") | {"form": form, "clash": clash}
    return render(request, "records/edit_student.html", context)


def _standing_form(actor: Actor, student_id: int) -> ChangeStudentForm:
    version, facts = student_facts(actor=actor, student_ids=[student_id])[student_id]
    initial = shown_values(facts) | {"version": version, "seen": seen_of(facts)}
    return ChangeStudentForm(initial=initial, codes=choices_of(*STUDENT_LISTS))


def _form_again(actor: Actor, student_id: int, request: HttpRequest) -> ChangeStudentForm:
    """My values once more, on top of what the other person saved."""
    version, facts = student_facts(actor=actor, student_ids=[student_id])[student_id]
    data = request.POST.copy()
    data["version"], data["seen"] = str(version), seen_of(facts)
    return ChangeStudentForm(data, codes=choices_of(*STUDENT_LISTS))


def _change(
    actor: Actor, student_id: int, form: ChangeStudentForm, request: HttpRequest
) -> ChangedMeanwhile | None:
    try:
        change_student(
            actor=actor,
            now=timezone.now(),
            student_id=student_id,
            version=form.cleaned_data["version"],
            wanted=form.wanted(request.POST.dict()),
            seen=form.seen_values(),
        )
    except ChangedMeanwhile as clash:
        return clash
    except RecordRefused as refusal:
        refuse(form, refusal)
    return None
