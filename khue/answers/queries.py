"""What the office sees of its publications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from khue.access.api import Actor, Granted, OutsidePlace, permit, reach
from khue.answers.models import Edition, Publication
from khue.answers.permissions import PUBLISH
from khue.answers.rules.candidates import Choice, choice_from
from khue.answers.rules.keys import SECRET_NAMES
from khue.answers.rules.states import STATE_NAMES, State
from khue.answers.serving.pointer import Published


@dataclass(frozen=True, slots=True)
class EditionView:
    """One file of answers as it is shown."""

    id: int
    number: int
    state: State
    file_name: str
    counts: dict[str, int]
    titles: list[str]
    choice: Choice | None
    problem: str
    task_id: UUID | None
    uploaded_by: str
    uploaded_at: datetime
    built_at: datetime | None
    is_current: bool
    is_previous: bool
    forgotten: bool

    @property
    def state_name(self) -> str:
        if self.is_current:
            return "Đang công bố"
        return "Bản trước" if self.is_previous else STATE_NAMES[self.state]

    @property
    def secret_name(self) -> str:
        return SECRET_NAMES[self.choice.kind] if self.choice else ""

    @property
    def shown_titles(self) -> list[str]:
        return [self.titles[at] for at in self.choice.shown] if self.choice else []


@dataclass(frozen=True, slots=True)
class PublicationView:
    """A publication with its editions, newest first."""

    public_id: UUID
    slug: str
    title: str
    place: str
    place_name: str
    opens_at: datetime
    published_at: datetime | None
    published_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_why: str
    created_by: str
    created_at: datetime
    editions: list[EditionView]

    @property
    def current(self) -> EditionView | None:
        return next((one for one in self.editions if one.is_current), None)

    @property
    def previous(self) -> EditionView | None:
        return next((one for one in self.editions if one.is_previous), None)

    @property
    def newest(self) -> EditionView:
        return self.editions[0]

    @property
    def address(self) -> str:
        return f"/tra-cuu/{self.slug}/"

    def state_name(self, now: datetime) -> str:
        if not self.current:
            return "Chưa công bố" if not self.published_at else "Đã rút"
        return "Đang mở" if now >= self.opens_at else "Hẹn giờ mở"


def places_to_publish(actor: Actor) -> list[Granted]:
    """Where the actor may publish."""
    held = reach(actor, PUBLISH)
    return [one for one in actor.grants if one.place in held.paths]


def publications_of(actor: Actor) -> list[PublicationView]:
    """The publications of one's places, newest first."""
    found = list(Publication.objects.filter(_inside(actor)).order_by("-created_at", "-id"))
    editions: dict[int, list[Edition]] = {}
    for one in Edition.objects.defer("sealed").filter(publication__in=found).order_by("-number"):
        editions.setdefault(one.publication_id, []).append(one)
    return [_view(one, editions.get(one.pk, [])) for one in found]


def _inside(actor: Actor) -> Q:
    paths = reach(actor, PUBLISH).paths
    return reduce(or_, (Q(place__startswith=path) for path in paths), Q(pk__in=[]))


def publication_for(actor: Actor, public_id: UUID) -> PublicationView:
    """One publication; another place's does not exist."""
    found = Publication.objects.filter(public_id=public_id).first()
    if found is None:
        raise OutsidePlace
    permit(actor, PUBLISH, found.place)
    editions = Edition.objects.defer("sealed").filter(publication=found).order_by("-number")
    return _view(found, list(editions))


def _view(found: Publication, editions: list[Edition]) -> PublicationView:
    return PublicationView(
        public_id=found.public_id,
        slug=found.slug,
        title=found.title,
        place=found.place,
        place_name=found.place_name,
        opens_at=found.opens_at,
        published_at=found.published_at,
        published_by=found.published_by,
        withdrawn_at=found.withdrawn_at,
        withdrawn_by=found.withdrawn_by,
        withdrawn_why=found.withdrawn_why,
        created_by=found.created_by,
        created_at=found.created_at,
        editions=[_edition(one, found) for one in editions],
    )


def _edition(one: Edition, publication: Publication) -> EditionView:
    return EditionView(
        id=one.pk,
        number=one.number,
        state=State(one.state),
        file_name=one.file_name,
        counts=one.counts,
        titles=one.titles,
        choice=choice_from(one.choice) if one.choice else None,
        problem=one.problem,
        task_id=one.task_id,
        uploaded_by=one.uploaded_by,
        uploaded_at=one.uploaded_at,
        built_at=one.built_at,
        is_current=one.pk == publication.current_id,
        is_previous=one.pk == publication.previous_id,
        forgotten=one.forgotten_at is not None,
    )


def published_now() -> list[Published]:
    """Everything that the pointer shall name; the caller sees every province."""
    found = Publication.objects.filter(current__isnull=False).select_related("current")
    return [
        Published(
            slug=one.slug,
            title=one.title,
            owner=one.place_name,
            kind=choice_from(one.current.choice).kind,
            opens_at=one.opens_at,
            file=one.current.file,
        )
        for one in found.defer("current__sealed").order_by("-opens_at", "id")
        if one.current is not None
    ]
