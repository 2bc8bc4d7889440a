"""Trang quản lý: publications, their files, the preview, and the switch-over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khue.access.api import Actor, OutsidePlace, Refused, actor_of, page
from khue.answers.forms import NewForm, OpeningForm, chosen_columns
from khue.answers.permissions import PUBLISH
from khue.answers.queries import places_to_publish, publication_for, publications_of
from khue.answers.rules.candidates import first_values
from khue.answers.rules.keys import SECRET_NAMES
from khue.answers.rules.states import State
from khue.answers.services.building import build_edition
from khue.answers.services.drafting import (
    add_edition,
    choose_columns,
    draft_of,
    open_publication,
)
from khue.answers.services.publishing import (
    change_opening,
    publish_edition,
    roll_back,
    withdraw,
)
from khue.answers.sheets import faults_workbook
from khue.background.api import TaskView, own_task
from kit.dates import print_clock, print_date, vietnam_time
from kit.sheets.refusals import SheetRefused

UNPROCESSABLE = 422
MEGABYTE = 1024 * 1024
NO_FILE = "Chưa chọn tệp. Hãy chọn tệp Excel (.xlsx, .xls), OpenDocument (.ods) hoặc CSV."
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_FAULTS = 50


@page(PUBLISH)
@require_safe
def publications(request: HttpRequest) -> HttpResponse:
    """Every publication of one's places."""
    listed = publications_of(actor_of(request))
    return render(
        request, "answers/publications.html", {"publications": listed, "now": timezone.now()}
    )


@page(PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a publication with its file."""
    actor = actor_of(request)
    places = [(one.place, one.place_name) for one in places_to_publish(actor)]
    form = NewForm(request.POST or None, places=places)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("answers.edition", _opened(request, form), 1)
        except (SheetRefused, Refused) as refused:
            error = str(refused)
    context = {"form": form, "error": error, "limit": settings.UPLOAD_LIMIT_BYTES // MEGABYTE}
    status = UNPROCESSABLE if error or form.errors else 200
    return render(request, "answers/new.html", context, status=status)


def _opened(request: HttpRequest, form: NewForm) -> UUID:
    content, name = _file_of(request)
    return open_publication(
        actor=actor_of(request),
        now=timezone.now(),
        title=form.cleaned_data["title"],
        opens_at=form.opens_at,
        place=form.cleaned_data["place"],
        file_name=name,
        content=content,
        limit_bytes=settings.UPLOAD_LIMIT_BYTES,
    )


def _file_of(request: HttpRequest) -> tuple[bytes, str]:
    posted = request.POST  # reading the form is what fills the mark below
    if getattr(request, "upload_too_large", 0) and posted is not None:
        size = -(-int(request.META.get("CONTENT_LENGTH") or 0) // MEGABYTE)
        raise SheetRefused("TOO_LARGE", size=size, limit=settings.UPLOAD_LIMIT_BYTES // MEGABYTE)
    held = request.FILES.get("file")
    if held is None:
        raise Refused(NO_FILE)
    return held.read(), held.name or "tep"


@page(PUBLISH)
@require_safe
def publication(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """One publication with its editions."""
    return _publication_page(request, publication_id)


def _publication_page(
    request: HttpRequest, publication_id: UUID, *, error: str = "", opening: Any = None
) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    shown = publication_for(actor, publication_id)
    local = vietnam_time(shown.opens_at)
    start = {"day": print_date(local.date()), "clock": print_clock(local)}
    building = [one for one in shown.editions if one.state == State.BUILDING and one.task_id]
    context = {
        "one": shown,
        "now": now,
        "error": error,
        "opening": opening or OpeningForm(initial=start),
        "limit": settings.UPLOAD_LIMIT_BYTES // MEGABYTE,
        "tasks": [task for one in building if (task := _own_task(actor, one.task_id))],
    }
    wrong = error or (opening is not None and opening.errors)
    status = UNPROCESSABLE if wrong else 200
    return render(request, "answers/publication.html", context, status=status)


def _own_task(actor: Actor, task_id: UUID | None) -> TaskView | None:
    """The work in progress, to whoever ordered it; a colleague sees the state alone."""
    try:
        return own_task(actor, task_id) if task_id else None
    except OutsidePlace:
        return None


@page(PUBLISH)
@require_POST
def upload(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Another file for the same publication."""
    try:
        content, name = _file_of(request)
        add_edition(
            actor=actor_of(request),
            now=timezone.now(),
            public_id=publication_id,
            file_name=name,
            content=content,
            limit_bytes=settings.UPLOAD_LIMIT_BYTES,
        )
    except (SheetRefused, Refused) as refused:
        return _publication_page(request, publication_id, error=str(refused))
    newest = publication_for(actor_of(request), publication_id).newest
    return redirect("answers.edition", publication_id, newest.number)


@page(PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def edition(request: HttpRequest, publication_id: UUID, edition: int) -> HttpResponse:
    """Choose the columns, look at the faults and at how an answer will look."""
    actor, error = actor_of(request), ""
    if request.method == "POST":
        try:
            choose_columns(
                actor=actor,
                now=timezone.now(),
                public_id=publication_id,
                number=edition,
                choice=chosen_columns(request.POST),
            )
            return redirect("answers.edition", publication_id, edition)
        except Refused as refused:
            error = str(refused)
    return _edition_page(request, publication_id, edition, error)


def _edition_page(
    request: HttpRequest, publication_id: UUID, number: int, error: str
) -> HttpResponse:
    actor = actor_of(request)
    shown = publication_for(actor, publication_id)
    draft = draft_of(actor=actor, public_id=publication_id, number=number)
    if request.GET.get("format") == "xlsx":
        return _faults_file(shown.title, draft.faults)
    listing = draft.listing
    columns = [
        (at, title, ", ".join(first_values(listing, at))) for at, title in enumerate(listing.titles)
    ]
    context = {
        "one": shown,
        "edition": next(one for one in shown.editions if one.number == number),
        "draft": draft,
        "columns": columns,
        "names": [(at, title) for at, title, _ in columns],
        "kinds": [(kind.value, name) for kind, name in SECRET_NAMES.items()],
        "faults": draft.faults[:SHOWN_FAULTS],
        "error": error,
    }
    return render(request, "answers/edition.html", context, status=UNPROCESSABLE if error else 200)


def _faults_file(title: str, faults: Any) -> HttpResponse:
    headers = {
        "Content-Type": EXCEL,
        "Content-Disposition": 'attachment; filename="dong-loi.xlsx"',
    }
    return HttpResponse(faults_workbook(title, faults), headers=headers)


@page(PUBLISH)
@require_POST
def build(request: HttpRequest, publication_id: UUID, edition: int) -> HttpResponse:
    """Order the file."""
    try:
        build_edition(
            actor=actor_of(request),
            now=timezone.now(),
            public_id=publication_id,
            number=edition,
            without_faults=bool(request.POST.get("without_faults")),
        )
    except Refused as refused:
        return _edition_page(request, publication_id, edition, str(refused))
    return redirect("answers.publication", publication_id)


@page(PUBLISH)
@require_POST
def publish(request: HttpRequest, publication_id: UUID, edition: int) -> HttpResponse:
    """Change over to this edition."""
    return _acted(
        request,
        publication_id,
        "Đã công bố. Người tra cứu thấy kết quả của bản này trong vòng một giây.",
        lambda **who: publish_edition(**who, number=edition),
    )


@page(PUBLISH)
@require_POST
def go_back(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Change over to the edition before."""
    return _acted(request, publication_id, "Đã trở về bản trước.", roll_back)


@page(PUBLISH)
@require_POST
def take_down(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Withdraw the publication."""
    reason = request.POST.get("reason", "")
    return _acted(
        request,
        publication_id,
        "Đã rút kết quả. Trang tra cứu không còn kì công bố này.",
        lambda **who: withdraw(**who, reason=reason),
    )


@page(PUBLISH)
@require_POST
def open_at(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Another opening time."""
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _publication_page(request, publication_id, opening=form)
    return _acted(
        request,
        publication_id,
        "Đã đổi giờ mở tra cứu.",
        lambda **who: change_opening(**who, opens_at=form.opens_at),
    )


def _acted(request: HttpRequest, publication_id: UUID, done: str, act: Any) -> HttpResponse:
    try:
        act(actor=actor_of(request), now=timezone.now(), public_id=publication_id)
    except Refused as refused:
        return _publication_page(request, publication_id, error=str(refused))
    messages.success(request, done)
    return redirect("answers.publication", publication_id)
