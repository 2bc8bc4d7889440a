"""Học bạ của con: every year that holds, those of earlier schools included, for the family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from khue.access.api import Actor, OutsidePlace, permit
from khue.records.api import student_places, student_summary
from khue.transcripts.models import Lookup
from khue.transcripts.permissions import VIEW_OWN
from khue.transcripts.queries.published import facts_out, transcript_code, years_out
from khue.transcripts.queries.received import received_years
from khue.transcripts.rules.credentials import completes_level
from khue.transcripts.rules.facts import YearFacts
from kit.fences import EVERYTHING, scoped

SHOWN_LOOKS = 30


@dataclass(frozen=True, slots=True)
class OwnYear:
    """A year as the family sees it; one from an earlier school has `received_id`."""

    facts: YearFacts
    published_at: datetime
    version_id: int | None = None
    verify_code: str = ""
    has_pdf: bool = False
    received_id: int | None = None

    @property
    def year(self) -> int:
        return self.facts.year

    @property
    def label(self) -> str:
        return f"{self.year}–{self.year + 1}"

    @property
    def completes(self) -> bool:
        return completes_level(self.facts)


@dataclass(frozen=True, slots=True)
class Look:
    """Lượt tra cứu: who took or looked at what, and when."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True, slots=True)
class OwnTranscript:
    """What the page tells."""

    student_id: int
    name: str
    code: str
    class_name: str
    years: list[OwnYear]
    looks: list[Look]

    @property
    def has_own(self) -> bool:
        """Whether a year of this platform is among them."""
        return any(one.version_id for one in self.years)


def own_transcript(actor: Actor, student_id: int) -> OwnTranscript:
    """For the pupil and the family; the newest year first."""
    student = student_summary(student_id)
    if student is None:
        raise OutsidePlace(student_id)
    permit(actor, VIEW_OWN, *student_places(student_id))
    with scoped(EVERYTHING):
        years = {one.packed.year: one for one in received_years(student_id)}
        found = {
            year: OwnYear(one.facts, one.received_at, received_id=one.package_id)
            for year, one in years.items()
        }
        for out in years_out(student_id):
            found[out.year] = OwnYear(
                facts_out(out.id), out.published_at, out.id, out.verify_code, out.has_pdf
            )
        code = transcript_code(student_id)
        looks = _looks(student_id)
    newest_first = [found[year] for year in sorted(found, reverse=True)]
    return OwnTranscript(student_id, student.name, code, student.class_name, newest_first, looks)


def _looks(student_id: int) -> list[Look]:
    rows = Lookup.objects.filter(student_id=student_id).order_by("-at", "-id")
    return [Look(*told) for told in rows.values_list("at", "by", "what")[:SHOWN_LOOKS]]
