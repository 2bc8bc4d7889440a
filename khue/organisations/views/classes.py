"""Lớp học: the list of a school's classes, one class, its forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from khue.access.api import OutsidePlace, actor_of, explain, page, permit
from khue.organisations.forms.classes import ClassForm, CloseForm, initial_class
from khue.organisations.queries.additions import (
    ClassColumn,
    class_columns,
    class_tabs,
    subject_columns,
)
from khue.organisations.queries.cards import ClassCard, SchoolCard
from khue.organisations.queries.classes import (
    class_subjects,
    class_summary,
    classes_of,
)
from khue.organisations.queries.codes import code_names
from khue.organisations.queries.reachable import (
    chosen_school,
    classes_in_reach,
    permit_inside,
)
from khue.organisations.queries.tree import school_summary, sites_of
from khue.organisations.rules.school_years import school_year_label
from khue.organisations.services.classes import (
    ClassesRefused,
    change_class,
    close_class,
    create_classes,
    roll_classes_forward,
)
from khue.organisations.services.work import OrganisationRefused
from khue.organisations.views.common import (
    chosen_year,
    excel,
    kept_query,
    to,
    wants_excel,
)
from kit.sheets.writing import Field
from kit.vietnamese import search_key

VIEW = "organisations.view_school"
MANAGE = "organisations.manage_classes"
MERGED = {"": "", "grades": "Lớp ghép", "ages": "Ghép độ tuổi"}


@dataclass(frozen=True)
class ClassLine:
    """A class in the list, with the values of the added columns in their order."""

    card: ClassCard
    grades: str
    values: tuple[str | int, ...]


@page(VIEW)
def classes(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    school = chosen_school(actor, VIEW, request.GET.get("school", ""))
    if school is None:
        return to("organisations.tree")
    year, known = chosen_year(request, school)
    every = classes_in_reach(actor, VIEW, classes_of(school.id, year))
    grades = code_names(["grades"], on=timezone.localdate())["grades"]
    columns = class_columns()
    lines = _sorted(_lines(_filtered(request, every), columns, grades), columns, request)
    if wants_excel(request):
        title = f"Danh sách lớp năm học {school_year_label(year)} – {school.name}"
        return excel("danh-sach-lop", title, _sheet(columns), [_row(line) for line in lines])
    offered = sorted({grade for card in every for grade in card.grades})
    context = {
        "school": school,
        "year": year,
        "year_label": school_year_label(year),
        "years": known,
        "lines": lines,
        "total": len(every),
        "columns": columns,
        "grades": [(grade, grades.get(grade, grade)) for grade in offered],
        "sites": [(site.id, site.name) for site in sites_of(school.id)],
        "sort": request.GET.get("sort", ""),
        "kept": kept_query(request, "sort", "format"),
        "refusal": explain(actor, MANAGE, school.path),
        "can_roll": bool(every) and year + 1 not in [one for one, _ in known if one > year],
    }
    return render(request, "organisations/classes.html", context)


def _filtered(request: HttpRequest, every: list[ClassCard]) -> list[ClassCard]:
    text, grade = search_key(request.GET.get("q", "")), request.GET.get("grade", "")
    site = request.GET.get("site", "")
    return [
        card
        for card in every
        if text in search_key(f"{card.name} {card.code} {card.bundle_name}")
        and (not grade or grade in card.grades)
        and (not site or str(card.site_id or "") == site)
    ]


def _lines(
    cards: list[ClassCard], columns: list[ClassColumn], grades: dict[str, str]
) -> list[ClassLine]:
    ids, today = [card.id for card in cards], timezone.localdate()
    added = [column.values(ids, today) if ids else {} for column in columns]
    return [
        ClassLine(
            card,
            ", ".join(grades.get(grade, grade) for grade in card.grades),
            tuple(
                found.get(card.id, 0 if column.numeric else "")
                for column, found in zip(columns, added, strict=True)
            ),
        )
        for card in cards
    ]


def _sorted(
    lines: list[ClassLine], columns: list[ClassColumn], request: HttpRequest
) -> list[ClassLine]:
    asked = request.GET.get("sort", "")
    key, keys = asked.removeprefix("-"), [column.key for column in columns]
    if key == "name":
        found = sorted(lines, key=lambda line: line.card.name_key)
    elif key in keys:
        place = keys.index(key)
        found = sorted(lines, key=lambda line: (line.values[place], line.card.name_key))
    else:
        return lines
    return found[::-1] if asked.startswith("-") else found


def _sheet(columns: list[ClassColumn]) -> list[Field]:
    fields = [
        Field("name", "Tên lớp"),
        Field("code", "Mã lớp", "code"),
        Field("grades", "Khối"),
        Field("merged", "Kiểu lớp"),
        Field("site", "Điểm trường"),
        Field("bundle", "Tổ hợp môn"),
    ]
    added = [
        Field(column.key, column.title, "integer" if column.numeric else "text")
        for column in columns
    ]
    return [*fields, *added]


def _row(line: ClassLine) -> dict[str, object]:
    card = line.card
    row: dict[str, object] = {
        "name": card.name,
        "code": card.code,
        "grades": line.grades,
        "merged": MERGED[card.merged_kind],
        "site": card.site_name,
        "bundle": card.bundle_name,
    }
    keys = [column.key for column in class_columns()]
    return row | dict(zip(keys, line.values, strict=True))


@page(VIEW)
def class_page(request: HttpRequest, class_id: int) -> HttpResponse:
    actor, card = actor_of(request), class_summary(class_id)
    permit_inside(actor, VIEW, card.place)
    today = timezone.localdate()
    taught = class_subjects(class_id)
    ids = [one.id for one in taught]
    added = [(column, column.values(ids, today) if ids else {}) for column in subject_columns()]
    facts = [
        (column.title, column.values([class_id], today).get(class_id)) for column in class_columns()
    ]
    context = {
        "card": card,
        "year_label": school_year_label(card.year),
        "facts": facts,
        "about": _about(card, today),
        "subjects": taught,
        "added": added,
        "tabs": class_tabs(actor, card.place),
        "refusal": explain(actor, MANAGE, card.school_path),
        "today": today,
    }
    return render(request, "organisations/class.html", context)


def _about(card: ClassCard, today: date) -> list[tuple[str, Any]]:
    lists = ["grades", "preschool-age-groups", "specialised-classes", "class-sessions"]
    names = code_names([*lists, "lunch-boarding-kinds", "levels"], on=today)
    grades = ", ".join(names["grades"].get(grade, grade) for grade in card.grades)
    about = [
        ("Cấp học", names["levels"].get(card.level)),
        ("Khối", grades),
        ("Kiểu lớp", MERGED[card.merged_kind] or "Lớp đơn"),
        ("Mã lớp", card.code),
        ("Điểm trường", card.site_name or "Điểm trường chính"),
        ("Buổi học", names["class-sessions"].get(card.session)),
        ("Bán trú", names["lunch-boarding-kinds"].get(card.lunch_boarding, "Không")),
        ("Nội trú", "Có" if card.boarding else "Không"),
    ]
    more = [
        ("Nhóm tuổi", names["preschool-age-groups"].get(card.age_group)),
        ("Tổ hợp môn", card.bundle_name),
        ("Hệ chuyên", names["specialised-classes"].get(card.specialised_subject)),
    ]
    return about + [(term, value) for term, value in more if value]


def _managed_school(request: HttpRequest) -> SchoolCard:
    actor = actor_of(request)
    school = chosen_school(actor, MANAGE, request.GET.get("school", ""))
    if school is None:
        raise OutsidePlace
    permit(actor, MANAGE, school.path)
    return school


@page(MANAGE)
def new_class(request: HttpRequest) -> HttpResponse:
    school = _managed_school(request)
    year, _ = chosen_year(request, school)
    on = timezone.localdate()
    form = ClassForm(request.POST or None, school=school, year=year, on=on)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_classes(
                actor=actor_of(request),
                now=timezone.now(),
                school_id=school.id,
                year=year,
                rows=form.facts(),
            )
        except ClassesRefused as refused:
            for one in refused.rows.values():
                form.refuse(one.sentence, one.field)
        else:
            messages.success(request, "Đã tạo lớp " + ", ".join(card.name for card in made) + ".")
            return _after_creation(made, school, year)
    context = {"form": form, "school": school, "card": None, "year_label": school_year_label(year)}
    return render(request, "organisations/class_form.html", context)


def _after_creation(made: list[ClassCard], school: SchoolCard, year: int) -> HttpResponse:
    if len(made) == 1:
        return to("organisations.class", made[0].id)
    return to("organisations.classes", school=school.id, year=year)


@page(MANAGE)
def edit_class(request: HttpRequest, class_id: int) -> HttpResponse:
    actor, card = actor_of(request), class_summary(class_id)
    permit(actor, MANAGE, card.school_path)
    school = school_summary(card.school_id)
    form = ClassForm(
        request.POST or None,
        initial=initial_class(card),
        school=school,
        year=card.year,
        on=timezone.localdate(),
    )
    form.fields["name"].help_text = ""
    if request.method == "POST" and form.is_valid():
        try:
            [facts] = form.facts()[:1]
            change_class(actor=actor, now=timezone.now(), class_id=class_id, facts=facts)
        except OrganisationRefused as refused:
            form.refuse(refused.sentence, refused.field)
        else:
            messages.success(request, "Đã lưu lớp.")
            return to("organisations.class", class_id)
    context = {
        "form": form,
        "school": school,
        "card": card,
        "year_label": school_year_label(card.year),
        "close": CloseForm(initial={"on": timezone.localdate()}),
    }
    return render(request, "organisations/class_form.html", context)


@require_POST
@page(MANAGE)
def close(request: HttpRequest, class_id: int) -> HttpResponse:
    form = CloseForm(request.POST)
    if not form.is_valid():
        sentence = " ".join(str(error) for found in form.errors.values() for error in found)
        messages.error(request, f"Chưa giải thể được lớp. {sentence}")
        return to("organisations.edit_class", class_id)
    closed = close_class(
        actor=actor_of(request), now=timezone.now(), class_id=class_id, **form.cleaned_data
    )
    messages.success(request, f"Lớp {closed.name} đã giải thể.")
    return to("organisations.class", class_id)


@require_POST
@page(MANAGE)
def roll_forward(request: HttpRequest) -> HttpResponse:
    """Create next year's classes out of this year's."""
    school = _managed_school(request)
    year, _ = chosen_year(request, school)
    try:
        made = roll_classes_forward(
            actor=actor_of(request), now=timezone.now(), school_id=school.id, from_year=year
        )
    except ClassesRefused as refused:
        messages.error(request, str(refused))
        return to("organisations.classes", school=school.id, year=year)
    label = school_year_label(year + 1)
    messages.success(request, f"Đã tạo {len(made)} lớp cho năm học {label}.")
    return to("organisations.classes", school=school.id, year=year + 1)
