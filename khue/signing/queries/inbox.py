"""Chờ tôi ký: what awaits one's signature, in lines of what belongs together; what became of it.

Titles are searched without diacritics, in what is one's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from khue.access.api import Actor, OutsidePlace
from khue.signing.models import Request
from khue.signing.queries.documents import asked_of
from khue.signing.queries.mine import own_requests
from khue.signing.rules.requests import MINE, STATE_NAMES, State
from kit.vietnamese import search_key

TABS: dict[str, tuple[State, ...]] = {
    "": MINE,
    "sap-den": (State.BLOCKED,),
    "hoan-tat": (State.UNFINISHED,),
    "da-ky": (State.SIGNED,),
    "tu-choi": (State.REFUSED,),
}
ASKED = "toi-de-nghi"
MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One line of the inbox. `id`: any request of the group, by which pages name it."""

    id: int
    kind: str
    title: str
    seal: str
    count: int
    due_on: date | None
    asked_at: datetime
    reminded_at: datetime | None
    troubled: int


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A group that the reader asked for: how far it is, and who holds the turn."""

    id: int
    kind: str
    title: str
    total: int
    signed: int
    waiting: int
    unfinished: int
    refused: int
    holders: tuple[str, ...]
    reminded_at: datetime | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request as a list shows it."""

    id: int
    kind: str
    key: str
    title: str
    group_title: str
    who: str
    role: str
    seal_of: int | None
    state: str
    state_name: str
    asked_by: str
    asked_at: datetime
    due_on: date | None
    reminded_at: datetime | None
    trouble: str
    next_attempt_at: datetime | None
    signed_by: str
    signed_at: datetime | None
    reason: str
    batch: UUID | None


def waiting_count(actor: Actor) -> int:
    """How many signatures await this person now; for the home page."""
    return own_requests(actor).filter(state__in=MINE).count()


def tab_counts(actor: Actor) -> dict[str, int]:
    """How many requests stand under each tab."""
    counted = own_requests(actor).values_list("state").annotate(count=Count("pk"))
    by_state = {State(state): count for state, count in counted}
    found = {tab: sum(by_state.get(one, 0) for one in states) for tab, states in TABS.items()}
    return found | {ASKED: _asked(actor).exclude(state=State.WITHDRAWN).count()}


def inbox_groups(actor: Actor, query: str = "", kind: str = "") -> list[GroupLine]:
    """What waits, as lines: "Học bạ số · Toán · 6A", 45 students; the most urgent first."""
    rows = own_requests(actor).filter(state__in=MINE)
    if kind:
        rows = rows.filter(kind=kind)
    if query:
        rows = rows.filter(pk__in=matching(rows, query))
    grouped = rows.values("kind", "group", "group_title", "seal_of", "seal_of__name").annotate(
        first=Min("pk"),
        count=Count("pk"),
        due=Min("due_on"),
        asked=Min("asked_at"),
        reminded=Max("reminded_at"),
        troubled=Count("pk", filter=~Q(trouble="")),
    )
    return sorted((_group(row) for row in grouped.order_by()), key=_urgency)


def _group(row: Mapping[str, Any]) -> GroupLine:
    return GroupLine(
        id=row["first"],
        kind=row["kind"],
        title=row["group_title"],
        seal=row["seal_of__name"] or "",
        count=row["count"],
        due_on=row["due"],
        asked_at=row["asked"],
        reminded_at=row["reminded"],
        troubled=row["troubled"],
    )


def _urgency(line: GroupLine) -> tuple[bool, date, str]:
    return line.due_on is None, line.due_on or date.max, search_key(line.title)


def matching(rows: QuerySet[Request], query: str) -> list[int]:
    """The ids of the rows whose title or group holds the words, diacritics ignored."""
    words = search_key(query).split()
    texts = rows.values_list("pk", "title", "group_title")
    return [
        pk
        for pk, title, group in texts
        if all(word in search_key(f"{title} {group}") for word in words)
    ]


def group_of(actor: Actor, request_id: int) -> QuerySet[Request]:
    """All of one's own that stand in the same line as this request."""
    one = own_requests(actor).filter(pk=request_id).first()
    if one is None:
        raise OutsidePlace(request_id)
    return own_requests(actor).filter(
        kind=one.kind, group=one.group, account=one.account_id, seal_of=one.seal_of_id
    )


def request_lines(
    actor: Actor, tab: str, *, query: str = "", group: int | None = None
) -> list[RequestLine]:
    """Single requests of a tab, or of one group of it."""
    rows = group_of(actor, group) if group else own_requests(actor)
    rows = rows.filter(state__in=TABS[tab])
    if query:
        rows = rows.filter(pk__in=matching(rows, query))
    newest_first = ("-signed_at", "-asked_at", "pk") if tab in {"da-ky", "tu-choi"} else ()
    order = newest_first or ("group", "position", "pk")
    return lines_of(rows.order_by(*order)[:MOST_LINES])


def lines_of(rows: Iterable[Request]) -> list[RequestLine]:
    if isinstance(rows, QuerySet):
        rows = rows.select_related("account", "seal_of").defer("kept")
    return [_line(row) for row in rows]


def _line(row: Request) -> RequestLine:
    return RequestLine(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        title=row.title,
        group_title=row.group_title,
        who=asked_of(row),
        role=row.role,
        seal_of=row.seal_of_id,
        state=row.state,
        state_name=STATE_NAMES[State(row.state)],
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        due_on=row.due_on,
        reminded_at=row.reminded_at,
        trouble=row.trouble,
        next_attempt_at=row.next_attempt_at,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        reason=row.refused_reason,
        batch=row.batch,
    )


def _asked(actor: Actor) -> QuerySet[Request]:
    return Request.objects.filter(asked_by_id=actor.account_id)


def asked_groups(actor: Actor) -> list[AskedLine]:
    """What the reader asked others to sign, newest first."""
    rows = _asked(actor).exclude(state=State.WITHDRAWN)
    counted = rows.values("kind", "group", "group_title").annotate(
        first=Min("pk"),
        total=Count("pk"),
        signed=_in(State.SIGNED),
        waiting=_in(*MINE),
        unfinished=_in(State.UNFINISHED),
        refused=_in(State.REFUSED),
        reminded=Max("reminded_at"),
        asked=Max("asked_at"),
    )
    holders = _holders(rows)
    return [
        AskedLine(
            id=row["first"],
            kind=row["kind"],
            title=row["group_title"],
            total=row["total"],
            signed=row["signed"],
            waiting=row["waiting"],
            unfinished=row["unfinished"],
            refused=row["refused"],
            holders=tuple(holders.get((row["kind"], row["group"]), ())),
            reminded_at=row["reminded"],
            asked_at=row["asked"],
        )
        for row in counted.order_by("-asked")[:MOST_LINES]
    ]


def _in(*states: State) -> Count:
    return Count("pk", filter=Q(state__in=states))


def _holders(rows: QuerySet[Request]) -> dict[tuple[str, str], list[str]]:
    """Whose turn it is in each group."""
    waiting = rows.filter(state__in=MINE).values_list(
        "kind", "group", "account__name", "seal_of__name"
    )
    found: dict[tuple[str, str], list[str]] = {}
    for kind, group, person, seal in waiting.distinct().order_by("kind", "group"):
        found.setdefault((kind, group), []).append(person or f"Con dấu {seal}")
    return found


def asked_lines(actor: Actor, request_id: int) -> list[RequestLine]:
    """The single requests of a group that the reader asked for."""
    one = _asked(actor).filter(pk=request_id).first()
    if one is None:
        raise OutsidePlace(request_id)
    rows = _asked(actor).filter(kind=one.kind, group=one.group).exclude(state=State.WITHDRAWN)
    return lines_of(rows.order_by("position", "bundle", "step", "pk")[:MOST_LINES])


@dataclass(frozen=True, slots=True)
class BatchView:
    """An act of signing: what is chosen, by holder, and how far it is."""

    id: UUID
    total: int
    signed: int
    unfinished: int
    own_left: int
    seals_left: dict[int, int]
    groups: tuple[tuple[str, int], ...]
    troubles: tuple[str, ...]

    @property
    def left(self) -> int:
        return self.own_left + sum(self.seals_left.values())


def batch_view(actor: Actor, batch: UUID) -> BatchView:
    """One's own act; another's does not exist."""
    rows = own_requests(actor).filter(batch=batch)
    counts = dict(rows.values_list("state").annotate(count=Count("pk")).order_by())
    if not counts:
        raise OutsidePlace(str(batch))
    left = dict(
        rows.filter(state__in=MINE).values_list("seal_of").annotate(count=Count("pk")).order_by()
    )
    own = left.pop(None, 0)
    named = rows.values_list("group_title").annotate(count=Count("pk")).order_by("group_title")
    troubles = rows.exclude(trouble="").values_list("trouble", flat=True).distinct()
    return BatchView(
        id=batch,
        total=sum(counts.values()),
        signed=counts.get(State.SIGNED, 0),
        unfinished=counts.get(State.UNFINISHED, 0),
        own_left=own,
        seals_left=left,
        groups=tuple(named),
        troubles=tuple(troubles[:3]),
    )


@dataclass(frozen=True, slots=True)
class Review:
    """One request to read, with those before and after it in its line."""

    line: RequestLine
    earlier: int | None
    later: int | None
    number: int
    count: int


def review(actor: Actor, request_id: int) -> Review:
    """One request that waits, and where it stands among its group."""
    found = own_requests(actor).filter(pk=request_id)
    lines = lines_of(found)
    if not lines:
        raise OutsidePlace(request_id)
    waiting = group_of(actor, request_id).filter(state__in=MINE)
    ids = list(waiting.order_by("position", "pk").values_list("pk", flat=True))
    at = ids.index(request_id) if request_id in ids else -1
    return Review(
        lines[0],
        ids[at - 1] if at > 0 else None,
        ids[at + 1] if 0 <= at < len(ids) - 1 else None,
        at + 1,
        len(ids),
    )


def marked_count(actor: Actor, batch: UUID) -> int:
    """How many are marked to be signed later."""
    return own_requests(actor).filter(batch=batch, state__in=MINE).count()
