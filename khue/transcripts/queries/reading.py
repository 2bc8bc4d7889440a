"""Đọc trước khi ký: the part of a version that one person is asked to sign."""

from __future__ import annotations

from dataclasses import dataclass

from khue.access.api import Actor, OutsidePlace, class_place, explain
from khue.organisations.api import school_summary
from khue.transcripts.models import Part
from khue.transcripts.permissions import VIEW
from khue.transcripts.queries.sealed import BODY, unseal
from khue.transcripts.rules.facts import SubjectFacts, YearFacts
from khue.transcripts.rules.signing import SignerRole
from khue.transcripts.rules.xml import read_body


@dataclass(frozen=True, slots=True)
class PartToRead:
    """What one signature covers; `subject` only where it is one subject."""

    role: SignerRole
    signer_name: str
    facts: YearFacts
    subject: SubjectFacts | None


def part_to_read(actor: Actor, part_id: int) -> PartToRead:
    """For the signer herself, and for whoever may see the transcripts of the class."""
    rows = Part.objects.select_related("version__part_of")
    part = rows.defer("signature", "version__file", "version__pdf").filter(pk=part_id).first()
    if part is None or not _may_read(actor, part):
        raise OutsidePlace(part_id)
    facts = read_body(unseal(part.version.body, BODY))
    found = (one for one in facts.subjects if one.element == part.element)
    return PartToRead(SignerRole(part.role), part.signer_name, facts, next(found, None))


def _may_read(actor: Actor, part: Part) -> bool:
    if part.account_id is not None and part.account_id == actor.account_id:
        return True
    path = school_summary(part.school_id).path
    class_id = part.version.part_of.school_class_id
    place = class_place(path, class_id) if class_id else path
    return explain(actor, VIEW, place) is None
