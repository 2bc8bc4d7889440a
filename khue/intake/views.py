"""Pages of importing: choose and upload, look at the plan, apply, undo, history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import Actor, Granted, Refused, actor_of, page
from khue.background.api import is_disk_full, own_task
from khue.intake.queries import runs as queries
from khue.intake.queries.registry import Kind, Order, UnknownKind, kind_of_import
from khue.intake.queries.schools import schools_to_import_into
from khue.intake.rules.reading import COLUMN_OPTION, SHEET_OPTION
from khue.intake.rules.runs import State, default_year, offered_years, year_label
from khue.intake.services.applying import apply_run
from khue.intake.services.runs import answer_questions, receive_file
from khue.intake.services.undoing import UndoRefused, undo_run
from khue.intake.sheets import rows_workbook, runs_workbook
from kit.sheets.refusals import SheetRefused
from kit.sheets.writing import Field, Page, excel_bytes

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {"create": "success", "change": "info", "same": "neutral", "refuse": "danger"}
NO_FILE = "Chưa chọn tệp. Hãy chọn tệp Excel (.xlsx, .xls), OpenDocument (.ods) hoặc CSV."
NO_ROOM = (
    "Máy chủ đã hết chỗ lưu nên chưa nhận được tệp. Chưa có gì thay đổi. "
    "Hãy báo bộ phận kĩ thuật rồi thử lại."
)
NO_ROOM_TO_WRITE = (
    "Máy chủ đã hết chỗ lưu nên chưa ghi được. Chưa có gì thay đổi, bản xem trước vẫn còn. "
    "Hãy báo bộ phận kĩ thuật rồi thử lại."
)
MEGABYTE = 1024 * 1024


@page("intake.import_sheets")
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What can be imported."""
    actor = actor_of(request)
    schools = schools_to_import_into(actor)
    offers = queries.offered_kinds(actor, schools[0].place)
    _, runs = queries.runs_page(actor=actor, page=1)
    return render(request, "intake/start.html", {"offers": offers, "runs": runs[:5]})


@page("intake.import_sheets")
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Every import of one's schools."""
    if _wants_excel(request):
        every = queries.every_run(actor=actor_of(request))
        return _file("lich-su-nhap.xlsx", runs_workbook(every))
    number = _number(request.GET.get("page", ""))
    found, runs = queries.runs_page(actor=actor_of(request), page=number)
    return render(request, "intake/history.html", {"page": found, "runs": runs})


@page("intake.import_sheets")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose the school, the year and the file."""
    wanted, error = _kind(kind), ""
    if request.method == "POST":
        try:
            return _receive(request, wanted)
        except (SheetRefused, Refused) as refused:
            error = str(refused)
        except (OperationalError, OSError) as trouble:
            if not is_disk_full(trouble):
                raise
            error = NO_ROOM
    return _upload_page(request, wanted, error)


def _kind(key: str) -> Kind:
    try:
        return kind_of_import(key)
    except UnknownKind as unknown:
        raise Http404 from unknown


def _number(text: str, otherwise: int = 1) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise


def _upload_page(request: HttpRequest, kind: Kind, error: str) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    schools = schools_to_import_into(actor)
    told = {
        "kind": kind,
        "schools": [(one.school_id, one.place_name) for one in schools],
        "years": [(year, year_label(year)) for year in offered_years(today)],
        "year": default_year(today),
        "error": error,
        "limit": settings.UPLOAD_LIMIT_BYTES // MEGABYTE,
        "reason": queries.reason_against(actor, kind, [one.place for one in schools]),
    }
    return render(request, "intake/upload.html", told, status=422 if error else 200)


def _receive(request: HttpRequest, kind: Kind) -> HttpResponse:
    content, name = _file_of(request)
    received = receive_file(
        actor=actor_of(request),
        now=timezone.now(),
        kind=kind.key,
        school_id=_number(request.POST.get("school", ""), 0),
        year=_year(request),
        file_name=name,
        content=content,
        limit_bytes=settings.UPLOAD_LIMIT_BYTES,
        options={choice.key: "1" for choice in kind.choices if request.POST.get(choice.key)},
    )
    return redirect("intake.run", received.public_id)


def _year(request: HttpRequest) -> int:
    today = timezone.localdate()
    year = _number(request.POST.get("year", ""), default_year(today))
    if year not in offered_years(today):
        raise Refused(
            "Năm học này chưa mở cho việc nhập dữ liệu. Hãy chọn năm học trong danh sách."
        )
    return year


def _file_of(request: HttpRequest) -> tuple[bytes, str]:
    posted = request.POST  # reading the form is what fills the mark below
    if getattr(request, "upload_too_large", 0) and posted is not None:
        size = -(-int(request.META.get("CONTENT_LENGTH") or 0) // MEGABYTE)
        raise SheetRefused("TOO_LARGE", size=size, limit=settings.UPLOAD_LIMIT_BYTES // MEGABYTE)
    held = request.FILES.get("file")
    if held is None:
        raise Refused(NO_FILE)
    return held.read(), held.name or "tep"


@page("intake.import_sheets")
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The workbook to fill in, with the school's own classes as choices."""
    wanted, actor = _kind(kind), actor_of(request)
    school = _school(actor, _number(request.GET.get("school", ""), 0))
    order = Order(
        actor=actor,
        now=timezone.now(),
        today=timezone.localdate(),
        school_id=school.school_id or 0,
        school_name=school.place_name,
        place=school.place,
        year=_number(request.GET.get("year", ""), default_year(timezone.localdate())),
    )
    _, pages = queries.template_of(order, wanted.key)
    return _workbook(f"mau-{wanted.key}.xlsx", pages)


def _school(actor: Actor, school_id: int) -> Granted:
    schools = schools_to_import_into(actor)
    chosen = [one for one in schools if one.school_id == school_id]
    return (chosen or schools)[0]


def _workbook(name: str, pages: Any) -> HttpResponse:
    return _file(name, excel_bytes(pages))


def _file(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=EXCEL, headers=headers)


def _wants_excel(request: HttpRequest) -> bool:
    return request.GET.get("format") == "xlsx"


def _rows_file(actor: Actor, public_id: UUID, verdict: str) -> HttpResponse:
    view = queries.run_view(actor=actor, public_id=public_id)
    rows = queries.every_row(actor=actor, public_id=public_id, verdict=verdict)
    return _file(f"dong-{view.kind.key}.xlsx", rows_workbook(view, rows))


@page("intake.import_sheets")
@require_GET
def run(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The plan before, the result after."""
    if _wants_excel(request):
        return _rows_file(actor_of(request), public_id, request.GET.get("loai", ""))
    return _run_page(request, public_id)


def _run_page(request: HttpRequest, public_id: UUID, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    view = queries.run_view(actor=actor, public_id=public_id)
    verdict = request.GET.get("loai", "")
    rows = queries.plan_page(
        actor=actor,
        public_id=public_id,
        verdict=verdict,
        page=_number(request.GET.get("page", "")),
    )
    told = {
        "run": view,
        "rows": queries.rows_of(rows),
        "page": rows,
        "verdict": verdict,
        "tabs_shown": list(_tabs(view, verdict)),
        "tones": TONES,
        "task": _task(actor, view),
        "sheet_option": SHEET_OPTION,
        "column_option": COLUMN_OPTION,
        "touched": [],
        "refusal": "",
        **more,
    }
    return render(request, "intake/run.html", told, status=409 if more else 200)


def _task(actor: Actor, view: queries.RunView) -> Any:
    """The progress, for the person whose order it is."""
    if not view.is_working or view.task_id is None or view.actor_id != actor.account_id:
        return None
    return own_task(actor, view.task_id)


def _tabs(view: queries.RunView, verdict: str) -> Iterator[tuple[str, str, bool, int]]:
    yield "Tất cả", "?", not verdict, view.total
    for one, name in view.verdict_names.items():
        yield name, f"?loai={one}", verdict == one, view.count(one)


@page("intake.import_sheets")
@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another sheet, or a column under another name: plan again."""
    actor = actor_of(request)
    view = queries.run_view(actor=actor, public_id=public_id)
    told = {
        name: str(value)
        for name, value in request.POST.items()
        if name == SHEET_OPTION or name.startswith(COLUMN_OPTION)
    }
    told |= {one.key: str(request.POST.get(one.key, "")) for one in view.kind.choices}
    try:
        answer_questions(actor=actor, now=timezone.now(), public_id=public_id, options=told)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("intake.run", public_id)


@page("intake.import_sheets")
@require_POST
def apply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write what was shown."""
    try:
        state = apply_run(
            actor=actor_of(request),
            now=timezone.now(),
            public_id=public_id,
            seen_digest=request.POST.get("plan", ""),
        )
    except (Refused, OperationalError) as trouble:
        messages.error(request, _why_not_written(trouble))
        return redirect("intake.run", public_id)
    if state == State.APPLIED:
        messages.success(request, "Đã áp dụng. Nếu nhầm, thầy cô có thể hoàn tác ở trang này.")
    return redirect("intake.run", public_id)


def _why_not_written(trouble: Exception) -> str:
    """The sentence of a refusal or of a full disk; other trouble goes on its way."""
    if isinstance(trouble, Refused):
        return str(trouble)
    if not is_disk_full(trouble):
        raise trouble
    return NO_ROOM_TO_WRITE


@page("intake.import_sheets")
@require_POST
def undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take an import back."""
    try:
        state = undo_run(actor=actor_of(request), now=timezone.now(), public_id=public_id)
    except UndoRefused as refused:
        return _run_page(request, public_id, touched=refused.titles, refusal=str(refused))
    except (Refused, OperationalError) as trouble:
        messages.error(request, _why_not_written(trouble))
        return redirect("intake.run", public_id)
    if state == State.UNDONE:
        messages.success(request, "Đã hoàn tác: dữ liệu trở về như trước khi nhập.")
    return redirect("intake.run", public_id)


@page("intake.import_sheets")
@require_GET
def refused(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The refused rows as a workbook, with the reason beside each, to correct and send again."""
    actor = actor_of(request)
    view = queries.run_view(actor=actor, public_id=public_id)
    rows = list(queries.refused_rows(actor=actor, public_id=public_id))
    keys = {key for row in rows for key in row.cells}
    columns = [column for column in view.kind.columns if column.key in keys]
    told = [{**row.cells, "reason": " ".join(row.reasons)} for row in rows]
    fields = [Field(column.key, column.title) for column in columns]
    sheet = Page("Từ chối", [*fields, Field("reason", "Lý do", width=60)], told)
    return _workbook(f"tu-choi-{view.kind.key}.xlsx", [sheet])
