"""Lập bản chính thức: the exact form that an authority sends on, told in the ledger."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import organisation, school_year_label
from khue.statistics.queries.reports import Report, report_of
from khue.statistics.rules.themes import PlaceKind


@transaction.atomic
def official_report(*, actor: Actor, now: datetime, node_id: int, form: str, year: int) -> Report:
    """The form with every number as it is; raises OutsidePlace, Refused."""
    report = report_of(actor, node_id, form, year, exact=True)
    place = organisation(node_id)
    ids = [int(one) for one in place.path.strip("/").split("/")]
    change = Change(
        subject=f"form_report:{node_id}.{form}.{year}",
        action="export",
        label=f"Lập bản chính thức biểu {form.upper()} năm học {school_year_label(year)},"
        f" {place.name}",
        school_id=node_id if place.kind == PlaceKind.SCHOOL else None,
        province_id=ids[1] if len(ids) > 1 else None,
    )
    append_changes(Operation(Author(actor.account_id or None, actor.name), now), [change])
    return report
