"""Gói OneRoster của cả tỉnh: order it, watch it, fetch it once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from khue.access.api import OutsidePlace
from khue.interchange.services.exports import (
    FETCHED,
    ExportCard,
    content_of,
    export_of,
    order_export,
)
from khue.interchange.views.door import program_of, read_of
from khue.interchange.views.oneroster import trouble

ENDPOINT = "ims/oneroster/csv/v1p2/exports"
PARTS = {"rostering": False, "gradebook": True}


def order(request: HttpRequest) -> HttpResponse:
    """Đặt gói: 202 and where to look; the one on its way when there is one already."""
    if request.method != "POST":
        return trouble("post-only", headers={"Allow": "POST"})
    gradebook = PARTS.get(request.POST.get("parts", "rostering"))
    if gradebook is None:
        return trouble("parts-invalid")
    now = timezone.now()
    card, _ = order_export(program=program_of(request), now=now, gradebook=gradebook)
    answer = _json(request, card, 202)
    answer.headers["Location"] = _address(request, "interchange.export", card)
    return answer


def watch(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Gói đến đâu rồi."""
    card = _asked(request, export_id)
    return _json(request, card, 200) if isinstance(card, ExportCard) else card


def fetch(request: HttpRequest, export_id: UUID) -> HttpResponse | StreamingHttpResponse:
    """Lấy gói, một lần; every school in it sees the reading."""
    card = _asked(request, export_id)
    if not isinstance(card, ExportCard):
        return card
    if not card.is_ready:
        return trouble("export-fetched" if card.state == FETCHED else "export-not-ready")
    read_of(request).records.update(card.records)
    told = {
        "Content-Disposition": 'attachment; filename="oneroster.zip"',
        "Content-Length": str(card.size),
    }
    return StreamingHttpResponse(content_of(card), content_type="application/zip", headers=told)


def _asked(request: HttpRequest, export_id: UUID) -> ExportCard | HttpResponse:
    if request.method != "GET":
        return trouble("method-not-allowed", headers={"Allow": "GET"})
    try:
        return export_of(program_of(request), export_id, timezone.now())
    except OutsidePlace:
        return trouble("not-found")


def _json(request: HttpRequest, card: ExportCard, status: int) -> HttpResponse:
    told: dict[str, Any] = {
        "id": str(card.id),
        "state": card.state,
        "done": card.done,
        "total": card.total,
        "error": card.error or None,
        "parts": "gradebook" if card.gradebook else "rostering",
        "ordered_at": card.ordered_at.isoformat(),
        "expires_at": card.expires_at.isoformat(),
        "size": card.size or None,
        "sha256": card.digest or None,
        "bundle": _address(request, "interchange.fetch_export", card) if card.is_ready else None,
    }
    return JsonResponse({"export": told}, status=status, json_dumps_params={"ensure_ascii": False})


def _address(request: HttpRequest, name: str, card: ExportCard) -> str:
    return request.build_absolute_uri(reverse(name, args=[card.id]))
