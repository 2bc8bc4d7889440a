"""Hạn của các trường: what is set, who set it, set another, end one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from khue.access.api import Actor, actor_of, explain, page
from khue.organisations.api import school_year_of
from khue.oversight.forms.deadlines import DeadlineForm
from khue.oversight.permissions import DEADLINES, VIEW
from khue.oversight.queries.lists import DeadlineLine, Summary, deadlines_of, summaries
from khue.oversight.queries.places import Authority
from khue.oversight.rules.work import THEMES, deadline_sentence
from khue.oversight.services.deadlines import end_deadline, set_deadline
from khue.oversight.services.work import OversightRefused
from khue.oversight.views.common import authority_of, tabs_of, term_of, today


@require_http_methods(["GET", "POST"])
@page(VIEW)
def deadlines(request: HttpRequest) -> HttpResponse:
    """The deadlines that hold here with how many schools are late, and a form for another."""
    actor, now = actor_of(request), today()
    place = authority_of(request, actor)
    here = f"{reverse('oversight.deadlines')}?noi={place.id}"
    term = term_of(request, place, now)
    form = DeadlineForm(request.POST or None, initial={"term": term})
    if request.method == "POST" and form.is_valid():
        try:
            set_deadline(actor=actor, now=timezone.now(), place_id=place.id, wanted=form.wanted())
            messages.success(request, "Đã đặt hạn. Các trường thấy hạn trong danh sách việc.")
            return redirect(here)
        except OversightRefused as refused:
            form.refuse(refused.sentence, refused.field)
    held = deadlines_of(place, school_year_of(now))
    context = {
        "place": place,
        "form": form,
        "held": held,
        "summaries": _summaries(actor, place, held, term),
        "themes": THEMES,
        "sentence": deadline_sentence,
        "today": now,
        "why_not": explain(actor, DEADLINES, place.path),
        "tabs_of": tabs_of(place, "han"),
    }
    return render(request, "oversight/deadlines.html", context)


def _summaries(
    actor: Actor, place: Authority, held: list[DeadlineLine], term: str
) -> dict[int, Summary]:
    """How each deadline is kept; the figures are read once for each term."""
    now = today()
    found: dict[int, Summary] = {}
    for asked in sorted({str(one.term or term) for one in held}):
        lines = [one for one in held if str(one.term or term) == asked]
        themes = list(dict.fromkeys(one.theme for one in lines))
        told = summaries(actor, place, themes, asked, now, held)
        found |= {one.id: told[one.theme] for one in lines}
    return found


@require_POST
@page(DEADLINES)
def end(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Take a deadline away."""
    end_deadline(actor=actor_of(request), now=timezone.now(), deadline_id=deadline_id)
    messages.success(request, "Đã bỏ hạn.")
    return redirect("oversight.deadlines")
