"""Kết quả các năm học của một học sinh: years here and old years that were imported."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khue.access.api import OutsidePlace, actor_of, page
from khue.gradebook.queries.past_years import years_of
from khue.records.api import student_summary


@require_GET
@page("gradebook.view_marks")
def years(request: HttpRequest, student_id: int) -> HttpResponse:
    """Every school year of a pupil with its subjects; old years in the words of their books."""
    lines = years_of(actor_of(request), student_id)
    student = student_summary(student_id)
    if student is None:
        raise OutsidePlace(student_id)
    return render(request, "gradebook/years.html", {"student": student, "lines": lines})
