"""Đề nghị ký lại: another signer where one cannot, and new requests after a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from khue.access.api import Actor
from khue.ledger.api import Change, append_changes
from khue.signing.api import ask_for_signatures, withdraw_requests
from khue.transcripts.models import Part
from khue.transcripts.permissions import CONFIRM
from khue.transcripts.rules.signing import SignerRole
from khue.transcripts.rules.states import SIGNING
from khue.transcripts.services.composing import Work, open_work
from khue.transcripts.services.confirming import chosen_signers, requests_for
from khue.transcripts.services.giving_up import KIND
from khue.transcripts.services.holding import (
    Held,
    TranscriptRefused,
    in_work,
    operation_of,
    rows_of,
    save,
)
from khue.transcripts.services.signed_pdf import withdraw_pdfs

AGAIN = "Đề nghị ký lại"
ALREADY = "Có phần đã được ký trong lúc này. Hãy tải lại trang rồi làm lại."


@transaction.atomic
def ask_again(
    *,
    actor: Actor,
    now: datetime,
    class_id: int,
    substitutes: Mapping[str, int],
    student_ids: Sequence[int] | None = None,
) -> int:
    """Đề nghị ký lại what is not signed yet, of a class or those ticked; return how many parts.

    `substitutes`: accounts that sign from now on, by element of the part. What is signed stays.
    Raises TranscriptRefused when one of them is not of the school.
    """
    work = open_work(actor, now, class_id, CONFIRM, student_ids)
    held = {
        one.row.pk: one
        for one in in_work(rows_of(work.year, work.fresh.facts)).values()
        if one.state in SIGNING
    }
    parts = list(Part.objects.filter(version__in=held, signature__isnull=True).order_by("pk"))
    _substitute(work, parts, substitutes)
    _ask(work, held, parts)
    return len(parts)


def _substitute(work: Work, parts: Sequence[Part], substitutes: Mapping[str, int]) -> None:
    """Parts of these elements get another signer; the change stands in the history."""
    chosen = chosen_signers(work, substitutes)
    changed = [part for part in parts if part.element in chosen and part.role != SignerRole.SEAL]
    told = []
    for part in changed:
        signer, old = chosen[part.element], part.signer_name
        part.account_id, part.signer_name = signer.account_id, signer.name
        told.append(
            Change(
                subject=f"transcript:{part.version_id}",
                action="substitute",
                label=f"Người ký phần {part.element}",
                old=old,
                new=signer.name,
                school_id=part.school_id,
                province_id=part.province_id,
            )
        )
    Part.objects.bulk_update(changed, ["account_id", "signer_name"])
    append_changes(operation_of(work.actor, work.now), told)


def _ask(work: Work, held: Mapping[int, Held], parts: Sequence[Part]) -> None:
    operation = operation_of(work.actor, work.now)
    keys = [str(part.pk) for part in parts]
    withdraw_requests(operation=operation, kind=KIND, keys=keys, reason=AGAIN)
    withdraw_pdfs(operation, {part.version_id for part in parts}, AGAIN)
    for one in held.values():
        one.row.findings = []
    save(list(held.values()))
    try:
        with transaction.atomic():
            asks = requests_for(work, list(held.values()), parts)
            ask_for_signatures(operation=operation, asks=asks)
    except IntegrityError as error:
        raise TranscriptRefused("ALREADY", ALREADY) from error
