"""Học bạ của một học sinh: its years and versions, a correction, a cancellation, what one signs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from khue.access.api import actor_of, explain, page, public
from khue.records.api import student_places
from khue.signing.api import shown_code, verify_path
from khue.transcripts.forms import CorrectionForm, ReasonForm
from khue.transcripts.permissions import CORRECT, PUBLISH, TRANSFER, VIEW
from khue.transcripts.queries.lifelong import transcript_page, version_card
from khue.transcripts.queries.read import SignedPart
from khue.transcripts.queries.reading import part_to_read
from khue.transcripts.queries.received import received_years
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.rules.signing import SignerRole
from khue.transcripts.rules.states import Act, State, title_of, why_not
from khue.transcripts.services.copies import copy_xml
from khue.transcripts.services.correcting import begin_correction, cancel_version
from khue.transcripts.services.holding import TranscriptRefused
from khue.transcripts.views.classes import KINDS
from kit.content_security import shown_inside

SCHEMA = Path(__file__).resolve().parents[1] / "data" / "hoc-ba-so-1.xsd"


# Words of the history for the acts of this context.
WORDS: Mapping[str, str] = {
    "compose": "Lập từ sổ",
    "recompose": "Lập lại từ sổ",
    "give_up": "Bỏ bản đang ký",
    "substitute": "Đổi người ký",
    **{act.value: title_of(act) for act in Act if act is not Act.RECOMPOSE},
}


def part_name(facts: YearFacts, signer: SignedPart) -> str:
    """What a signature is for: the subject, or the role."""
    names = {one.element: one.name for one in facts.subjects}
    return names.get(signer.element) or SignerRole(signer.role).name_vi


@require_GET
@page(VIEW)
def show_student(request: HttpRequest, student_id: int) -> HttpResponse:
    """Every year of a pupil, one after another."""
    actor = actor_of(request)
    found = transcript_page(actor, student_id, timezone.localdate())
    reasons = {
        block.row.pk: (
            explain(actor, CORRECT, block.place) or "",
            explain(actor, PUBLISH, block.place) or "",
        )
        for block in found.years
    }
    context = {
        "found": found,
        "student": found.student,
        "received": received_years(student_id)[::-1],
        "why_not_move": explain(actor, TRANSFER, *student_places(student_id)) or "",
        "reasons": reasons,
        "kinds": KINDS,
        "published": State.PUBLISHED,
        "code_of": shown_code,
        "verify": verify_path,
        "words": WORDS,
        "parts_of": part_name,
    }
    return render(request, "transcripts/student.html", context)


@require_GET
@page(VIEW)
def version_xml(request: HttpRequest, version_id: int) -> HttpResponse:
    """Tệp học bạ đã ký; that it was taken is written down."""
    copy = copy_xml(
        actor=actor_of(request), now=timezone.now(), permission=VIEW, version_id=version_id
    )
    headers = {"Content-Disposition": f'attachment; filename="{copy.name}"'}
    return HttpResponse(copy.content, content_type=copy.media_type, headers=headers)


@require_http_methods(["GET", "POST"])
@page(CORRECT)
def correct(request: HttpRequest, version_id: int) -> HttpResponse:
    """Đề nghị chỉnh sửa a published year; the new version begins as a draft."""
    actor = actor_of(request)
    card = version_card(actor, version_id, CORRECT)
    form = CorrectionForm(request.POST or None, initial={"requester": actor.name})
    if request.method == "POST" and form.is_valid():
        try:
            begin_correction(
                actor=actor, now=timezone.now(), version_id=version_id, facts=form.facts
            )
        except TranscriptRefused as refused:
            form.refuse(refused.sentence)
        else:
            text = (
                f"Đã lập bản chỉnh sửa năm học {card.label} từ sổ hiện nay. Hãy làm tiếp các bước."
            )
            messages.success(request, text)
            return redirect("transcripts.student", card.student_id)
    refusal = why_not(card.state, Act.SUPERSEDE)
    context = {"card": card, "form": form, "refusal": refusal}
    return render(request, "transcripts/correct.html", context)


@require_http_methods(["GET", "POST"])
@page(PUBLISH)
def cancel(request: HttpRequest, version_id: int) -> HttpResponse:
    """Hủy a published year, with a reason."""
    actor = actor_of(request)
    card = version_card(actor, version_id, PUBLISH)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            cancel_version(actor=actor, now=timezone.now(), version_id=version_id, reason=reason)
        except TranscriptRefused as refused:
            form.refuse(refused.sentence)
        else:
            messages.success(request, f"Đã hủy học bạ năm học {card.label}.")
            return redirect("transcripts.student", card.student_id)
    refusal = why_not(card.state, Act.CANCEL)
    return render(
        request, "transcripts/cancel.html", {"card": card, "form": form, "refusal": refusal}
    )


@shown_inside
@require_GET
@page("signing.sign")
def part(request: HttpRequest, part_id: int) -> HttpResponse:
    """What one is about to sign, to be read inside the page of the inbox."""
    found = part_to_read(actor_of(request), part_id)
    return render(request, "transcripts/part.html", {"found": found, "facts": found.facts})


@require_GET
@public
def schema(request: HttpRequest) -> HttpResponse:
    """Mẫu tệp học bạ số (XSD), for everyone who reads the file."""
    del request
    headers = {"Content-Disposition": 'inline; filename="hoc-ba-so-1.xsd"'}
    return HttpResponse(SCHEMA.read_bytes(), content_type="application/xml", headers=headers)
