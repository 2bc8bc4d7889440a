"""Các bước của sổ điểm: the state line of a book, its history, the buttons that move it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import Actor, actor_of, explain, page
from khue.gradebook.queries.books import Book, open_book
from khue.gradebook.queries.states import (
    Closing,
    closing_of,
    closing_sentence,
    steps_of_book,
)
from khue.gradebook.rules.states import (
    ORDER,
    STEPS,
    Act,
    State,
    spoken_period,
    step_of,
    title_of,
)
from khue.gradebook.services.class_steps import (
    approve_classes,
    consolidate_class,
    give_back_class,
    withdraw_approval,
)
from khue.gradebook.services.steps import StepRefused, finish_book, reopen_book

POINTS = (1, 2, 3, 4)
CLASS_STEPS: dict[str, Act] = {
    "tong-hop": Act.CONSOLIDATE,
    "duyet": Act.APPROVE,
    "tra-lai": Act.GIVE_BACK,
    "thu-hoi": Act.WITHDRAW,
}
BOOK_PERMISSIONS = {Act.FINISH: "gradebook.finish_book", Act.REOPEN: "gradebook.reopen_book"}
DONE = {
    Act.FINISH: "Đã xác nhận nhập xong.",
    Act.REOPEN: "Đã mở lại sổ cho giáo viên bộ môn.",
    Act.CONSOLIDATE: "Đã tổng hợp lớp. Lãnh đạo trường sẽ duyệt.",
    Act.APPROVE: "Đã duyệt.",
    Act.GIVE_BACK: "Đã trả lại để tổng hợp lại.",
    Act.WITHDRAW: "Đã thu hồi duyệt.",
}
ALREADY = "Bước này đã được thực hiện trước đó; không có gì thay đổi."


@dataclass(frozen=True, slots=True)
class OfferedAct:
    """A button of a step: what it says, what it asks before, where it goes."""

    key: str
    title: str
    text: str
    action: str
    needs_reason: bool = False
    fields: dict[str, str] = field(default_factory=dict)


def book_steps(actor: Actor, book: Book, period: int, closing: Closing) -> dict[str, Any]:
    """What the state line of a book shows to this person."""
    overview = explain(actor, "gradebook.view_overview", book.class_place) is None
    class_page = reverse("gradebook.overview_class", args=[book.class_id]) if overview else ""
    asks = explain(actor, "gradebook.ask_correction", book.place) is None
    shut = closing.state is not State.OPEN
    return {
        "standing": closing.standing,
        "acts": _book_acts(actor, book, period, closing.state),
        "class_page": class_page,
        "can_ask": asks and shut and not closing.primary,
    }


def _book_acts(actor: Actor, book: Book, period: int, state: State) -> list[OfferedAct]:
    texts = {
        Act.FINISH: f"Xác nhận đã nhập xong điểm {book.title}? Sau đó điểm chỉ sửa được bằng đề"
        " nghị có giáo viên chủ nhiệm xác nhận.",
        Act.REOPEN: f"Giáo viên bộ môn sẽ sửa trực tiếp được điểm {book.title} và phải xác nhận"
        " lại khi xong.",
    }
    routes = {Act.FINISH: "gradebook.finish_book", Act.REOPEN: "gradebook.reopen_book"}
    return [
        OfferedAct(
            act.value,
            step.title,
            texts[act],
            reverse(routes[act], args=[book.id, period]),
            step.needs_reason,
            {"next": page_of(book, period)},
        )
        for act, permission in BOOK_PERMISSIONS.items()
        if (step := step_of(state, act)) and explain(actor, permission, book.place) is None
    ]


def page_of(book: Book, period: int) -> str:
    """The page on which a book is written in."""
    name = "gradebook.primary" if book.is_primary else "gradebook.grid"
    return reverse(name, args=[book.id, period])


def class_acts(
    actor: Actor, class_id: int, place: str, period: int, state: State, back: str
) -> list[OfferedAct]:
    """The buttons of a whole class for this person."""
    permissions = {
        Act.CONSOLIDATE: "gradebook.consolidate_class",
        Act.APPROVE: "gradebook.approve_class",
        Act.GIVE_BACK: "gradebook.reopen_book",
        Act.WITHDRAW: "gradebook.approve_class",
    }
    texts = {
        Act.CONSOLIDATE: "Tổng hợp kết quả của lớp? Các môn đã đủ và kết quả rèn luyện đã có.",
        Act.APPROVE: "Duyệt kết quả của lớp? Sau đó mỗi lần sửa điểm cần lãnh đạo đồng ý.",
        Act.GIVE_BACK: "Lớp trở về bước các giáo viên bộ môn đã xong; giáo viên chủ nhiệm tổng hợp"
        " lại sau khi sửa.",
        Act.WITHDRAW: "Lớp trở về bước giáo viên chủ nhiệm đã tổng hợp.",
    }
    return [
        OfferedAct(
            act.value,
            step.title,
            texts[act],
            reverse("gradebook.class_step", args=[class_id, period, slug]),
            step.needs_reason,
            {"next": back},
        )
        for slug, act in CLASS_STEPS.items()
        if (step := STEPS[state].get(act)) and explain(actor, permissions[act], place) is None
    ]


@require_GET
@page("gradebook.view_marks")
def book_steps_page(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """Who did what with this book, and what comes next."""
    actor = actor_of(request)
    book = open_book(actor, class_subject_id, "gradebook.view_marks")
    if term not in (POINTS if book.is_primary else (1, 2)):
        raise Http404
    closing = closing_of(book.class_id, book.id, term)
    context = {
        "book": book,
        "page": page_of(book, term),
        "term": term,
        "spoken": spoken_period(term, primary=closing.primary),
        "closed": closing_sentence(closing, book.title, term, timezone.localdate()),
        "lines": steps_of_book(book.class_id, book.id, term),
        "titles": {act.value: title_of(act) for act in Act},
        "names": [state.name_vi for state in ORDER],
        "current": ORDER.index(closing.state) + 1,
        **book_steps(actor, book, term, closing),
    }
    return render(request, "gradebook/states_steps.html", context)


@require_POST
@page("gradebook.finish_book")
def finish(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """The teacher confirms that everything is entered."""
    book = {"class_subject_id": class_subject_id, "period": term}
    _take(request, Act.FINISH, lambda actor: finish_book(actor=actor, now=timezone.now(), **book))
    return _back(request, reverse("gradebook.grid", args=[class_subject_id, term]))


@require_POST
@page("gradebook.reopen_book")
def reopen_one(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """The homeroom teacher or a leader opens a book again."""
    book = {"class_subject_id": class_subject_id, "period": term}
    reason = request.POST.get("reason", "")
    _take(
        request,
        Act.REOPEN,
        lambda actor: reopen_book(actor=actor, now=timezone.now(), reason=reason, **book),
    )
    return _back(request, reverse("gradebook.grid", args=[class_subject_id, term]))


@require_POST
@page("gradebook.view_overview")
def class_step(request: HttpRequest, class_id: int, period: int, step: str) -> HttpResponse:
    """One step of a whole class, there or back."""
    if step not in CLASS_STEPS or period not in POINTS:
        raise Http404
    act, reason, now = CLASS_STEPS[step], request.POST.get("reason", ""), timezone.now()
    room: dict[str, Any] = {"now": now, "class_id": class_id, "period": period}
    calls: dict[Act, Callable[[Actor], bool]] = {
        Act.CONSOLIDATE: lambda actor: consolidate_class(actor=actor, **room),
        Act.APPROVE: lambda actor: _approve_one(actor, class_id, period),
        Act.GIVE_BACK: lambda actor: give_back_class(actor=actor, reason=reason, **room),
        Act.WITHDRAW: lambda actor: withdraw_approval(actor=actor, reason=reason, **room),
    }
    _take(request, act, calls[act])
    return _back(request, reverse("gradebook.overview_class", args=[class_id]))


def _approve_one(actor: Actor, class_id: int, period: int) -> bool:
    done = approve_classes(actor=actor, now=timezone.now(), class_ids=[class_id], period=period)
    if done.refused:
        raise StepRefused("NOT_READY", done.refused[0])
    if not done.classes:
        raise Http404
    return True


@require_POST
@page("gradebook.approve_class")
def approve(request: HttpRequest, school_id: int, period: int) -> HttpResponse:
    """A leader approves the chosen classes."""
    ids = [int(one) for one in request.POST.getlist("ids") if _is_id(one)]
    back = _back(request, reverse("gradebook.overview_school", args=[school_id]))
    if period not in POINTS:
        raise Http404
    if not ids:
        messages.warning(request, "Chưa duyệt lớp nào. Hãy chọn các lớp trong bảng rồi bấm Duyệt.")
        return back
    done = approve_classes(
        actor=actor_of(request), now=timezone.now(), class_ids=ids, period=period
    )
    if done.classes:
        messages.success(request, f"Đã duyệt {len(done.classes)} lớp: {', '.join(done.classes)}.")
    for sentence in done.refused:
        messages.warning(request, sentence)
    return back


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _take(request: HttpRequest, act: Act, call: Callable[[Actor], bool]) -> None:
    """Take a step and say what became of it."""
    try:
        done = call(actor_of(request))
    except StepRefused as refused:
        messages.error(request, str(refused))
        return
    if done:
        messages.success(request, DONE[act])
    else:
        messages.info(request, ALREADY)


def _back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page that the form names, if it is one of ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if wanted.startswith("/") and ours else otherwise)
