"""Cho phần mềm vào: the token is found and the call is counted, in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from khue.access.api import Actor, Granted, Role, digest_of
from khue.interchange.rules.limits import minute_of
from khue.interchange.rules.scopes import SCOPES
from kit.statements import kept_rows

COUNT = """
insert into interchange_callcount (client_id, what, minute, count)
select {client}, %(what)s, %(minute)s, 1 {source}
on conflict (client_id, what) do update set
  count = case when interchange_callcount.minute = excluded.minute
    then interchange_callcount.count + 1 else 1 end,
  minute = excluded.minute
returning count
"""
ADMIT = f"""
with held as (
  select client_id, client_name, grants, calls_a_minute from interchange_accesstoken
  where digest = %(digest)s and expires_at > %(now)s
), counted as ({COUNT.format(client="client_id", source="from held")})
select held.client_id, held.client_name, held.grants, held.calls_a_minute, counted.count
from held, counted
"""  # noqa: S608  (our own text)
COUNT_ONE = COUNT.format(client="%(client)s::uuid", source="")


@dataclass(frozen=True)
class Program:
    """Phần mềm đang gọi: who it is and what it holds where; how often it called this minute."""

    client_id: UUID
    name: str
    grants: tuple[Granted, ...]
    calls_a_minute: int
    calls: int

    @property
    def actor(self) -> Actor:
        """The program as the gate sees it; no account stands behind it."""
        return Actor(account_id=0, name=self.name, grants=self.grants, second_factor=True)

    def actor_with(self, permissions: Sequence[str]) -> Actor:
        """The same with just these permissions, so that the fence opens no further."""
        wanted = frozenset(permissions)
        grants = tuple(one for one in self.grants if one.only and one.only & wanted)
        return Actor(account_id=0, name=self.name, grants=grants, second_factor=True)

    @property
    def is_too_fast(self) -> bool:
        return self.calls > self.calls_a_minute

    def holds(self, scope: str) -> bool:
        permission = SCOPES[scope].permission
        return any(permission in (one.only or ()) for one in self.grants)


def admit(token: str, *, now: datetime) -> Program | None:
    """The program of a living token; the call counts even when it is one too many."""
    values = {"digest": digest_of(token), "now": now, "what": "call", "minute": minute_of(now)}
    rows = kept_rows(ADMIT, values)
    return _program(rows[0]) if rows else None


def count_token_request(client_id: UUID, *, now: datetime) -> int:
    """How many tokens the program asked for in this minute, with this one."""
    values = {"client": client_id, "what": "token", "minute": minute_of(now)}
    return int(kept_rows(COUNT_ONE, values)[0][0])


def _program(row: tuple[Any, ...]) -> Program:
    client_id, name, grants, calls_a_minute, calls = row
    held = tuple(granted(one) for one in json.loads(grants))
    return Program(client_id, name, held, calls_a_minute, calls)


def granted(kept: dict[str, Any]) -> Granted:
    """A grant as a token carries it."""
    return Granted(
        role=Role.CLIENT,
        place=kept["place"],
        province_id=kept["province"],
        school_id=kept["school"],
        place_name=kept["name"],
        only=frozenset(kept["only"]),
    )


def kept_grant(one: Granted) -> dict[str, Any]:
    """A grant as it is kept; `granted` reads it again."""
    where = {"place": one.place, "name": one.place_name, "only": sorted(one.only or ())}
    return {**where, "school": one.school_id, "province": one.province_id}


def grants_for_token(grants: Iterable[Any], scopes: frozenset[str]) -> list[dict[str, Any]]:
    """What a token carries: for every place, the permissions of the scopes it was given."""
    found: dict[str, dict[str, Any]] = {}
    for one in grants:
        if one.scope in scopes:
            where = {"place": one.place, "name": one.place_name, "only": []}
            where |= {"school": one.school_id, "province": one.province_id}
            held = found.setdefault(one.place, where)
            held["only"].append(SCOPES[one.scope].permission)
    return list(found.values())
