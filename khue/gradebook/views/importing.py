"""Nhập điểm từ bảng tính: send a file or paste a block, look, write, take back."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, Refused, actor_of, page
from khue.background.api import is_disk_full
from khue.gradebook import queries, sheets
from khue.gradebook.queries import ImportTarget
from khue.gradebook.queries.primary_importing import PrimaryTarget, open_primary_import
from khue.gradebook.rules.import_plans import LEVELS, QUALITIES, PlannedSheet
from khue.gradebook.rules.slots import TERM_NAMES
from khue.gradebook.services.import_trial import KEEP_EXISTING, OVERWRITE
from khue.gradebook.services.importing import (
    NothingUndone,
    apply_import,
    file_of_import,
    keep_import,
    open_import,
    read_again,
    recent_imports,
    undo_import,
)
from khue.gradebook.views.answers import excel_response
from khue.gradebook.views.import_shown import shown_import, start_of
from khue.gradebook.views.primary import known_point
from kit.numbers import whole_number
from kit.sheets.refusals import SheetRefused
from kit.vietnamese import search_key

Target = ImportTarget | PrimaryTarget
MEGABYTE = 1024 * 1024
PASTED_NAME = "Khối dán"
MOST_PASTED = 400_000
NO_SOURCE = "Chưa có gì để đọc. Hãy chọn tệp Excel, OpenDocument, CSV, hoặc dán khối ô vào khung."
PASTED_TOO_LONG = "Khối dán quá dài. Hãy dán từng phần, hoặc lưu thành tệp Excel rồi gửi tệp."
NO_ROOM = (
    "Máy chủ đã hết chỗ lưu nên chưa nhận được tệp. Chưa có gì thay đổi. "
    "Hãy báo bộ phận kĩ thuật rồi thử lại."
)


@page("gradebook.enter_marks")
@require_http_methods(["GET", "HEAD", "POST"])
def import_book(request: HttpRequest, class_subject_id: int, term: int) -> HttpResponse:
    """Marks for one term of one book."""
    target = _book_target(actor_of(request), class_subject_id, term)
    options = {"book": str(class_subject_id), "term": str(term)}
    return _begin(request, target, options)


@page("gradebook.enter_marks")
@require_http_methods(["GET", "HEAD", "POST"])
def import_class(request: HttpRequest, class_id: int, term: int) -> HttpResponse:
    """A workbook with a sheet for each subject of one class."""
    target = _class_target(actor_of(request), class_id, term)
    return _begin(request, target, {"class": str(class_id), "term": str(term)})


def _book_target(actor: Actor, class_subject_id: int, term: int) -> ImportTarget:
    if term not in TERM_NAMES:
        raise Http404
    found = queries.open_import_book(actor, class_subject_id, term, timezone.localdate())
    if not found.first.slots:
        raise Http404
    return found


def _class_target(actor: Actor, class_id: int, term: int) -> ImportTarget:
    if term not in TERM_NAMES:
        raise Http404
    return queries.open_import_class(actor, class_id, term, timezone.localdate())


@page("gradebook.view_marks")
@require_http_methods(["GET", "HEAD", "POST"])
def import_levels(request: HttpRequest, class_subject_id: int, point: int) -> HttpResponse:
    """Levels, tests and remarks of a primary subject at a point."""
    options = {"levels": str(class_subject_id), "term": str(point)}
    return _begin(request, _target_of(actor_of(request), options), options)


@page("gradebook.view_marks")
@require_http_methods(["GET", "HEAD", "POST"])
def import_qualities(request: HttpRequest, class_id: int, point: int) -> HttpResponse:
    """Qualities and competences of a primary class at a point."""
    options = {"qualities": str(class_id), "term": str(point)}
    return _begin(request, _target_of(actor_of(request), options), options)


def _begin(request: HttpRequest, target: Target, options: dict[str, str]) -> HttpResponse:
    error = ""
    if request.method == "POST":
        try:
            return redirect("gradebook.import_run", _receive(request, target, options))
        except (SheetRefused, Refused, sheets.NothingToImport) as refused:
            error = str(refused)
        except (OperationalError, OSError) as trouble:
            if not is_disk_full(trouble):
                raise
            error = NO_ROOM
    return _start_page(request, target, error)


def _start_page(request: HttpRequest, target: Target, error: str) -> HttpResponse:
    told = {
        **start_of(target),
        "target": target,
        "door": target.door,
        "error": error,
        "pasted": request.POST.get("pasted", "")[:MOST_PASTED] if error else "",
        "limit": settings.UPLOAD_LIMIT_BYTES // MEGABYTE,
        "runs": recent_imports(actor=actor_of(request), door=target.door),
    }
    return render(request, "gradebook/import_start.html", told, status=422 if error else 200)


def _receive(request: HttpRequest, target: Target, options: dict[str, str]) -> UUID:
    content, name, more = _source(request)
    options = {**options, **more}
    return keep_import(
        actor=actor_of(request),
        now=timezone.now(),
        door=target.door,
        sheets=_planned(content, target, options),
        file_name=name,
        content=content,
        options=options,
    )


def _planned(content: bytes, target: Target, options: dict[str, str]) -> list[PlannedSheet]:
    found = sheets.read_source(content, options, limit_bytes=settings.UPLOAD_LIMIT_BYTES)
    chosen = options.get(sheets.SHEET_OPTION, "")
    if isinstance(target, PrimaryTarget):
        answers = sheets.primary_answers(options, target)
        return [sheets.plan_primary(found, target, answers=answers, chosen=chosen)]
    return sheets.plan_import(found, target, answers=sheets.answers_in(options), chosen=chosen)


def _source(request: HttpRequest) -> tuple[bytes, str, dict[str, str]]:
    """The bytes that came, what to call them, and whether they were pasted."""
    pasted = request.POST.get("pasted", "")
    if getattr(request, "upload_too_large", 0):
        size = -(-int(request.META.get("CONTENT_LENGTH") or 0) // MEGABYTE)
        raise SheetRefused("TOO_LARGE", size=size, limit=settings.UPLOAD_LIMIT_BYTES // MEGABYTE)
    held = request.FILES.get("file")
    if held is not None:
        return held.read(), (held.name or "tep")[-200:], {}
    if not pasted.strip():
        raise Refused(NO_SOURCE)
    if len(pasted) > MOST_PASTED:
        raise Refused(PASTED_TOO_LONG)
    return pasted.encode(), PASTED_NAME, {sheets.PASTED_OPTION: "1"}


@page("gradebook.enter_marks")
@require_GET
def import_run(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What would be written, or what was."""
    return _run_page(request, import_id)


def _run_page(request: HttpRequest, import_id: UUID, error: str = "") -> HttpResponse:
    found = open_import(actor=actor_of(request), import_id=import_id)
    told = {**shown_import(found), "error": error}
    return render(request, "gradebook/import_run.html", told, status=422 if error else 200)


@page("gradebook.enter_marks")
@require_POST
def read_import_again(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Other answers about columns or sheets: plan the same file again."""
    actor = actor_of(request)
    try:
        run, content = file_of_import(actor=actor, import_id=import_id)
        options = {**run.options, **_answers(request)}
        planned = _planned(content, _target_of(actor, options), options)
        read_again(
            actor=actor,
            now=timezone.now(),
            import_id=import_id,
            sheets=planned,
            options=options,
        )
    except (Refused, SheetRefused, sheets.NothingToImport) as refused:
        messages.error(request, str(refused))
    return redirect("gradebook.import_run", import_id)


def _answers(request: HttpRequest) -> dict[str, str]:
    return {
        name[:20]: str(value)[:60]
        for name, value in request.POST.items()
        if name == sheets.SHEET_OPTION or name.startswith(sheets.COLUMN_OPTION)
    }


def _target_of(actor: Actor, options: dict[str, str]) -> Target:
    term = whole_number(options.get("term", "")) or 0
    for kind in (LEVELS, QUALITIES):
        if kind in options:
            of, today = int(options[kind]), timezone.localdate()
            return open_primary_import(actor, kind, of, known_point(term), today)
    if "book" in options:
        return _book_target(actor, int(options["book"]), term)
    return _class_target(actor, int(options["class"]), term)


@page("gradebook.enter_marks")
@require_POST
def write_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Write what was shown."""
    existing = KEEP_EXISTING if request.POST.get("existing") == KEEP_EXISTING else OVERWRITE
    try:
        found = apply_import(
            actor=actor_of(request), now=timezone.now(), import_id=import_id, existing=existing
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("gradebook.import_run", import_id)
    act = found.act("apply")
    if act and not found.act("undo"):
        messages.success(request, f"Đã ghi {len(act.written)} ô vào sổ. Nhầm thì bấm Hoàn tác.")
    return redirect("gradebook.import_run", import_id)


@page("gradebook.enter_marks")
@require_POST
def take_import_back(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Take a whole import back."""
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:300]
    try:
        found = undo_import(
            actor=actor_of(request), now=timezone.now(), import_id=import_id, reason=reason
        )
    except NothingUndone as nothing:
        return _undo_refused(request, import_id, nothing)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("gradebook.import_run", import_id)
    act = found.act("undo")
    if act:
        messages.success(request, f"Đã hoàn tác: {len(act.written)} ô trở về như trước khi nhập.")
    return redirect("gradebook.import_run", import_id)


def _undo_refused(request: HttpRequest, import_id: UUID, nothing: NothingUndone) -> HttpResponse:
    found = open_import(actor=actor_of(request), import_id=import_id)
    told = {**shown_import(found), "error": str(nothing), "left": nothing.left}
    return render(request, "gradebook/import_run.html", told, status=422)


@page("gradebook.view_marks")
@require_GET
def export_class(request: HttpRequest, class_id: int, term: int) -> HttpResponse:
    """The whole book of a class in one term, as a workbook."""
    if term not in TERM_NAMES:
        raise Http404
    found = queries.open_class_book(actor_of(request), class_id, term, timezone.localdate())
    name = search_key(found.class_name).replace(" ", "-").replace("/", "-")
    return excel_response(sheets.class_book(found), f"so-diem-lop-{name}-hk{term}.xlsx")
