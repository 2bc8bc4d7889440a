"""Học bạ của con: what a family sees, takes along, gives a code for, and may not delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import Refused, actor_of, page
from khue.records.api import children_of_account
from khue.transcripts.permissions import VIEW_OWN
from khue.transcripts.queries.own import own_transcript
from khue.transcripts.services.copies import (
    Copy,
    copy_pdf,
    copy_received,
    copy_transcript,
    copy_xml,
)
from khue.transcripts.services.credentials import NoCredential, issue_credential, issue_record
from khue.transcripts.services.deleting import ask_for_deletion
from khue.transcripts.services.shares import LONGEST, end_code, give_code, shares_of
from kit.dates import vietnam_day
from kit.numbers import whole_number

CREDENTIAL = "application/vc+jwt"
DEFAULT_DAYS = 14


def file_answer(copy: Copy) -> HttpResponse:
    """A file to take along."""
    headers = {"Content-Disposition": f'attachment; filename="{copy.name}"'}
    return HttpResponse(copy.content, content_type=copy.media_type, headers=headers)


@require_GET
@page(VIEW_OWN)
def own(request: HttpRequest, student_id: int) -> HttpResponse:
    return _page(request, student_id)


def _page(request: HttpRequest, student_id: int, **more: Any) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    shown = {
        "found": own_transcript(actor, student_id),
        "children": children_of_account(actor.account_id, vietnam_day(now)),
        "shares": [
            (one, one.is_open(now)) for one in shares_of(actor=actor, student_id=student_id)
        ],
        "code": "",
        "refusal": "",
        "days": DEFAULT_DAYS,
        "longest": LONGEST,
        "purpose": "",
    }
    answer = shown | more
    status = 422 if answer["refusal"] else 200
    return render(request, "transcripts/own.html", answer, status=status)


@require_GET
@page(VIEW_OWN)
def own_xml(request: HttpRequest, version_id: int) -> HttpResponse:
    common: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    return file_answer(copy_xml(**common, permission=VIEW_OWN, version_id=version_id))


@require_GET
@page(VIEW_OWN)
def own_pdf(request: HttpRequest, version_id: int) -> HttpResponse:
    common: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    return file_answer(copy_pdf(**common, permission=VIEW_OWN, version_id=version_id))


@require_GET
@page(VIEW_OWN)
def own_whole(request: HttpRequest, student_id: int) -> HttpResponse:
    common: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    return file_answer(copy_transcript(**common, permission=VIEW_OWN, student_id=student_id))


@require_GET
@page(VIEW_OWN)
def own_received(request: HttpRequest, received_id: int, start_year: int) -> HttpResponse:
    """Tệp của năm học ở trường cũ, as it came."""
    common: dict[str, Any] = {"actor": actor_of(request), "now": timezone.now()}
    told: dict[str, Any] = {"permission": VIEW_OWN, "received_id": received_id}
    return file_answer(copy_received(**common, **told, year=start_year))


@never_cache
@require_POST
@page(VIEW_OWN)
def own_credential(request: HttpRequest, version_id: int) -> HttpResponse:
    """Chứng nhận số: made only when the family asks for it."""
    kind = request.POST.get("kind", "")
    try:
        token = issue_credential(
            actor=actor_of(request), now=timezone.now(), version_id=version_id, kind=kind
        )
    except NoCredential as why:
        raise Refused(str(why)) from why
    return file_answer(Copy(f"chung-nhan-{kind}.jwt", CREDENTIAL, token.encode()))


@never_cache
@require_POST
@page(VIEW_OWN)
def own_record(request: HttpRequest, student_id: int) -> HttpResponse:
    """Hồ sơ học tập số: all years in one."""
    token = issue_record(actor=actor_of(request), now=timezone.now(), student_id=student_id)
    return file_answer(Copy("ho-so-hoc-tap.jwt", CREDENTIAL, token.encode()))


@never_cache
@require_POST
@page(VIEW_OWN)
def share(request: HttpRequest, student_id: int) -> HttpResponse:
    """Tạo mã xem; the code is on this answer and nowhere else."""
    days = whole_number(request.POST.get("days", "")) or 0
    purpose = request.POST.get("purpose", "")
    try:
        code = give_code(
            actor=actor_of(request),
            now=timezone.now(),
            student_id=student_id,
            days=days,
            purpose=purpose,
        )
    except Refused as refused:
        told = {"refusal": str(refused), "days": days, "purpose": purpose[:200]}
        return _page(request, student_id, **told)
    return _page(request, student_id, code=code)


@require_POST
@page(VIEW_OWN)
def end_share(request: HttpRequest, share_id: int) -> HttpResponse:
    student_id = end_code(actor=actor_of(request), now=timezone.now(), share_id=share_id)
    messages.success(request, "Đã kết thúc mã. Từ bây giờ mã không mở được học bạ nữa.")
    return redirect("transcripts.own", student_id)


@require_POST
@page(VIEW_OWN)
def delete(request: HttpRequest, student_id: int) -> HttpResponse:
    """Yêu cầu xóa: the answer with the law."""
    answer = ask_for_deletion(actor=actor_of(request), now=timezone.now(), student_id=student_id)
    messages.warning(request, answer)
    return redirect("transcripts.own", student_id)
