"""Danh sách chứng thư tin cậy: look, add after a preview, remove with a reason, take away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from cryptography.hazmat.primitives.serialization import Encoding
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import Actor, OutsidePlace, actor_of, page
from khue.signing.forms.trust import chosen_certificates, uploaded_file
from khue.signing.permissions import MANAGE_TRUST
from khue.signing.queries.trust import TrustedRow, trusted_list_for, trusted_row_for
from khue.signing.rules.certificates import load
from khue.signing.services.trust import (
    KINDS,
    TrustRefused,
    add_trusted,
    offered_certificates,
    remove_trusted,
)

UNPROCESSABLE = 422
EXPLAINED = {
    "root": "Chữ ký được tin khi chứng thư dẫn tới một trong các gốc này.",
    "time": "Dấu thời gian được tin khi do dịch vụ dưới các gốc này cấp.",
    "between": "Chỉ giúp nối chứng thư tới gốc; tự chúng không tạo ra sự tin cậy.",
}


@page(MANAGE_TRUST)
@require_safe
def trusted(request: HttpRequest) -> HttpResponse:
    """The list, by kind, and what was removed."""
    return _list_page(request)


def _list_page(request: HttpRequest, *, error: str = "") -> HttpResponse:
    listed = trusted_list_for(actor_of(request))
    now = timezone.now()
    groups = [(kind, name, EXPLAINED[kind], listed.of(kind)) for kind, name in KINDS]
    context = {"groups": groups, "removed": listed.removed, "now": now, "error": error}
    status = UNPROCESSABLE if error else 200
    return render(request, "signing/trusted.html", context, status=status)


@page(MANAGE_TRUST)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What stands in the uploaded file, before anything is trusted."""
    actor = actor_of(request)
    try:
        offered = offered_certificates(
            actor=actor, now=timezone.now(), content=uploaded_file(request)
        )
    except TrustRefused as refused:
        return _list_page(request, error=refused.sentence)
    lines = [(one, b64encode(one.certificate).decode()) for one in offered]
    return render(request, "signing/trust_preview.html", {"lines": lines, "kinds": KINDS})


@page(MANAGE_TRUST)
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Trust what was ticked: all of it or nothing."""
    try:
        count = _add_chosen(request, actor_of(request))
    except TrustRefused as refused:
        return _list_page(request, error=refused.sentence)
    messages.success(request, f"Đã thêm {count} chứng thư vào danh sách tin cậy.")
    return redirect("signing.trusted")


@transaction.atomic
def _add_chosen(request: HttpRequest, actor: Actor) -> int:
    chosen = chosen_certificates(request)
    if not chosen:
        raise TrustRefused("Chưa chọn chứng thư nào để thêm. Hãy tải tệp lại và đánh dấu chọn.")
    note = request.POST.get("note", "")
    for one in chosen:
        add_trusted(
            actor=actor,
            now=timezone.now(),
            certificate=one.certificate,
            kind=one.kind,
            note=note,
        )
    return len(chosen)


@page(MANAGE_TRUST)
@require_safe
def show(request: HttpRequest, trusted_id: int) -> HttpResponse:
    """One certificate of the list, everything that it says."""
    return _one_page(request, _row(request, trusted_id))


def _one_page(request: HttpRequest, row: TrustedRow, *, error: str = "") -> HttpResponse:
    context = {"row": row, "now": timezone.now(), "error": error}
    status = UNPROCESSABLE if error else 200
    return render(request, "signing/trusted_one.html", context, status=status)


@page(MANAGE_TRUST)
@require_POST
def remove(request: HttpRequest, trusted_id: int) -> HttpResponse:
    """End the trust, with a reason."""
    row = _row(request, trusted_id)
    try:
        remove_trusted(
            actor=actor_of(request),
            now=timezone.now(),
            trusted_id=row.id,
            reason=request.POST.get("reason", ""),
            keeps_past=request.POST.get("past", "keep") != "drop",
        )
    except TrustRefused as refused:
        return _one_page(request, row, error=refused.sentence)
    messages.success(request, f"Đã gỡ {row.name} khỏi danh sách tin cậy.")
    return redirect("signing.trusted")


@page(MANAGE_TRUST)
@require_safe
def take(request: HttpRequest, trusted_id: int) -> HttpResponse:
    """One certificate as a file."""
    row = _row(request, trusted_id)
    return _pem_file([row.certificate], f"chung-thu-{row.fingerprint[:16]}.pem")


@page(MANAGE_TRUST)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Every certificate that is trusted now, as one PEM file."""
    listed = trusted_list_for(actor_of(request))
    held = dict.fromkeys(row.certificate for row in listed.standing)
    return _pem_file(held, "danh-sach-tin-cay.pem")


def _row(request: HttpRequest, trusted_id: int) -> TrustedRow:
    row = trusted_row_for(actor_of(request), trusted_id)
    if row is None:
        raise OutsidePlace(trusted_id)
    return row


def _pem_file(certificates: Iterable[bytes], name: str) -> HttpResponse:
    content = b"".join(load(one).public_bytes(Encoding.PEM) for one in certificates)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/x-pem-file", headers=headers)
