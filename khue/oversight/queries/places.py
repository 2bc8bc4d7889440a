"""Nơi làm việc của cán bộ: the authority one works at, and the schools below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from khue.access.api import Actor, OutsidePlace, permit, reach
from khue.organisations.api import OrganisationCard, children_of, organisation, organisation_at
from khue.oversight.models import Reminder
from khue.oversight.permissions import VIEW
from kit.statements import kept_rows, keys_array

# The edges are those of the index on paths, whatever the collation.
SCHOOLS = """
select node.id, node.name, node.name_key, coalesce(above.name, '')
from organisations_organisation node
left join organisations_organisation above on above.id = node.parent_id
where node.kind = 'school' and node.path ~>=~ %(path)s and node.path ~<~ %(end)s
"""
SCHOOL_IDS = """
select node.id from organisations_organisation node
where node.kind = 'school' and node.path ~>=~ %(path)s and node.path ~<~ %(end)s
"""
CONTACTS = """
select school.organisation_id, school.phone, school.email, coalesce(lead.name, ''),
  coalesce(lead.phone, '')
from organisations_school school
join organisations_organisation node on node.id = school.organisation_id
left join lateral (
  select account.name, coalesce(staff.phone, '') as phone from access_grant held
  join access_account account on account.id = held.account_id and account.closed_at is null
  left join records_staff staff on staff.account_id = account.id
  where held.place = node.path and held.role = 'principal' and held.ended_at is null
    and held.valid_from <= %(on)s and (held.valid_to is null or held.valid_to >= %(on)s)
  order by held.valid_from desc limit 1
) lead on true
where school.organisation_id = any(%(schools)s::bigint[])
"""
LEADERS = """
select distinct node.id, staff.id
from organisations_organisation node
join access_grant held on held.place = node.path and held.role in ('principal', 'office')
  and held.ended_at is null and held.valid_from <= %(on)s
  and (held.valid_to is null or held.valid_to >= %(on)s)
join access_account account on account.id = held.account_id and account.closed_at is null
join records_staff staff on staff.account_id = account.id
join records_posting post on post.staff_id = staff.id and post.school_id = node.id
  and post.starts_on <= %(on)s and (post.ends_on is null or post.ends_on >= %(on)s)
where node.id = any(%(schools)s::bigint[])
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """Nơi đang xem: an authority, and those below that can be chosen."""

    id: int
    kind: str
    name: str
    path: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SchoolName:
    """Một trường trong danh sách: its name, the key of its order, what it belongs to."""

    id: int
    name: str
    name_key: str
    above: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Liên hệ của trường: its telephone and mailbox, its principal."""

    phone: str
    email: str
    leader: str
    leader_phone: str

    @property
    def number(self) -> str:
        """The telephone to call: the school's, else the principal's."""
        return self.phone or self.leader_phone

    @property
    def told(self) -> bool:
        """Whether there is anything to reach the school by."""
        return bool(self.phone or self.email or self.leader)


NO_CONTACT = Contact("", "", "", "")


def open_authority(actor: Actor, wanted: int | None) -> Authority:
    """The asked authority, or the viewer's own; raises OutsidePlace, Refused."""
    own = _own(actor)
    found = own if wanted is None else organisation(wanted)
    permit(actor, VIEW, found.path)
    if found.kind == "school":
        raise OutsidePlace(found.id)
    below = [one for one in children_of(own.id) if one.kind != "school"]
    choices = tuple((str(one.id), one.name) for one in (own, *below))
    return Authority(found.id, found.kind, found.name, found.path, choices)


def _own(actor: Actor) -> OrganisationCard:
    paths = sorted(reach(actor, VIEW).paths, key=lambda path: (len(path), path))
    if not paths:
        raise OutsidePlace
    return organisation_at(paths[0])


def schools_of(place: Authority) -> list[SchoolName]:
    """Các trường below an authority that was opened."""
    return [SchoolName(*row) for row in kept_rows(SCHOOLS, _edges(place))]


def school_ids_of(place: Authority) -> list[int]:
    """Các trường below an authority that was opened, by their numbers alone."""
    return [row[0] for row in kept_rows(SCHOOL_IDS, _edges(place))]


def _edges(place: Authority) -> dict[str, str]:
    return {"path": place.path, "end": place.path[:-1] + chr(ord("/") + 1)}


def contacts_of(school_ids: Sequence[int], on: date) -> dict[int, Contact]:
    """Liên hệ của các trường; the caller passed the gate for their place."""
    rows = kept_rows(CONTACTS, {"schools": keys_array(school_ids), "on": on})
    return {row[0]: Contact(*row[1:]) for row in rows}


def leaders_of(school_ids: Sequence[int], on: date) -> dict[int, tuple[int, ...]]:
    """Hiệu trưởng và giáo vụ of schools, as ids of their staff files."""
    found: dict[int, list[int]] = {}
    for school_id, staff_id in kept_rows(LEADERS, {"schools": keys_array(school_ids), "on": on}):
        found.setdefault(school_id, []).append(staff_id)
    return {key: tuple(ids) for key, ids in found.items()}


def last_reminded(theme: str, since: datetime) -> dict[int, datetime]:
    """Khi nào đã nhắc: the newest reminder of a theme for each school."""
    rows = Reminder.objects.filter(theme=theme, sent_at__gte=since).order_by("sent_at")
    found: dict[int, datetime] = {}
    for schools, sent_at in rows.values_list("schools", "sent_at"):
        found.update(dict.fromkeys(schools, sent_at))
    return found
