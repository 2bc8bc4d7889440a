"""In học bạ: the signed view of a year (PDF) and the paper of the whole transcript."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import segno
from django.conf import settings

from khue.papers.api import render_pdf
from khue.signing.api import short_digest, shown_code, verify_path
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.papers import (
    Foot,
    PaperSigner,
    identity_paper,
    signer_of,
    title_of,
    year_paper,
)
from kit.dates import print_born, print_moment

TEMPLATES = Path(__file__).resolve().parents[1] / "papers"
CHECK = "/kiem-tra/"
PHOTO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 400">'
    '<image width="300" height="400" href="data:image/jpeg;base64,{data}"/></svg>'
)


@dataclass(frozen=True, kw_only=True)
class PaperYear:
    """A year to print: its facts, who signed, and the digest of the body that they signed."""

    facts: YearFacts
    body_digest: str
    signers: Sequence[PaperSigner] = ()


def render_year_pdf(paper: PaperYear, *, photo: bytes | None, at: datetime) -> bytes:
    """Bản thể hiện của học bạ một năm: the file that the principal and the school sign.

    `at` is the time in the file; the same facts, signers and time make the same bytes.
    """
    facts = paper.facts
    data = {"identity": identity_paper(facts, _photo(photo)), "year": _year(paper)}
    return render_pdf(TEMPLATES / "year.typ", data, title=_title(facts), at=at)


def render_transcript_pdf(
    years: Sequence[PaperYear], *, photo: bytes | None, at: datetime
) -> bytes:
    """Học bạ suốt đời on paper: cover, identity, course of study, every published year.

    `years` in their order, at least one.
    """
    newest = years[-1].facts
    data = {
        "identity": identity_paper(newest, _photo(photo)),
        "title": _cover_title(years),
        "department": newest.head.department,
        "born": print_born(newest.pupil.born),
        "schools": ", ".join(dict.fromkeys(one.facts.head.school for one in years)),
        "years_told": ", ".join(one.facts.label.replace("-", " – ") for one in years),
        "made_at": print_moment(at),
        "verify_at": f"{settings.PUBLIC_ADDRESS}{CHECK}",
        "course": [line for one in years for line in _course(one)],
        "years": [_year(one) for one in years],
    }
    title = f"Học bạ của {newest.pupil.name}"
    return render_pdf(TEMPLATES / "transcript.typ", data, title=title, at=at)


def _cover_title(years: Sequence[PaperYear]) -> str:
    """Of one level when all its years are; else of the whole course."""
    titles = {title_of(one.facts) for one in years}
    return titles.pop() if len(titles) == 1 else "HỌC BẠ"


def _title(facts: YearFacts) -> str:
    return f"Học bạ của {facts.pupil.name}, lớp {facts.class_name}, năm học {facts.label}"


def _year(paper: PaperYear) -> object:
    return year_paper(paper.facts, paper.signers, foot_of(paper))


def foot_of(paper: PaperYear) -> Foot:
    """Chân trang: QR with address, code and short digest; no mark, no number of a person."""
    head = paper.facts.head
    return Foot(
        qr=_qr(f"{settings.PUBLIC_ADDRESS}{verify_path(head.verify_code, paper.body_digest)}"),
        verify_code=shown_code(head.verify_code),
        verify_at=f"{settings.PUBLIC_ADDRESS}{CHECK}",
        record=head.code,
        digest=short_digest(paper.body_digest),
    )


@lru_cache(maxsize=200)
def _qr(address: str) -> str:
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=1, xmldecl=False, svgclass=None)
    return out.getvalue().decode()


def _photo(picture: bytes | None) -> str:
    """The picture inside a drawing, so that it travels as text."""
    if not picture:
        return ""
    return PHOTO.format(data=base64.b64encode(picture).decode())


def _course(paper: PaperYear) -> list[dict[str, str]]:
    """Quá trình học tập: the stays of a year, confirmed by who led the school then."""
    facts = paper.facts
    principal = signer_of(paper.signers, "principal")
    shown = year_paper(facts, paper.signers, foot_of(paper))
    stays = shown.stays or [(facts.class_name, facts.head.school, "")]
    return [
        {
            "year": shown.year,
            "class_name": class_name,
            "school": school,
            "days": days,
            "leader": facts.head.leader_name,
            "signed": principal.told if principal else "",
        }
        for class_name, school, days in stays
    ]
