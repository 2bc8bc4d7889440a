"""Bắt đầu trao đổi: a family chooses a teacher, a teacher chooses a pupil; a school's choices."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from khue.access.api import OutsidePlace, actor_of, child_place, page, permit
from khue.contactbook.forms.talk import MessageForm, PolicyForm, StartForm
from khue.contactbook.permissions import SETTINGS, WRITE
from khue.contactbook.queries.policies import family_policy
from khue.contactbook.queries.starting import classes_to_write, contact_choices, pupils_to_write
from khue.contactbook.queries.threads import threads_for
from khue.contactbook.rules.policies import value_of
from khue.contactbook.services.policies import set_family_policy
from khue.contactbook.services.thread_work import TalkRefused
from khue.contactbook.services.threads import Written, start_thread
from khue.contactbook.views.threads import tell_written
from khue.organisations.api import chosen_school
from khue.records.api import ChildLine, children_of_account
from kit.dates import vietnam_day
from kit.numbers import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def child_threads(request: HttpRequest, student_id: int) -> HttpResponse:
    """Nhắn cho thầy cô của con; what was said before stands below."""
    actor, now = actor_of(request), timezone.now()
    child = _child(request, student_id)
    people = contact_choices(student_id, vietnam_day(now))
    form = StartForm(request.POST or None, people=people, initial=MessageForm.empty().initial)
    if request.method == "POST" and form.is_valid():
        written = _start(request, student_id, form, form.cleaned_data["to"])
        if written:
            return redirect("contactbook.thread", written.thread_id)
    context = {
        "child": child,
        "form": form,
        "people": people,
        "threads": threads_for(actor, student_id=student_id),
        "policy": family_policy(child.school_id, vietnam_day(now)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "contactbook/child_threads.html", context, status=status)


def _child(request: HttpRequest, student_id: int) -> ChildLine:
    actor = actor_of(request)
    permit(actor, WRITE, child_place(student_id))
    for one in children_of_account(actor.account_id, vietnam_day(timezone.now())):
        if one.id == student_id:
            return one
    raise OutsidePlace(student_id)


def _start(request: HttpRequest, student_id: int, form: StartForm, to: str) -> Written | None:
    try:
        written = start_thread(
            actor=actor_of(request),
            now=timezone.now(),
            student_id=student_id,
            to=to,
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"],
            intent=form.meant,
        )
    except TalkRefused as refused:
        form.refuse(refused.sentence)
        return None
    tell_written(request, written)
    return written


@require_http_methods(["GET", "HEAD", "POST"])
@page(WRITE)
def start(request: HttpRequest) -> HttpResponse:
    """Nhắn cho gia đình một học sinh: first the class, then the pupil."""
    actor, day = actor_of(request), vietnam_day(timezone.now())
    if actor.is_family:
        return redirect("contactbook.threads")
    classes = classes_to_write(actor, day)
    chosen = _class_id(request, [card.id for card in classes])
    pupils = pupils_to_write(chosen, day) if chosen else []
    form = StartForm(
        request.POST or None,
        people=[("", "Chọn học sinh"), *((str(one.id), one.name) for one in pupils)],
        people_label="Gia đình của học sinh",
        initial={**MessageForm.empty().initial, "to": request.GET.get("student", "")},
    )
    if request.method == "POST" and form.is_valid():
        written = _start(request, int(form.cleaned_data["to"]), form, "")
        if written:
            return redirect("contactbook.thread", written.thread_id)
    context = {"classes": classes, "chosen": chosen, "pupils": pupils, "form": form}
    return render(request, "contactbook/start.html", context, status=422 if form.is_bound else 200)


def _class_id(request: HttpRequest, known: list[int]) -> int | None:
    """The class of the address when it is one of hers, else the first."""
    asked = whole_number(request.GET.get("class", ""))
    if asked is not None and asked in known:
        return asked
    return known[0] if known else None


@require_http_methods(["GET", "HEAD", "POST"])
@page(SETTINGS)
def policy(request: HttpRequest) -> HttpResponse:
    """Cách liên lạc với gia đình of one school."""
    actor, day = actor_of(request), vietnam_day(timezone.now())
    school = chosen_school(actor, SETTINGS, request.GET.get("school", ""))
    if school is None:
        raise OutsidePlace
    permit(actor, SETTINGS, school.path)
    holds = family_policy(school.id, day)
    form = PolicyForm(request.POST or None, initial=value_of(holds))
    if request.method == "POST" and form.is_valid() and _keep(request, school.id, form):
        messages.success(request, "Đã lưu. Áp dụng từ bây giờ.")
        return redirect(request.get_full_path())
    context = {"school": school, "form": form, "policy": holds}
    return render(request, "contactbook/policy.html", context, status=422 if form.is_bound else 200)


def _keep(request: HttpRequest, school_id: int, form: PolicyForm) -> bool:
    try:
        set_family_policy(
            actor=actor_of(request),
            now=timezone.now(),
            school_id=school_id,
            policy=form.policy(),
        )
    except TalkRefused as refused:
        form.refuse(refused.sentence)
        return False
    return True
