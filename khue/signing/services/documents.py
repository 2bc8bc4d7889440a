"""Trình ký: a file is handed in, signed in its order, downloaded with its signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction

from khue.ledger.api import Change, Operation, append_changes
from khue.signing.models import Document
from khue.signing.queries.documents import CONTENT_LABEL
from khue.signing.rules.documents import (
    Step,
    format_of,
    in_order,
    new_verify_code,
    wrap_xml,
)
from khue.signing.rules.requests import (
    Ask,
)
from khue.signing.rules.shapes import Format, Level, PdfLook
from khue.signing.services.requests import ask_for_signatures, withdraw_requests
from kit.cipher import seal_bytes

DOCUMENT_KIND = "signing.document"
REPLACED = "Đã trình bản mới của tệp này."


def hand_in_document(
    *,
    operation: Operation,
    kind: str,
    key: str,
    title: str,
    file_name: str,
    media_type: str,
    content: bytes,
    steps: Sequence[Step],
    place: str,
    view_permission: str,
    school_id: int | None,
    province_id: int | None,
    level: Level,
    group_title: str = "",
) -> int:
    """Trình ký: a new version of a file goes to its signers, one after the other; returns its id.

    `title` names no pupil: whoever has the verification code of the file reads it.

    An earlier version that still waits is taken back; one that is signed stays what it is until
    the new one is signed. Raises UnsafeXml for an XML file that must not be read.
    """
    signed_format = format_of(media_type)
    if signed_format is Format.XADES:
        content = wrap_xml(content)
    with transaction.atomic():
        version = _make_room(operation, kind, key)
        document = Document.objects.create(
            kind=kind,
            key=key,
            version=version,
            title=title[:300],
            file_name=file_name[:150],
            media_type=media_type,
            format=signed_format,
            level=level,
            content=sealed(content),
            looks=[_told(step.look) for step in steps],
            original_digest=hashlib.sha256(content).hexdigest(),
            verify_code=new_verify_code(),
            place=place,
            view_permission=view_permission,
            school_id=school_id,
            province_id=province_id,
            asked_by=operation.author.name,
            asked_by_id=operation.author.account_id,
            asked_at=operation.at,
        )
        _ask(operation, document, steps, group_title or title)
    return document.pk


def _make_room(operation: Operation, kind: str, key: str) -> int:
    """Take back the version that waits; return the number of the new one."""
    earlier = Document.objects.select_for_update().filter(kind=kind, key=key)
    newest = earlier.order_by("-version").first()
    if newest is not None and newest.state == Document.State.WAITING:
        _take_back(operation, newest, REPLACED)
    return newest.version + 1 if newest else 1


def _ask(operation: Operation, document: Document, steps: Sequence[Step], group: str) -> None:
    asks = [_ask_of(document, number, step, group) for number, step in in_order(steps)]
    ask_for_signatures(operation=operation, asks=asks)
    append_changes(operation, [_change(document, "hand_in")])


def _ask_of(document: Document, number: int, step: Step, group: str) -> Ask:
    return Ask(
        kind=DOCUMENT_KIND,
        key=f"{document.pk}.{number}",
        bundle=f"{DOCUMENT_KIND}:{document.pk}",
        step=number,
        group=f"{document.kind}:{group}"[:120],
        group_title=group,
        title=document.title,
        position=document.pk,
        account_id=step.account_id,
        seal_of=step.seal_of,
        format=Format(document.format),
        level=Level(document.level),
        role=step.role,
        school_id=document.school_id,
        province_id=document.province_id,
    )


def sealed(content: bytes) -> bytes:
    return seal_bytes(content, label=CONTENT_LABEL, key_hex=settings.FIELD_KEY)


def _told(look: PdfLook | None) -> dict[str, Any] | None:
    return {"page": look.page, "box": list(look.box)} if look else None


def _change(document: Document, action: str, reason: str = "") -> Change:
    return Change(
        subject=f"signed_document:{document.pk}",
        action=action,
        label=document.title,
        new={"version": document.version, "digest": document.original_digest},
        reason=reason,
        school_id=document.school_id,
        province_id=document.province_id,
    )


def withdraw_document(*, operation: Operation, document_id: int, reason: str) -> bool:
    """Thu hồi: take back a document that waits; whether it did. The caller passed the gate."""
    with transaction.atomic():
        row = Document.objects.select_for_update().filter(pk=document_id).first()
        if row is None or row.state != Document.State.WAITING:
            return False
        _take_back(operation, row, reason)
        return True


def _take_back(operation: Operation, document: Document, reason: str) -> None:
    keys = [f"{document.pk}.{number}" for number in range(1, len(document.looks) + 1)]
    withdraw_requests(operation=operation, kind=DOCUMENT_KIND, keys=keys, reason=reason)
    Document.objects.filter(pk=document.pk).update(state=Document.State.WITHDRAWN)
    append_changes(operation, [_change(document, "withdraw_signature", reason)])


def usual_level() -> Level:
    """The level that this installation signs at (KHUE_SIGNING_LEVEL)."""
    return Level(settings.SIGNING_LEVEL)
