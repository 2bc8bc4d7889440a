"""Tệp trình ký: its signers and its state, the file itself, and its signatures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from khue.access.api import OutsidePlace, actor_of, page
from khue.signing.permissions import SIGN
from khue.signing.queries.documents import SIGNED_SUFFIX, DocumentFile, signed_document
from khue.signing.rules.codes import shown_code, verify_path
from khue.signing.rules.documents import PDF
from kit.content_security import shown_inside


def document_page(key: str) -> str:
    """The address where a signer reads the document of a request; PDFs are shown as they are."""
    return reverse("signing.document_view", args=[int(key.partition(".")[0])])


@page(SIGN)
@require_safe
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """Who signed, who is next, and the file."""
    held = signed_document(actor_of(request), document_id)
    context = {
        "document": held.card,
        "code": shown_code(held.card.verify_code),
        "verify": verify_path(held.card.verify_code),
    }
    return render(request, "signing/document.html", context)


@shown_inside
@page(SIGN)
@require_safe
def document_view(request: HttpRequest, document_id: int) -> HttpResponse:
    """The document for reading: a PDF as it is, another file as a page that offers it."""
    held = signed_document(actor_of(request), document_id)
    if held.card.media_type == PDF:
        return _file(held.content, held.card.file_name, PDF, "inline")
    return render(request, "signing/document_plain.html", {"document": held.card})


@page(SIGN)
@require_safe
def document_file(request: HttpRequest, document_id: int) -> HttpResponse:
    """The newest form of the file, with every signature so far (beside it for other files)."""
    held = signed_document(actor_of(request), document_id)
    return _file(held.content, held.card.file_name, held.card.media_type, "attachment")


@page(SIGN)
@require_safe
def document_signatures(request: HttpRequest, document_id: int) -> HttpResponse:
    """The detached signatures of a file that is neither PDF nor XML."""
    held = signed_document(actor_of(request), document_id)
    if not held.signatures:
        raise OutsidePlace(document_id)
    return _detached(held)


def _detached(held: DocumentFile) -> HttpResponse:
    name = held.card.file_name + SIGNED_SUFFIX
    return _file(held.signatures, name, "application/pkcs7-signature", "attachment")


def _file(content: bytes, name: str, media_type: str, disposition: str) -> HttpResponse:
    plain = name.replace('"', "").replace("\\", "")
    headers = {"Content-Disposition": f'{disposition}; filename="{plain}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)
