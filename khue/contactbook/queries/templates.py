"""Mẫu tin: those of the own school or authority, and of everybody above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from khue.access.api import Actor, OutsidePlace, explain, reach
from khue.contactbook.models import Template
from khue.contactbook.permissions import TEMPLATES
from khue.contactbook.queries.sight import sender_paths
from khue.organisations.api import OrganisationCard, organisations_by_ids


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template with the place that keeps it."""

    id: int
    title: str
    text: str
    owner: str
    owner_id: int
    own: bool


def templates_for(actor: Actor) -> list[TemplateLine]:
    """Every living template at or above the places where the actor may send, own ones first."""
    ids = _ids_above(sender_paths(actor))
    rows = Template.objects.filter(organisation_id__in=ids, ended_at__isnull=True)
    rows = rows.select_related("organisation").order_by("title", "id")
    lines = [_line(actor, row) for row in rows]
    return sorted(lines, key=lambda one: not one.own)


def _ids_above(paths: Sequence[str]) -> set[int]:
    return {int(part) for path in paths for part in path.split("/") if part.isdigit()}


def _line(actor: Actor, row: Template) -> TemplateLine:
    place = row.organisation
    own = explain(actor, TEMPLATES, place.path) is None
    return TemplateLine(row.pk, row.title, row.text, place.name, place.pk, own)


def template_for(actor: Actor, template_id: int) -> TemplateLine:
    """One of them; raises OutsidePlace."""
    for one in templates_for(actor):
        if one.id == template_id:
            return one
    raise OutsidePlace(template_id)


def owners_of_templates(actor: Actor) -> list[OrganisationCard]:
    """The schools and authorities whose templates the actor keeps."""
    last = [path.strip("/").split("/")[-1] for path in reach(actor, TEMPLATES).paths]
    found = organisations_by_ids([int(one) for one in last if one.isdigit()])
    return sorted(found.values(), key=lambda one: one.name)
