"""Gói OneRoster CSV: the data of one school in one archive, for a program or by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from khue.access.api import Actor, Granted, OutsidePlace, Role, actor_of, page
from khue.interchange.permissions import MANAGE
from khue.interchange.queries.oneroster_parts import Asked
from khue.interchange.queries.places import schools_for
from khue.interchange.queries.running_year import running_year
from khue.interchange.rules.scopes import (
    DEMOGRAPHICS,
    ENROLMENTS,
    MARKS,
    ROSTER,
    SCHOOLS,
    permissions_of,
)
from khue.interchange.services.admitting import Program
from khue.interchange.services.reading_log import note_reading, note_sensitive
from khue.interchange.sheets.oneroster_csv import Bundle, bundle
from khue.interchange.views.door import program_of, read_of
from khue.interchange.views.oneroster import trouble
from khue.organisations.api import SchoolCard, chosen_school
from kit.dates import vietnam_day

ENDPOINT = "ims/oneroster/csv/v1p2/bundle.zip"
SCOPES = tuple(dict.fromkeys((*ROSTER, ENROLMENTS, MARKS, DEMOGRAPHICS)))
BY_HAND = (*ROSTER, MARKS)
HANDS = UUID("7f1f6d0e-3c52-4f0e-9d0b-5a0f3f7b8a10")
"""Names the person in the log of readings, where a program has its own id."""


def bundle_for_program(request: HttpRequest) -> HttpResponse:
    """The archive of the school that is named, or of the only one within reach."""
    if request.method != "GET":
        return trouble("method-not-allowed", headers={"Allow": "GET"})
    program = program_of(request)
    try:
        schools = schools_for(program.actor, SCHOOLS, _named(request))
    except (OutsidePlace, ValueError):
        return trouble("not-found")
    if len(schools) != 1:
        return trouble("school-missing")
    made = bundle(_asked(program.actor), schools[0])
    read_of(request).records.update(made.records)
    _note_demographics(program, made)
    return _archive(made)


def _named(request: HttpRequest) -> UUID | None:
    asked = request.GET.get("school")
    return UUID(asked) if asked else None


def _asked(actor: Actor) -> Asked:
    now = timezone.now()
    today = vietnam_day(now)
    return Asked(actor, today, now, running_year(actor, [SCHOOLS], today))


def _note_demographics(program: Program, made: Bundle) -> None:
    if made.demographics:
        note_sensitive(
            program=program,
            now=timezone.now(),
            students=made.demographics,
            fields="dân tộc, quốc tịch, nơi sinh (gói OneRoster CSV)",
        )


def _archive(made: Bundle) -> HttpResponse:
    told = {"Content-Disposition": 'attachment; filename="oneroster.zip"'}
    return HttpResponse(made.content, content_type="application/zip", headers=told)


@require_safe
@page(MANAGE)
def download(request: HttpRequest) -> HttpResponse:
    """Tải gói của trường; written down like every reading."""
    actor = actor_of(request)
    school = chosen_school(actor, MANAGE, request.GET.get("school", ""))
    if school is None:
        return render(request, "interchange/which_school.html", {})
    by_hand = _by_hand(actor, school, permissions_of(BY_HAND))
    made = bundle(_asked(by_hand.actor), school.id)
    _note(by_hand, made.records)
    return _archive(made)


def _by_hand(actor: Actor, school: SchoolCard, permissions: Iterable[str]) -> Program:
    """What the archive by hand holds: names, classes and marks of the school, nothing sensitive."""
    held = Granted(
        Role.CLIENT, school.path, None, school.id, school.name, only=frozenset(permissions)
    )
    own = uuid5(HANDS, str(actor.account_id))
    return Program(own, f"{actor.name} (tải bằng tay)"[:120], (held,), 1, 1)


def _note(program: Program, records: Counter[int]) -> None:
    note_reading(
        program=program,
        now=timezone.now(),
        endpoint=ENDPOINT,
        scopes=list(BY_HAND),
        records=records,
    )
