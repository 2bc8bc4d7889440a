"""Học bạ số của một lớp: every pupil, and each step seen before it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from khue.access.api import Actor, actor_of, explain, page
from khue.organisations.api import ClassCard, class_summary
from khue.records.api import staff_of_school
from khue.transcripts.forms import ReasonForm, read_ids, read_substitutes
from khue.transcripts.permissions import CONFIRM, VIEW
from khue.transcripts.queries.pages import ClassPage, PupilLine, class_page, signers_of_class
from khue.transcripts.queries.signers import planned_signers
from khue.transcripts.rules.states import SIGNING, Act, State, before
from khue.transcripts.services.acting import CLASS_ACTS, PERMISSIONS, take_class_step
from khue.transcripts.services.asking import ask_again
from khue.transcripts.services.correcting import give_up
from khue.transcripts.services.holding import TranscriptRefused
from khue.transcripts.services.previewing import previewed
from khue.transcripts.services.steps import Stepped
from khue.transcripts.views.overview import act_of, act_title

MOST_TOLD = 6
NONE_THERE = "Không có học bạ nào của lớp đang ở bước trước đó."
COMPOSES = (State.DRAFT, State.COMPLETE, State.VERIFIED, State.RECONCILED)


@require_GET
@page(VIEW)
def show_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """A class with the state of each pupil's transcript."""
    actor = actor_of(request)
    found = class_page(actor, class_id, timezone.localdate())
    context = {
        "found": found,
        "card": found.card,
        "acts": _acts(actor, found),
        "signers": signers_of_class(class_id),
        "no_signers": explain(actor, CONFIRM, found.card.place) or "",
        "gives_up": explain(actor, CONFIRM, found.card.place) or _unless(found, SIGNING),
        "kinds": KINDS,
    }
    return render(request, "transcripts/class.html", context)


# How the badge of a state looks.
KINDS: Mapping[str, str] = {
    State.DRAFT: "neutral",
    State.COMPLETE: "info",
    State.VERIFIED: "info",
    State.RECONCILED: "info",
    State.CONFIRMED: "ink",
    State.SIGNED_PERSONAL: "ink",
    State.SIGNED_ORG: "ink",
    State.PUBLISHED: "success",
    State.SUPERSEDED: "neutral",
    State.CANCELLED: "danger",
    State.WITHDRAWN: "warning",
}


def _unless(found: ClassPage, states: Sequence[str] | frozenset[State]) -> str:
    return "" if found.at(*states) else NONE_THERE


def _acts(actor: Actor, found: ClassPage) -> list[tuple[str, str, str, int]]:
    """(act, title, why not, how many wait for it) in the order of the steps."""
    shown = []
    for act in CLASS_ACTS:
        composes = act is Act.RECOMPOSE
        waiting = len(_to_compose(found) if composes else found.at(*before(act)))
        reason = explain(actor, PERMISSIONS[act], found.card.place) or ""
        told = reason or ("" if waiting or composes else NONE_THERE)
        shown.append((act.value, act_title(act), told, waiting))
    return shown


def _to_compose(found: ClassPage) -> list[PupilLine]:
    """Those without a version, and those whose version in work says otherwise than the book."""
    working = {"", *COMPOSES, *SIGNING}
    return [one for one in found.lines if one.state in working and (one.differs or not one.state)]


@require_http_methods(["GET", "POST"])
@page(VIEW)
def step(request: HttpRequest, class_id: int, act: str) -> HttpResponse:
    """Xem trước, rồi làm: what a step would do with a class or with those ticked, then does."""
    actor, wanted, card = actor_of(request), act_of(act), class_summary(class_id)
    given = request.POST if request.method == "POST" else request.GET
    ids, chosen = read_ids(given.getlist("ids")), read_substitutes(given.dict())
    take = partial(
        take_class_step,
        actor=actor,
        now=timezone.now(),
        class_id=class_id,
        act=wanted,
        student_ids=ids,
        substitutes=chosen,
    )
    try:
        if request.method == "POST":
            return _done(request, card, take())
        stepped = previewed(take)
    except TranscriptRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("transcripts.class", class_id)
    context = {"card": card, "act": act, "title": act_title(wanted), "stepped": stepped}
    return render(request, "transcripts/step.html", context | _more(card, wanted, ids, chosen))


def _more(
    card: ClassCard, act: Act, ids: Sequence[int] | None, chosen: Mapping[str, int]
) -> dict[str, Any]:
    """For the confirmation: who will be asked to sign, and who may sign in another's place."""
    if act is not Act.CONFIRM:
        return {"ids": ids or [], "signers": [], "staff": [], "chosen": {}}
    return {
        "ids": ids or [],
        "signers": planned_signers(card.id, timezone.localdate()),
        "staff": _staff(card),
        "chosen": chosen,
    }


def _staff(card: ClassCard) -> list[tuple[str, str]]:
    people = staff_of_school(card.school_id, timezone.localdate())
    return [(str(one.account_id), one.name) for one in people if one.account_id]


def _done(request: HttpRequest, card: ClassCard, stepped: Stepped) -> HttpResponse:
    for one in stepped.refused[:MOST_TOLD]:
        messages.warning(request, f"{one.name}: {' '.join(one.sentences)}")
    if stepped.done:
        text = f"{act_title(stepped.act)}: đã xong {len(stepped.done)} học bạ."
        messages.success(request, text)
    elif not stepped.refused:
        messages.info(request, "Không có học bạ nào thay đổi.")
    return redirect("transcripts.class", card.id)


@require_http_methods(["GET", "POST"])
@page(CONFIRM)
def give_up_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """Bỏ bản đang ký of those ticked, with a reason."""
    actor = actor_of(request)
    found = class_page(actor, class_id, timezone.localdate())
    given = request.POST if request.method == "POST" else request.GET
    ticked = read_ids(given.getlist("ids"))
    lines = [one for one in found.at(*SIGNING) if ticked is None or one.student_id in ticked]
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _give_up(request, actor, found.card, [one.student_id for one in lines], form)
    context = {"card": found.card, "lines": lines, "form": form}
    return render(request, "transcripts/give_up.html", context)


def _give_up(
    request: HttpRequest, actor: Actor, card: ClassCard, ids: Sequence[int], form: ReasonForm
) -> HttpResponse:
    stepped = give_up(
        actor=actor,
        now=timezone.now(),
        class_id=card.id,
        student_ids=ids,
        reason=form.cleaned_data["reason"],
    )
    messages.success(
        request,
        f"Đã bỏ {len(stepped.done)} bản đang ký; chữ ký đã có vẫn được lưu. Bấm “Lập học bạ” để"
        " lập phiên bản mới.",
    )
    return redirect("transcripts.class", card.id)


@require_http_methods(["GET", "POST"])
@page(CONFIRM)
def signers(request: HttpRequest, class_id: int) -> HttpResponse:
    """Người ký of the versions that are being signed; another signer, or asked again."""
    actor, card = actor_of(request), class_summary(class_id)
    class_page_of = class_page(actor, class_id, timezone.localdate())
    if request.method == "POST":
        return _ask_again(request, actor, card)
    context = {
        "card": card,
        "lines": signers_of_class(class_id),
        "staff": _staff(card),
        "reason": explain(actor, CONFIRM, card.place) or _unless(class_page_of, SIGNING),
    }
    return render(request, "transcripts/signers.html", context)


def _ask_again(request: HttpRequest, actor: Actor, card: ClassCard) -> HttpResponse:
    try:
        count = ask_again(
            actor=actor,
            now=timezone.now(),
            class_id=card.id,
            substitutes=read_substitutes(request.POST.dict()),
        )
        messages.success(request, f"Đã đề nghị ký lại {count} phần chưa ký.")
    except TranscriptRefused as refused:
        messages.error(request, refused.sentence)
    return redirect("transcripts.class", card.id)
