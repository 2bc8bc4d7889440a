"""Kết chuyển năm học: the plan of a school and of a class, its confirmation, and the way back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, actor_of, page
from khue.background.api import start_task
from khue.gradebook.forms.closing import ClosingForm, read_choices
from khue.gradebook.queries.closing import (
    CLOSE,
    SchoolPlan,
    closings_of,
    open_class,
    open_closing,
    plan_of_school,
)
from khue.gradebook.rules.closing import Fate, Target
from khue.gradebook.services.closing_work import CLOSE_WORK
from khue.gradebook.services.closing_year import (
    Closed,
    ClosingRefused,
    chosen_moves,
    close_year,
    undo_closing,
)
from khue.gradebook.views.lists import school_of_page, years_to_choose
from khue.gradebook.views.working_year import year_of
from khue.organisations.api import ClassCard, next_grade
from khue.records.api import RecordRefused, YearMove
from kit.dates import print_date

# More pupils than these are moved in the background.
MOST_AT_ONCE = 400


@require_GET
@page(CLOSE)
def closing(request: HttpRequest) -> HttpResponse:
    """Xem trước of a whole school: class by class; nothing is written."""
    actor, year = actor_of(request), year_of(request)
    school, schools = school_of_page(request, actor, CLOSE)
    plan = plan_of_school(actor, school.id, year)
    context = {
        "school": school,
        "schools": schools,
        "year": year,
        "years": years_to_choose(),
        "plan": plan,
        "fates": Fate,
        "closings": closings_of(actor, school.id, year),
        "form": ClosingForm(initial={"first_day": plan.days[1]}),
    }
    return render(request, "gradebook/closing.html", context)


@require_http_methods(["GET", "POST"])
@page(CLOSE)
def closing_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """The plan of a class, pupil by pupil; one post shows what would be done, another does it."""
    actor = actor_of(request)
    school, card = open_class(actor, class_id)
    plan = plan_of_school(actor, school.id, card.year, [card.id])
    form = ClosingForm(request.POST or None, initial={"first_day": plan.days[1]})
    choices = read_choices(request.POST.dict())
    if request.method == "POST" and form.is_valid():
        try:
            return _step(request, actor, plan, card, form, choices)
        except (ClosingRefused, RecordRefused) as refused:
            form.add_error(None, str(refused))
    return render(request, "gradebook/closing_class.html", _context(plan, card, form, choices))


def _context(
    plan: SchoolPlan, card: ClassCard, form: ClosingForm, choices: dict[int, int]
) -> dict[str, Any]:
    return {
        "plan": plan,
        "card": card,
        "group": plan.classes[0],
        "form": form,
        "choices": choices,
        "fates": Fate,
        "options": lambda line: _options(plan, line.fate, line.line.grade),
    }


def _options(plan: SchoolPlan, fate: Fate, grade: str) -> list[Target]:
    """The classes of the next year that this pupil may go to."""
    wanted = grade if fate is Fate.RETAINED else next_grade(grade)
    return [one for one in plan.targets if wanted in one.grades]


def _step(
    request: HttpRequest,
    actor: Actor,
    plan: SchoolPlan,
    card: ClassCard,
    form: ClosingForm,
    choices: dict[int, int],
) -> HttpResponse:
    first_day = form.cleaned_data["first_day"]
    if request.POST.get("step") != "confirm":
        context = _context(plan, card, form, choices)
        moves = [move for _, move in chosen_moves(plan, choices)]
        context |= {"moves": moves, "sums": _sums(plan, moves), "first_day": print_date(first_day)}
        return render(request, "gradebook/closing_confirm.html", context)
    done = close_year(
        actor=actor,
        now=timezone.now(),
        school_id=card.school_id,
        year=card.year,
        first_day=first_day,
        class_ids=[card.id],
        choices=choices,
    )
    return _done(request, done, card.school_id, card.year)


def _sums(plan: SchoolPlan, moves: list[YearMove]) -> list[tuple[str, int]]:
    """How many go where."""
    names = {one.id: f"Vào lớp {one.name}" for one in plan.targets}
    counted = Counter(names.get(one.to_class_id or 0, "Ra trường") for one in moves)
    return sorted(counted.items())


def _done(request: HttpRequest, done: Closed, school_id: int, year: int) -> HttpResponse:
    for name, why in list(done.refused.items())[:5]:
        messages.warning(request, f"{name}: {why}")
    if done.closing_id is None:
        messages.info(
            request,
            "Không có em nào để kết chuyển: các em đã được kết chuyển trước đó hoặc chưa xét xong.",
        )
        return _to_school(school_id, year)
    messages.success(request, f"Đã kết chuyển {done.moved} học sinh.")
    return redirect("gradebook.closing_done", done.closing_id)


def _to_school(school_id: int, year: int) -> HttpResponse:
    return redirect(f"{reverse('gradebook.closing')}?school={school_id}&year={year}")


@require_POST
@page(CLOSE)
def close_school(request: HttpRequest, school_id: int, year: int) -> HttpResponse:
    """Kết chuyển the whole school as planned; a large one in the background."""
    actor, form = actor_of(request), ClosingForm(request.POST)
    plan = plan_of_school(actor, school_id, year)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["first_day"])))
        return _to_school(school_id, year)
    first_day = form.cleaned_data["first_day"]
    if plan.ready > MOST_AT_ONCE:
        return _in_background(actor, plan, first_day.isoformat())
    try:
        done = close_year(
            actor=actor, now=timezone.now(), school_id=school_id, year=year, first_day=first_day
        )
    except (ClosingRefused, RecordRefused) as refused:
        messages.error(request, str(refused))
        return _to_school(school_id, year)
    return _done(request, done, school_id, year)


def _in_background(actor: Actor, plan: SchoolPlan, first_day: str) -> HttpResponse:
    task = start_task(
        actor=actor,
        now=timezone.now(),
        kind=CLOSE_WORK,
        title=f"Kết chuyển năm học {plan.year}-{plan.year + 1}, {plan.school.name}",
        arguments={"school": plan.school.id, "year": plan.year, "first_day": first_day},
        school_id=plan.school.id,
        total=len(plan.classes),
    )
    return redirect("background.task", task)


@require_GET
@page(CLOSE)
def closing_done(request: HttpRequest, closing_id: int) -> HttpResponse:
    """What one closing did, and whether it can be undone."""
    done = open_closing(actor_of(request), closing_id)
    return render(request, "gradebook/closing_done.html", {"done": done, "closing": done.closing})


@require_POST
@page(CLOSE)
def undo(request: HttpRequest, closing_id: int) -> HttpResponse:
    """Hoàn tác: everyone goes back whom nothing keeps."""
    done = undo_closing(actor=actor_of(request), now=timezone.now(), closing_id=closing_id)
    if done.moved:
        messages.success(request, f"Đã hoàn tác kết chuyển của {done.moved} học sinh.")
    else:
        messages.info(request, "Không còn em nào hoàn tác được.")
    return redirect("gradebook.closing_done", closing_id)
