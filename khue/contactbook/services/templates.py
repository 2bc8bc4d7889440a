"""Mẫu tin: written once, used by everybody below; an ended one is no longer offered."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from khue.access.api import Actor, OutsidePlace, permit
from khue.contactbook.models import Template
from khue.contactbook.permissions import TEMPLATES
from khue.contactbook.rules.notices import check_template
from khue.contactbook.services.notice_work import NoticeRefused, operation_of
from khue.ledger.api import Change, append_changes
from khue.organisations.api import OrganisationCard, organisation


@transaction.atomic
def save_template(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    text: str,
    organisation_id: int,
    template_id: int | None = None,
) -> int:
    """Lưu mẫu tin of a school or an authority; returns the id. Raises NoticeRefused."""
    place = organisation(organisation_id)
    permit(actor, TEMPLATES, place.path)
    wrong = check_template(title, text)
    if wrong:
        raise NoticeRefused(wrong[1].sentence, wrong[0])
    row = _held(actor, template_id) if template_id else Template(kind="notice")
    old = row.text or None
    row.organisation_id, row.title, row.text = place.id, title, text
    row.save()
    action = "change" if template_id else "add"
    _tell(actor, now, row, place, action, f"Mẫu tin: {title}", old=old, new=text)
    return row.pk


def _held(actor: Actor, template_id: int) -> Template:
    row = Template.objects.select_for_update().filter(pk=template_id, ended_at__isnull=True).first()
    if row is None:
        raise OutsidePlace(template_id)
    permit(actor, TEMPLATES, organisation(row.organisation_id).path)
    return row


@transaction.atomic
def end_template(*, actor: Actor, now: datetime, template_id: int) -> None:
    """Bỏ mẫu tin: notices that were made of it stay as they are."""
    row = _held(actor, template_id)
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    place = organisation(row.organisation_id)
    _tell(actor, now, row, place, "end", f"Bỏ mẫu tin: {row.title}", old=row.text)


def _tell(
    actor: Actor,
    now: datetime,
    row: Template,
    place: OrganisationCard,
    action: str,
    label: str,
    *,
    old: str | None = None,
    new: str | None = None,
) -> None:
    is_school = place.kind == "school"
    ids = [int(part) for part in place.path.strip("/").split("/")]
    change = Change(
        subject=f"template:{row.pk}",
        action=action,
        label=label[:200],
        old=old,
        new=new,
        school_id=place.id if is_school else None,
        province_id=ids[1] if len(ids) > 1 else None,
    )
    append_changes(operation_of(actor, now), [change])
