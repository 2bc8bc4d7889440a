"""Ảnh học sinh: look at one, put one in, put those of a class in."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khue.access.api import actor_of, explain, page
from khue.records.queries.files import open_file
from khue.records.queries.photos import class_photos as photos_of_class
from khue.records.queries.photos import photo_card, photo_of
from khue.records.rules.refusals import RecordRefused
from khue.records.services.photos import PhotosTaken, put_class_photos, put_photo, remove_photo
from khue.records.views.common import attempt, today, told
from khue.records.views.students import file_context

VIEW, MANAGE = "records.view_student", "records.manage_photos"
MEGABYTE = 1024 * 1024
NO_FILE = "Chưa có tệp nào được chọn. Hãy chọn tệp rồi bấm lại."
TOO_LARGE = "Tệp lớn hơn {limit} MB nên không nhận được. Hãy thu nhỏ ảnh hoặc chia thành nhiều tệp."


def _file_of(request: HttpRequest) -> bytes:
    """The uploaded file; reading the form is what marks one that was too large."""
    held = request.FILES.get("file")
    if getattr(request, "upload_too_large", 0):
        limit = settings.UPLOAD_LIMIT_BYTES // MEGABYTE
        raise RecordRefused("TOO_LARGE", TOO_LARGE.format(limit=limit), "file")
    if held is None:
        raise RecordRefused("NO_FILE", NO_FILE, "file")
    return bytes(held.read())


@require_http_methods(["GET", "POST"])
@page(VIEW)
def photo(request: HttpRequest, student_id: int) -> HttpResponse:
    """Ảnh của một em: the picture, who put it in, and the place to put in another."""
    actor = actor_of(request)
    error = ""
    if request.method == "POST":
        try:
            put_photo(
                actor=actor,
                now=timezone.now(),
                student_id=student_id,
                content=_file_of(request),
            )
        except RecordRefused as refusal:
            error = refusal.sentence
        else:
            told(request, "Đã cập nhật ảnh.")
            return redirect("records.photo", student_id)
    file = open_file(actor=actor, student_id=student_id)
    context = file_context(actor, file, "photo") | {
        "photo": None if file.limited else photo_card(actor=actor, student_id=student_id),
        "error": error,
        "limit": settings.UPLOAD_LIMIT_BYTES // MEGABYTE,
        "why_no_photo": explain(actor, MANAGE, *file.places),
    }
    return render(request, "records/photo.html", context, status=422 if error else 200)


@require_GET
@page(VIEW)
def photo_file(request: HttpRequest, student_id: int) -> HttpResponse:
    """The picture itself."""
    picture = photo_of(actor=actor_of(request), student_id=student_id)
    if picture is None:
        raise Http404
    return HttpResponse(picture, content_type="image/jpeg")


@require_POST
@page(MANAGE)
def take_photo_away(request: HttpRequest, student_id: int) -> HttpResponse:
    common = {"actor": actor_of(request), "now": timezone.now(), "student_id": student_id}
    attempt(request, remove_photo, "Đã gỡ ảnh.", **common)
    return redirect("records.photo", student_id)


@require_http_methods(["GET", "POST"])
@page(MANAGE)
def class_photos(request: HttpRequest, class_id: int) -> HttpResponse:
    """Ảnh cả lớp: who has one, and a ZIP with those of many."""
    actor = actor_of(request)
    outcome: PhotosTaken | None = None
    error = ""
    if request.method == "POST":
        try:
            outcome = put_class_photos(
                actor=actor, now=timezone.now(), class_id=class_id, content=_file_of(request)
            )
        except RecordRefused as refusal:
            error = refusal.sentence
    context = {
        "photos": photos_of_class(actor=actor, class_id=class_id, on=today()),
        "outcome": outcome,
        "error": error,
        "limit": settings.UPLOAD_LIMIT_BYTES // MEGABYTE,
    }
    return render(request, "records/class_photos.html", context, status=422 if error else 200)
