"""Phát hành: body and signatures become one file, verified before it is kept for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Change, append_changes
from khue.signing.api import read_xades
from khue.transcripts.models import Part, Version
from khue.transcripts.permissions import PUBLISH
from khue.transcripts.queries.sealed import BODY, FILE, SIGNATURE, digest, seal, unseal
from khue.transcripts.rules.container import misplaced
from khue.transcripts.rules.signing import SignerRole
from khue.transcripts.rules.states import Act, State, target_of
from khue.transcripts.rules.xml import signature_id, with_signatures
from khue.transcripts.services.composing import Work, open_work
from khue.transcripts.services.envelopes import note_published
from khue.transcripts.services.holding import (
    Held,
    change_of,
    label_of,
    operation_of,
    subject_of,
)
from khue.transcripts.services.signed_pdf import without_pdf
from khue.transcripts.services.steps import Refusal, Stepped, candidates

PUBLISHED_FIELDS = [
    *("state", "file", "file_digest", "published_at", "findings", "changed_at", "changed_by"),
]
ENDED_FIELDS = ["state", "ended_at", "changed_at", "changed_by"]
BROKEN = (
    "Chữ ký của {names} không khớp với nội dung nên chưa phát hành được. Hãy bỏ bản đang ký và lập "
    "phiên bản mới."
)
NO_PDF = "Bản PDF chưa có đủ chữ ký của hiệu trưởng và của trường."
UNSIGNED = "Còn thiếu chữ ký của {names}."


@transaction.atomic
def publish(
    *, actor: Actor, now: datetime, class_id: int, student_ids: Sequence[int] | None = None
) -> Stepped:
    """Phát hành học bạ của cả lớp, or of those ticked; what a correction replaces is superseded.

    Every file is read back and each of its signatures verified before anything is kept.
    Law: NĐ 88/2026/NĐ-CP, Điều 8
    """
    work = open_work(actor, now, class_id, PUBLISH, student_ids)
    found = candidates(work, Act.PUBLISH, only=student_ids)
    ids = [one.row.pk for one in found.ready]
    parts, unready = _parts(ids), without_pdf(ids)
    ready = []
    for one in found.ready:
        wrong = NO_PDF if one.row.pk in unready else _assemble(one, parts[one.row.pk])
        if wrong:
            found.stepped.refused.append(Refusal(one.row.student_id, one.name, (wrong,)))
        else:
            ready.append(one)
    _supersede(work, ready)
    _put_out(work, ready, found.stepped)
    return found.stepped


def _parts(version_ids: Sequence[int]) -> Mapping[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for part in Part.objects.filter(version__in=version_ids).order_by("pk"):
        found[part.version_id].append(part)
    return found


def _assemble(held: Held, parts: Sequence[Part]) -> str:
    """Put the file together; say what is wrong with it, "" when nothing is."""
    lacking = [part.signer_name for part in parts if part.signature is None]
    if lacking or not parts:
        return UNSIGNED.format(names=", ".join(lacking) or "mọi người")
    content = file_of(unseal(held.row.body, BODY), parts)
    wrong = _broken(content, parts)
    if wrong:
        return BROKEN.format(names=", ".join(wrong))
    held.row.file, held.row.file_digest = seal(content, FILE), digest(content)
    return ""


def file_of(body: bytes, parts: Sequence[Part]) -> bytes:
    """Tệp học bạ: every signature in its container, in the order of the parts."""
    return with_signatures(
        body,
        [(SignerRole(one.role).container, unseal(one.signature, SIGNATURE)) for one in parts],
    )


def _broken(content: bytes, parts: Sequence[Part]) -> list[str]:
    """Whose signatures do not hold in the file."""
    found = {one.id: one for one in read_xades(content, positions=misplaced)}
    return [
        part.signer_name
        for part in parts
        if (one := found.get(signature_id(part.element))) is None or one.fault or not one.intact
    ]


def _supersede(work: Work, held: Sequence[Held]) -> None:
    """The version that each of these corrects ends now."""
    rows = Version.objects.filter(
        part_of__in=[one.row.part_of_id for one in held], state=State.PUBLISHED
    )
    numbers = {one.row.part_of_id: one.row.number for one in held}
    told = []
    ended = list(rows.defer("body", "file", "pdf").select_related("part_of"))
    for row in ended:
        old = row.state
        row.state, row.ended_at = target_of(Act.SUPERSEDE), work.now
        row.changed_at, row.changed_by = work.now, work.actor.name
        told.append(_superseded(work, row, old, numbers[row.part_of_id]))
    Version.objects.bulk_update(ended, ENDED_FIELDS)
    append_changes(operation_of(work.actor, work.now), told)


def _superseded(work: Work, row: Version, old: str, number: int) -> Change:
    return Change(
        subject=subject_of(row.pk),
        action=Act.SUPERSEDE.value,
        label=label_of(work.year, row.number),
        old=old,
        new={"state": row.state, "by": number},
        school_id=row.school_id,
        province_id=row.province_id,
    )


def _put_out(work: Work, held: Sequence[Held], stepped: Stepped) -> None:
    told = []
    for one in held:
        old = one.row.state
        one.move(State.PUBLISHED, work.actor, work.now)
        one.row.published_at, one.row.findings = work.now, []
        told.append(change_of(one, Act.PUBLISH.value, old=old))
        stepped.done.append(one.row.student_id)
    Version.objects.bulk_update([one.row for one in held], PUBLISHED_FIELDS)
    note_published([one.row for one in held], now=work.now)
    append_changes(operation_of(work.actor, work.now), told)
