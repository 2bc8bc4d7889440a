"""Gộp hồ sơ: the transcript follows the person; a year that both files have stays where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from khue.transcripts.models import (
    Envelope,
    Lookup,
    Part,
    Received,
    Share,
    Transcript,
    TranscriptYear,
    Version,
)

OF_A_PERSON: Mapping[str, Any] = {"share": Share, "lookup": Lookup, "received": Received}


def move_transcripts(gone_id: int, kept_id: int) -> dict[str, Any]:
    """Give the years to the file that is kept; tell what moved."""
    whole = not Transcript.objects.filter(student_id=kept_id).exists()
    held = TranscriptYear.objects.filter(student_id=kept_id).values("year")
    rows = TranscriptYear.objects.filter(student_id=gone_id).exclude(year__in=held)
    moved = {
        "whole": whole,
        "years": list(rows.values_list("pk", flat=True)),
        "rows": {
            name: list(model.objects.filter(student_id=gone_id).values_list("pk", flat=True))
            for name, model in OF_A_PERSON.items()
        },
    }
    _give(moved, gone_id, kept_id)
    return moved


def return_transcripts(moved: dict[str, Any], gone_id: int, kept_id: int) -> None:
    """Give back exactly what moved."""
    _give(moved, kept_id, gone_id)


def _give(moved: Mapping[str, Any], from_id: int, to_id: int) -> None:
    if moved["whole"]:
        Transcript.objects.filter(student_id=from_id).update(student_id=to_id)
    _give_years(moved["years"], to_id)
    for name, ids in moved["rows"].items():
        OF_A_PERSON[name].objects.filter(pk__in=ids).update(student_id=to_id)


def _give_years(years: Sequence[int], student_id: int) -> None:
    transcript = Transcript.objects.filter(student_id=student_id).first()
    if transcript is None or not years:
        return
    rows = TranscriptYear.objects.filter(pk__in=years)
    rows.update(student_id=student_id, transcript=transcript)
    Version.objects.filter(part_of__in=years).update(student_id=student_id)
    for model in (Part, Envelope):
        model.objects.filter(version__part_of__in=years).update(student_id=student_id)
