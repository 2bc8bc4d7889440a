"""Thời gian nhập điểm: the page of a department and of a school."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, actor_of, page
from khue.gradebook.forms.windows import WindowForm
from khue.gradebook.queries.books import school_year_on
from khue.gradebook.queries.windows import (
    OF_DEPARTMENT,
    VIEW,
    WindowPlace,
    exceptions_of,
    open_window_place,
    schools_called,
    window_lines,
    window_places,
)
from khue.gradebook.rules.states import spoken_window, window_periods
from khue.gradebook.services.windows import WindowRefused, clear_window, set_window
from kit.numbers import whole_number


@require_GET
@page(VIEW)
def windows(request: HttpRequest) -> HttpResponse:
    """Begin where the viewer stands."""
    places = window_places(actor_of(request))
    if not places:
        raise Http404
    return HttpResponseRedirect(reverse("gradebook.windows_of", args=[places[0].id]))


@require_http_methods(["GET", "POST"])
@page(VIEW)
def windows_of(request: HttpRequest, node_id: int) -> HttpResponse:
    """The days of writing of a department or a school; whoever may sets them here."""
    actor, year = actor_of(request), school_year_on(timezone.localdate())
    place = open_window_place(actor, node_id)
    form = _form(request, place)
    if request.method == "POST" and form.is_valid() and _set(actor, place, year, form):
        messages.success(request, "Đã lưu thời gian nhập điểm.")
        return HttpResponseRedirect(reverse("gradebook.windows_of", args=[node_id]))
    return render(request, "gradebook/windows.html", _context(request, place, year, form))


def _form(request: HttpRequest, place: WindowPlace) -> WindowForm:
    periods = window_periods(place.levels)
    if request.method == "POST":
        return WindowForm(request.POST, periods=periods)
    return WindowForm(periods=periods)


def _set(actor: Actor, place: WindowPlace, year: int, form: WindowForm) -> bool:
    try:
        set_window(
            actor=actor, now=timezone.now(), node_id=place.node.id, year=year, **form.cleaned_data
        )
    except WindowRefused as refusal:
        form.refuse(str(refusal))
        return False
    return True


def _context(
    request: HttpRequest, place: WindowPlace, year: int, form: WindowForm
) -> dict[str, Any]:
    text = request.GET.get("q", "")
    return {
        "place": place,
        "year": year,
        "form": form,
        "lines": window_lines(place, year),
        "today": timezone.localdate(),
        "spoken": spoken_window,
        "of_department": place.setter == OF_DEPARTMENT,
        "exceptions": [] if place.is_school else exceptions_of(place, year),
        "query": text,
        "found": [] if place.is_school else schools_called(place, text),
    }


@require_POST
@page(VIEW)
def clear(request: HttpRequest, node_id: int) -> HttpResponse:
    """Take away the days that were set here for one term or point."""
    done = clear_window(
        actor=actor_of(request),
        now=timezone.now(),
        node_id=node_id,
        year=school_year_on(timezone.localdate()),
        period=whole_number(request.POST.get("period", "")) or 0,
    )
    if done:
        messages.success(request, "Đã bỏ thời gian nhập điểm đặt riêng.")
    return HttpResponseRedirect(reverse("gradebook.windows_of", args=[node_id]))
