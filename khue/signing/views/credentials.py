"""Chứng thư của tôi: the list, one certificate in full, its image, checking and retiring it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from khue.access.api import actor_of, page
from khue.signing.forms.credentials import uploaded
from khue.signing.permissions import SIGN
from khue.signing.queries.credentials import (
    CredentialCard,
    credentials_of,
    may_manage,
    open_credential,
    seal_owners,
    seals_seen_by,
    usable_credential,
)
from khue.signing.rules.fitness import fitness_of
from khue.signing.services.backends import KeyTrouble, ask_for_code
from khue.signing.services.checking import CredentialUnfit, check_before_signing
from khue.signing.services.credentials import (
    CredentialRefused,
    keep_image,
    remove_image,
    retire_credential,
)
from khue.signing.services.evidence import CertificateRevoked, EvidenceDown
from kit.drawn_marks import LARGEST_BYTES

CODE_SENT = "Dịch vụ đã gửi mã xác nhận. Hãy nhập mã vào ô Mã xác nhận rồi bấm Ký."
NO_CODE = "Chứng thư này không cần gửi mã."
BACKENDS = {
    "pkcs11": "Thiết bị ký ở máy chủ",
    "csc": "Dịch vụ ký số từ xa",
    "local": "USB token trên máy của thầy cô",
    "demo": "Khóa trình diễn",
}
STATES = {
    "good": ("Đang dùng được", "success"),
    "soon": ("Sắp hết hạn", "warning"),
    "ended": ("Đã hết hạn", "danger"),
    "early": ("Chưa đến ngày dùng", "warning"),
    "retired": ("Đã ngừng dùng", "neutral"),
}


def shown(card: CredentialCard) -> dict[str, Any]:
    """A certificate as the pages show it, with what its holder should know."""
    now = timezone.now()
    text, kind = STATES[card.state_on(now)]
    name = card.organisation_name if card.is_seal else ""
    fitness = fitness_of(card.certificate, card.holder, name, now)
    return {
        "card": card,
        "facts": fitness.facts,
        "state": text,
        "state_kind": kind,
        "backend": BACKENDS[card.backend],
        "warnings": () if card.retired_at else (*fitness.refusals, *fitness.warnings),
    }


@page(SIGN)
@require_safe
def credentials(request: HttpRequest) -> HttpResponse:
    """Chứng thư số của tôi, and the seals that one uses or looks after."""
    actor = actor_of(request)
    everything = request.GET.get("tat-ca") == "1"
    context = {
        "own": [shown(one) for one in credentials_of(actor, retired=everything)],
        "seals": [shown(one) for one in seals_seen_by(actor, retired=everything)],
        "owners": seal_owners(actor),
        "everything": everything,
    }
    return render(request, "signing/credentials.html", context)


@page(SIGN)
@require_safe
def credential(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Một chứng thư: everything that it says."""
    return _page(request, credential_id)


def _page(request: HttpRequest, credential_id: int, error: str = "") -> HttpResponse:
    actor = actor_of(request)
    card = open_credential(actor, credential_id)
    context = {
        **shown(card),
        "manages": may_manage(actor, card) and not card.retired_at,
        "error": error,
    }
    return render(request, "signing/credential.html", context, status=422 if error else 200)


@page(SIGN)
@require_safe
def credential_image(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Hình chữ ký, hình con dấu."""
    card = open_credential(actor_of(request), credential_id)
    if not card.image:
        raise Http404
    return HttpResponse(card.image, content_type="image/png")


@page(SIGN)
@require_POST
def save_credential_image(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Thay hình chữ ký, hình con dấu."""
    try:
        keep_image(
            actor=actor_of(request),
            now=timezone.now(),
            credential_id=credential_id,
            content=uploaded(request, "image", LARGEST_BYTES),
            off_paper=request.POST.get("off_paper") == "1",
        )
    except CredentialRefused as refusal:
        return _page(request, credential_id, refusal.sentence)
    messages.success(request, "Đã lưu hình.")
    return redirect("signing.credential", credential_id)


@page(SIGN)
@require_POST
def drop_credential_image(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Gỡ hình."""
    try:
        remove_image(actor=actor_of(request), now=timezone.now(), credential_id=credential_id)
    except CredentialRefused as refusal:
        return _page(request, credential_id, refusal.sentence)
    messages.success(request, "Đã gỡ hình.")
    return redirect("signing.credential", credential_id)


@page(SIGN)
@require_POST
def retire(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Ngừng dùng chứng thư, with the reason."""
    try:
        retire_credential(
            actor=actor_of(request),
            now=timezone.now(),
            credential_id=credential_id,
            reason=request.POST.get("reason", ""),
        )
    except CredentialRefused as refusal:
        return _page(request, credential_id, refusal.sentence)
    messages.success(request, "Đã ngừng dùng chứng thư. Những văn bản đã ký vẫn giữ nguyên.")
    return redirect("signing.credentials")


@page(SIGN)
@require_POST
def check_credential(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Kiểm tra với nơi cấp: trusted, not revoked, fit for signing."""
    card = open_credential(actor_of(request), credential_id)
    try:
        checked = check_before_signing(card.id, now=timezone.now())
    except (CredentialUnfit, CertificateRevoked, EvidenceDown) as trouble:
        messages.error(request, trouble.sentence)
    else:
        _tell(request, known=checked.status_known, warnings=checked.warnings)
    return redirect("signing.credential", card.id)


@page(SIGN)
@require_POST
def send_code(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Gửi mã xác nhận: the remote service sends its one-time code to the signer."""
    card = usable_credential(actor_of(request), credential_id)
    try:
        sent = ask_for_code(card)
    except KeyTrouble as trouble:
        return JsonResponse({"sent": False, "sentence": trouble.sentence})
    return JsonResponse({"sent": sent, "sentence": CODE_SENT if sent else NO_CODE})


def _tell(request: HttpRequest, *, known: bool, warnings: tuple[str, ...]) -> None:
    for one in warnings:
        messages.warning(request, one)
    if known:
        messages.success(request, "Chứng thư được tin cậy, còn hiệu lực và không bị thu hồi.")
    else:
        messages.warning(
            request, "Chưa hỏi được nơi cấp chứng thư có bị thu hồi không. Hãy thử lại sau."
        )
