"""Nhắc các trường đã đánh dấu: a preview of whom it reaches, one sending, one line of history."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import Actor, actor_of, page
from khue.organisations.api import organisations_by_ids, school_year_of
from khue.oversight.forms.reminders import ReminderForm, school_ids
from khue.oversight.permissions import REMIND, VIEW
from khue.oversight.queries.history import reminders_of
from khue.oversight.queries.lists import deadline_for, deadlines_of
from khue.oversight.queries.places import Authority, contacts_of
from khue.oversight.rules.work import THEMES, reminder_text, reminder_title
from khue.oversight.services.reminding import NO_SCHOOL, remind_schools, whom_to_remind
from khue.oversight.services.work import OversightRefused
from khue.oversight.views.common import TERM_NAMES, authority_of, tabs_of, term_of, today
from kit.dates import print_date


@require_POST
@page(REMIND)
def remind(request: HttpRequest, work: str) -> HttpResponse:
    """First the preview with words to change, then the sending."""
    if work not in THEMES:
        raise Http404
    actor = actor_of(request)
    place, ids = authority_of(request, actor), school_ids(request.POST.getlist("ids"))
    back = f"{reverse('oversight.list', args=[work])}?noi={place.id}"
    if not ids:
        messages.error(request, NO_SCHOOL)
        return redirect(back)
    if "gui" not in request.POST:
        return _preview(request, actor, place, work, ids, _prepared(request, place, work))
    form = ReminderForm(request.POST)
    if form.is_valid() and _sent(request, actor, place, work, ids, form):
        return redirect(f"{reverse('oversight.reminders')}?noi={place.id}")
    return _preview(request, actor, place, work, ids, form)


def _sent(
    request: HttpRequest,
    actor: Actor,
    place: Authority,
    work: str,
    ids: list[int],
    form: ReminderForm,
) -> bool:
    try:
        remind_schools(
            actor=actor,
            now=timezone.now(),
            place=place,
            theme=work,
            school_ids=ids,
            words=form.words(),
            intent=form.cleaned_data["intent"],
        )
    except OversightRefused as refused:
        form.refuse(refused.sentence, refused.field)
        return False
    messages.success(request, "Đã gửi lời nhắc.")
    return True


def _prepared(request: HttpRequest, place: Authority, work: str) -> ReminderForm:
    theme, now = THEMES[work], today()
    term = term_of(request, place, now)
    held = deadline_for(deadlines_of(place, school_year_of(now)), work, term)
    text = reminder_text(theme, TERM_NAMES[term], print_date(held.due_on) if held else "")
    first = {"title": reminder_title(theme), "text": text, "intent": uuid.uuid4()}
    return ReminderForm(initial={**first, "channels": ["push"]})


def _preview(
    request: HttpRequest,
    actor: Actor,
    place: Authority,
    work: str,
    ids: list[int],
    form: ReminderForm,
) -> HttpResponse:
    reached = whom_to_remind(actor, place, ids, timezone.now())
    silent = [*reached.silent]
    context: dict[str, Any] = {
        "place": place,
        "task": THEMES[work],
        "form": form,
        "ids": [*reached.schools, *silent],
        "reached": reached,
        "names": organisations_by_ids([*reached.schools, *silent]),
        "contacts": contacts_of(silent, today()),
        "term": term_of(request, place, today()),
        "tabs_of": tabs_of(place, work),
    }
    return render(request, "oversight/remind.html", context)


@require_GET
@page(VIEW)
def reminders(request: HttpRequest) -> HttpResponse:
    """What was sent, when, by whom, to how many schools."""
    actor = actor_of(request)
    place = authority_of(request, actor)
    context = {
        "place": place,
        "sent": reminders_of(actor, place),
        "themes": THEMES,
        "tabs_of": tabs_of(place, "da-nhac"),
    }
    return render(request, "oversight/reminders.html", context)
