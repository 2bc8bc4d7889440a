"""Gửi kết quả học kì cho gia đình: choose classes and ways, see texts and cost, send."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from khue.access.api import OutsidePlace, actor_of, page
from khue.gradebook.queries import school_year_on, term_on
from khue.gradebook.queries.family_texts import SEND, SendingClass, sending_classes
from khue.gradebook.rules.slots import SPOKEN_TERMS
from khue.gradebook.services.family_results import ResultsSent, send_results
from khue.messaging.api import OrderRefused
from khue.organisations.api import SchoolCard, chosen_school, schools_in_reach
from kit.dates import vietnam_day
from kit.numbers import whole_number

NOTHING = "Chưa chọn lớp nào. Hãy chọn ít nhất một lớp đã được duyệt."


@require_http_methods(["GET", "HEAD", "POST"])
@page(SEND)
def family_results(request: HttpRequest) -> HttpResponse:
    """The classes of a school in a term; POST sends those that were chosen."""
    actor = actor_of(request)
    school = chosen_school(actor, SEND, request.GET.get("school", ""))
    if school is None:
        context = {"schools": schools_in_reach(actor, SEND, 50), "school": None}
        return render(request, "gradebook/family_results.html", context)
    if request.method == "POST":
        _send(request, school)
        return redirect(request.get_full_path())
    return render(request, "gradebook/family_results.html", _context(request, school))


def _asked(request: HttpRequest, school: SchoolCard) -> tuple[int, int]:
    """The year and the term of the address, else those of today."""
    day = vietnam_day(timezone.now())
    year = whole_number(request.GET.get("year", "")) or school_year_on(day)
    term = whole_number(request.GET.get("term", "")) or term_on(school.province_id, year, day)
    if term not in (1, 2) or not 2000 <= year <= 2100:
        raise OutsidePlace
    return year, term


def _context(request: HttpRequest, school: SchoolCard) -> dict[str, Any]:
    year, term = _asked(request, school)
    diacritics = request.GET.get("dau") == "1"
    rows = sending_classes(
        actor_of(request), school.id, year, term, timezone.now(), diacritics=diacritics
    )
    return {
        "school": school,
        "schools": [],
        "rows": rows,
        "year": year,
        "term": term,
        "spoken": SPOKEN_TERMS[term],
        "diacritics": diacritics,
        "shown": _shown(rows, request),
        "now": timezone.now(),
    }


def _shown(rows: list[SendingClass], request: HttpRequest) -> SendingClass | None:
    """The class whose texts are shown: the one that is asked for, or the first that may go."""
    asked = whole_number(request.GET.get("class", ""))
    found = [one for one in rows if one.texts and asked in (None, one.id)]
    return next(iter([one for one in found if one.due] or found), None)


def _send(request: HttpRequest, school: SchoolCard) -> None:
    year, term = _asked(request, school)
    ids = [whole_number(one) for one in request.POST.getlist("classes")]
    chosen = [one for one in ids if one is not None]
    if not chosen:
        messages.error(request, NOTHING)
        return
    try:
        sent = send_results(
            actor=actor_of(request),
            now=timezone.now(),
            school_id=school.id,
            year=year,
            term=term,
            class_ids=chosen,
            by_sms=request.POST.get("way") == "sms",
            diacritics=request.GET.get("dau") == "1",
        )
    except OrderRefused as refused:
        messages.error(request, str(refused))
    else:
        _tell(request, sent)


def _tell(request: HttpRequest, sent: ResultsSent) -> None:
    if sent.classes:
        told = f"Đã gửi kết quả của {sent.pupils} học sinh, {sent.classes} lớp."
        messages.success(request, told)
    if sent.left_out:
        names = ", ".join(sent.left_out)
        messages.warning(request, f"Chưa gửi lớp {names}: chưa được duyệt hoặc đã gửi rồi.")
