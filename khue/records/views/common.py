"""What the pages of this context share: choosing the school, code lists, saying what went well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from khue.access.api import Actor, OutsidePlace
from khue.organisations.api import (
    SchoolCard,
    classes_of,
    code_choices,
    current_year,
    grade_number,
    no_school_yet,
)
from khue.records.forms.fields import Choices
from khue.records.queries.books import my_schools
from khue.records.rules.refusals import FactsRefused, RecordRefused

STUDENT_LISTS = ("ethnic-groups", "admission-kinds")
STAFF_LISTS = (
    "ethnic-groups",
    "staff-kinds",
    "contract-kinds",
    "qualification-levels",
    "training-standards",
    "staff-status",
)


def today() -> date:
    return timezone.localdate()


def choices_of(*names: str) -> dict[str, Choices]:
    """Choices of code lists that hold today."""
    return {
        name: [(code, _spoken(label)) for code, label in code_choices(name, on=today())]
        for name in names
    }


def _spoken(label: str) -> str:
    """The list of posts names teachers by their level alone: "Cấp THCS"."""
    return f"Giáo viên cấp {label[4:]}" if label.startswith("Cấp ") else label


def number_in(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name) or request.POST.get(name) or ""
    return int(given) if given.isdecimal() and len(given) < 10 else None


def choose_school(
    request: HttpRequest, actor: Actor, permission: str
) -> tuple[SchoolCard, list[SchoolCard]]:
    """The school of ?school=, or the first of the actor's schools; and all of them."""
    schools = my_schools(actor, permission)
    if not schools:
        raise no_school_yet()
    wanted = number_in(request, "school")
    if wanted is None:
        return schools[0], schools
    found = next((one for one in schools if one.id == wanted), None)
    if found is None:
        raise OutsidePlace
    return found, schools


def year_of(school: SchoolCard) -> int:
    """The school year of today at a school."""
    found = current_year(school.province_id, today())
    return found.start_year if found else today().year


def class_choices(school: SchoolCard, year: int | None = None) -> list[tuple[str, str]]:
    """Classes of a school, of this year unless another is named."""
    start = year if year is not None else year_of(school)
    classes = classes_of(school.id, start, open_on=today())
    return [(str(one.id), one.name) for one in classes]


def grade_label(grade: str) -> str:
    number = grade_number(grade)
    return f"Khối {number}" if number else "Mầm non"


def query_of(request: HttpRequest, *without: str) -> str:
    """The parameters of the address, to be carried along in links."""
    kept = {key: value for key, value in request.GET.items() if value and key not in without}
    return urlencode(kept)


def told(request: HttpRequest, text: str, warnings: tuple[str, ...] = ()) -> None:
    messages.success(request, text)
    for warning in warnings:
        messages.warning(request, warning)


def refuse(form: Form, refusal: RecordRefused) -> None:
    """Put what a service refused beside the field it belongs to."""
    problems = (
        refusal.problems
        if isinstance(refusal, FactsRefused)
        else ((refusal.field, refusal.sentence),)
    )
    for field, sentence in problems:
        form.add_error(field if field in form.fields else None, sentence)


def attempt(request: HttpRequest, work: Any, done: str, **arguments: Any) -> Any:
    """Do something for a button; a refusal becomes a message instead of a page."""
    try:
        outcome = work(**arguments)
    except RecordRefused as refusal:
        messages.error(request, refusal.sentence)
        return None
    messages.success(request, done)
    return outcome


def file_response(body: bytes, name: str, *, csv: bool = False) -> HttpResponse:
    """A file to take along."""
    kind = "text/csv; charset=utf-8" if csv else EXCEL
    ending = "csv" if csv else "xlsx"
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def names_of(choices: Mapping[str, Choices]) -> dict[str, dict[str, str]]:
    """Names by code, of lists that were fetched as choices."""
    return {name: dict(pairs) for name, pairs in choices.items()}
