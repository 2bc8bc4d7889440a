"""Nhận xét môn học: the page where they are written, what it saves, and the bank of phrases."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from khue.access.api import actor_of, explain, page
from khue.gradebook.queries.comments import (
    CommentSheet,
    comment_sheet,
    phrase_bank,
    spoken_period,
    suggestions,
)
from khue.gradebook.queries.locks import find_school
from khue.gradebook.rules.phrases import LEVELS, LONGEST_COMMENT, PARTS
from khue.gradebook.services.comments import (
    CommentChange,
    CommentOutcome,
    PhraseNotKept,
    add_phrase,
    remove_phrase,
    write_comments,
)
from khue.organisations.api import subjects

MOST_CELLS = 300
_UNREADABLE = "Máy chủ không đọc được lần lưu này. Hãy tải lại trang rồi ghi lại."
_SOMEBODY_ELSE = (
    "Trang này được mở bằng tài khoản khác nên nhận xét chưa được lưu. "
    "Hãy đăng nhập lại bằng tài khoản đã mở trang."
)


def _sheet(
    request: HttpRequest, class_subject_id: int, period: int, permission: str
) -> CommentSheet:
    actor, today = actor_of(request), timezone.localdate()
    sheet = comment_sheet(actor, class_subject_id, _known(period), today, permission)
    if sheet.book.slots and period > 2:
        raise Http404
    return sheet


@require_GET
@page("gradebook.view_marks")
def comments(request: HttpRequest, class_subject_id: int, period: int) -> HttpResponse:
    """The comments of a book: written by the teacher of the subject, read by others."""
    sheet = _sheet(request, class_subject_id, period, "gradebook.view_marks")
    may_edit = explain(actor_of(request), "gradebook.edit_phrases", sheet.book.school_path) is None
    levels = sorted({line.level for line in sheet.lines if line.level})
    bank = {part: {level: sheet.phrases(part, level) for level in levels} for part in PARTS}
    context = {
        "sheet": sheet,
        "book": sheet.book,
        "period": period,
        "periods": _periods(sheet),
        "parts": PARTS,
        "levels": LEVELS,
        "may_edit_phrases": may_edit,
        "longest": LONGEST_COMMENT,
        "bank": bank,
        "spoken": spoken_period(sheet.book, period),
        "account": actor_of(request).account_id,
    }
    return render(request, "gradebook/comments.html", context)


def _periods(sheet: CommentSheet) -> list[tuple[int, str]]:
    last = 2 if sheet.book.slots else 4
    return [(one, spoken_period(sheet.book, one)) for one in range(1, last + 1)]


@require_GET
@page("gradebook.enter_marks")
def suggest_comments(request: HttpRequest, class_subject_id: int, period: int) -> HttpResponse:
    """Phrases for the pupils who have none yet; nothing is written."""
    sheet = _sheet(request, class_subject_id, period, "gradebook.enter_marks")
    return JsonResponse({part: suggestions(sheet, part) for part in PARTS})


@require_POST
@page("gradebook.enter_marks")
def save_comments(request: HttpRequest, class_subject_id: int, period: int) -> HttpResponse:
    """Save some parts of comments; the answer tells of each what became of it."""
    actor = actor_of(request)
    try:
        account, operation, changes = _read(request)
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"error": _UNREADABLE}, status=400)
    if account not in (None, actor.account_id):
        return JsonResponse({"error": _SOMEBODY_ELSE}, status=409)
    outcomes = write_comments(
        actor=actor,
        now=timezone.now(),
        class_subject_id=class_subject_id,
        period=_known(period),
        changes=changes,
        operation_id=operation,
    )
    return JsonResponse({"cells": [_answer(one) for one in outcomes]})


def _known(period: int) -> int:
    if period not in (1, 2, 3, 4):
        raise Http404
    return period


def _read(request: HttpRequest) -> tuple[int | None, uuid.UUID, list[CommentChange]]:
    body = request.body if request.content_type == "application/json" else b""
    given = json.loads(body)
    changes = [
        CommentChange(int(one["student"]), str(one["part"]), str(one["base"]), str(one["text"]))
        for one in given["changes"][:MOST_CELLS]
    ]
    account = None if given.get("account") is None else int(given["account"])
    return account, uuid.UUID(str(given["operation"])), changes


def _answer(outcome: CommentOutcome) -> dict[str, Any]:
    return {
        "student": outcome.student_id,
        "part": outcome.part,
        "status": outcome.status,
        "text": outcome.text,
        "sentence": outcome.sentence,
    }


@require_GET
@page("gradebook.edit_phrases")
def phrases(request: HttpRequest, school_id: int) -> HttpResponse:
    """Ngân hàng nhận xét của trường: its own phrases, to add and to take away."""
    found = phrase_bank(actor_of(request), school_id)
    context = {
        "school": find_school(school_id),
        "phrases": found,
        "parts": PARTS,
        "levels": LEVELS,
        "subjects": [(str(one.id), one.name) for one in subjects()],
    }
    return render(request, "gradebook/phrases.html", context)


def _back(school_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("gradebook.phrases", args=[school_id]))


@require_POST
@page("gradebook.edit_phrases")
def add(request: HttpRequest, school_id: int) -> HttpResponse:
    """Add a phrase to the bank of the school."""
    subject = request.POST.get("subject", "")
    try:
        add_phrase(
            actor=actor_of(request),
            now=timezone.now(),
            school_id=school_id,
            part=request.POST.get("part", ""),
            level=request.POST.get("level", ""),
            text=request.POST.get("text", ""),
            subject_id=_known_subject(subject),
        )
        messages.success(request, "Đã thêm câu vào ngân hàng nhận xét của trường.")
    except PhraseNotKept as trouble:
        messages.error(request, f"Chưa thêm được câu này. {trouble}")
    return _back(school_id)


def _known_subject(given: str) -> int | None:
    known = {str(one.id): one.id for one in subjects()}
    if given and given not in known:
        raise PhraseNotKept
    return known.get(given)


@require_POST
@page("gradebook.edit_phrases")
def remove(request: HttpRequest, school_id: int, phrase_id: int) -> HttpResponse:
    """Take a phrase out of the bank of the school."""
    remove_phrase(
        actor=actor_of(request), now=timezone.now(), school_id=school_id, phrase_id=phrase_id
    )
    messages.success(request, "Đã bỏ câu khỏi ngân hàng. Nhận xét đã ghi vẫn giữ nguyên.")
    return _back(school_id)
