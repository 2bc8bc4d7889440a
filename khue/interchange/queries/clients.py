"""Các kết nối of the places that a person manages, and who read what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from khue.access.api import Actor, OutsidePlace, permit, reach
from khue.interchange.models import Client, ClientGrant, Reading
from khue.interchange.permissions import MANAGE, READERS
from khue.interchange.rules.scopes import SCOPES
from khue.organisations.api import OrganisationCard, organisation_at, schools_at_or_below

RECENT = timedelta(days=30)
MOST_LINES = 2000


@dataclass(frozen=True)
class ClientLine:
    """Một kết nối in the list."""

    id: UUID
    name: str
    place_name: str
    contact_name: str
    scopes: tuple[str, ...]
    places: tuple[str, ...]
    expires_on: date
    revoked_at: datetime | None
    last_read: datetime | None
    records: int

    def state(self, today: date) -> str:
        """ "living", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_on < today else "living"


@dataclass(frozen=True)
class ClientPage:
    """Một kết nối with all that its administrator sees; never its secret."""

    line: ClientLine
    place: str
    purpose: str
    contact_email: str
    contact_phone: str
    calls_a_minute: int
    created_at: datetime
    created_by: str
    secret_made_at: datetime
    held: frozenset[str]
    at: tuple[int, ...]


@dataclass(frozen=True)
class ReadingLine:
    """Các lượt đọc of a day, a program and a list; `school_id` where there was just one school."""

    day: date
    client_name: str
    endpoint: str
    scopes: tuple[str, ...]
    schools: int
    school_id: int | None
    calls: int
    records: int
    last: datetime


def manageable_places(actor: Actor) -> list[OrganisationCard]:
    """Where this person registers connections: the places granted, not those below."""
    return [organisation_at(path) for path in reach(actor, MANAGE).paths]


def _under(paths: Sequence[str]) -> Q:
    wanted = Q(pk__in=[])
    for path in paths:
        wanted |= Q(place__startswith=path)
    return wanted


def clients_of(actor: Actor, now: datetime) -> list[ClientLine]:
    """The connections at or below the places of a person, the living first."""
    rows = Client.objects.filter(_under(reach(actor, MANAGE).paths))
    found = list(rows.order_by("-created_at")[:500])
    return sorted(_lines(found, now), key=lambda one: (one.revoked_at is not None, one.name))


def _lines(rows: Sequence[Client], now: datetime) -> list[ClientLine]:
    ids = [row.pk for row in rows]
    grants: dict[UUID, list[ClientGrant]] = {one: [] for one in ids}
    for grant in ClientGrant.objects.filter(client_id__in=ids).order_by("id"):
        grants[grant.client_id].append(grant)
    used = _usage(ids, now)
    return [_line(row, grants[row.pk], used.get(row.pk, (None, 0))) for row in rows]


def _usage(ids: Sequence[UUID], now: datetime) -> dict[UUID, tuple[datetime | None, int]]:
    rows = Reading.objects.filter(client_id__in=ids, at__gte=now - RECENT).values("client_id")
    summed = rows.annotate(last=Max("at"), total=Sum("records"))
    return {one["client_id"]: (one["last"], one["total"]) for one in summed}


def _line(
    row: Client, grants: Sequence[ClientGrant], used: tuple[datetime | None, int]
) -> ClientLine:
    titles = dict.fromkeys(SCOPES[one.scope].title for one in grants if one.scope in SCOPES)
    return ClientLine(
        id=row.pk,
        name=row.name,
        place_name=row.place_name,
        contact_name=row.contact_name,
        scopes=tuple(titles),
        places=tuple(dict.fromkeys(one.place_name for one in grants)),
        expires_on=row.expires_on,
        revoked_at=row.revoked_at,
        last_read=used[0],
        records=used[1],
    )


def client_page(actor: Actor, client_id: UUID, now: datetime) -> ClientPage:
    """One connection. Raises OutsidePlace."""
    row = Client.objects.filter(pk=client_id).first()
    if row is None:
        raise OutsidePlace(client_id)
    permit(actor, MANAGE, row.place)
    grants = list(ClientGrant.objects.filter(client=row).order_by("id"))
    return ClientPage(
        line=_lines([row], now)[0],
        place=row.place,
        purpose=row.purpose,
        contact_email=row.contact_email,
        contact_phone=row.contact_phone,
        calls_a_minute=row.calls_a_minute,
        created_at=row.created_at,
        created_by=row.created_by,
        secret_made_at=row.secret_made_at,
        held=frozenset(one.scope for one in grants),
        at=tuple(dict.fromkeys(_node_of(one.place) for one in grants if one.place != row.place)),
    )


def _node_of(path: str) -> int:
    return int(path.strip("/").split("/")[-1])


def readings_of_client(client_id: UUID, now: datetime) -> list[ReadingLine]:
    """What a connection read in the last days; the caller opened its page."""
    return _summed(Reading.objects.filter(client_id=client_id, at__gte=now - RECENT))


def readings_in_reach(actor: Actor, now: datetime) -> list[ReadingLine]:
    """Who read the data of the places of a person, or read at them and found nothing."""
    paths = reach(actor, READERS).paths
    provinces = [_node_of(path) for path in paths if len(path.strip("/").split("/")) == 2]
    whose = Q(school_id__in=schools_at_or_below(paths))
    whose |= Q(school_id__isnull=True, province_id__in=provinces)
    return _summed(Reading.objects.filter(whose, at__gte=now - RECENT))


def _summed(rows: QuerySet[Reading]) -> list[ReadingLine]:
    by_day = rows.annotate(day=TruncDate("at")).values("day", "client_name", "endpoint", "scopes")
    found = by_day.annotate(
        schools=Count("school_id", distinct=True),
        school=Max("school_id"),
        calls=Count("at", distinct=True),
        total=Sum("records"),
        last=Max("at"),
    )
    return [
        ReadingLine(
            day=one["day"],
            client_name=one["client_name"],
            endpoint=one["endpoint"],
            scopes=tuple(one["scopes"]),
            schools=one["schools"],
            school_id=one["school"] if one["schools"] == 1 else None,
            calls=one["calls"],
            records=one["total"],
            last=one["last"],
        )
        for one in found.order_by("-last")[:MOST_LINES]
    ]
