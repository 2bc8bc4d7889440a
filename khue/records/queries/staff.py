"""Danh sách và hồ sơ cán bộ, as an actor may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from khue.access.api import AccountCard, Actor, Reach, accounts_by_ids, reach
from khue.organisations.api import school_summaries
from khue.records.models import Posting, Staff, StaffDuty
from khue.records.queries.places import open_staff, places_of_staff
from khue.records.queries.posts import StaffLine, staff_lines
from khue.records.queries.rolls import holding_on
from khue.records.rules.facts import StaffFacts, print_born
from khue.records.rules.personal_number import Finding, finding_sentence
from kit.vietnamese import search_key

PAGE = 50
VIEW = "records.view_staff"
SORTS = {"name": "name_key", "born": "born"}


@dataclass(frozen=True, kw_only=True)
class StaffFilter:
    """What was chosen above the list; blank means everything."""

    text: str = ""
    school_id: int | None = None
    kind: str = ""
    contract: str = ""
    status: str = ""
    sex: str = ""
    sort: str = "name"


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A line of the list of staff."""

    id: int
    name: str
    born: str
    sex: str
    code: str
    school_name: str
    kind: str
    contract: str
    title: str
    qualification: str
    subjects: str
    phone: str
    email: str
    status: str
    has_account: bool

    @property
    def sex_name(self) -> str:
        return "Nữ" if self.sex == "F" else "Nam"


@dataclass(frozen=True, slots=True)
class StaffHit:
    """A member of staff found by the search of the whole site."""

    id: int
    name: str
    title: str
    school_name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a line of a file."""

    id: int
    school_id: int
    school_name: str
    kind: str
    contract: str
    title: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    """An extra duty as a line of a file."""

    id: int
    school_name: str
    duty: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class StaffFile:
    """One member of staff."""

    id: int
    version: int
    name: str
    values: dict[str, str]
    teaching_subjects: tuple[str, ...]
    recruited_on: date | None
    school_id: int
    school_name: str
    places: tuple[str, ...]
    has_number: bool
    number_warnings: tuple[str, ...]
    account: AccountCard | None
    posts: list[Post]
    duties: list[Duty]

    @property
    def born(self) -> str:
        return print_born(self.values["born"])


def _posts_at(path: str) -> QuerySet[Posting]:
    return Posting.objects.filter(
        staff=OuterRef("pk"), ends_on__isnull=True, school__organisation__path__startswith=path
    )


def _within(held: Reach) -> Q:
    inside = Q(pk__in=[])
    for path in held.paths:
        inside |= Q(home_school__organisation__path__startswith=path)
        inside |= Q(Exists(_posts_at(path)))
    return inside


def select_staff(actor: Actor, wanted: StaffFilter) -> QuerySet[Staff]:
    """The rows that the actor may see, filtered and sorted."""
    rows = Staff.objects.filter(_within(reach(actor, VIEW)))
    for word in search_key(wanted.text).split():
        rows = rows.filter(Q(name_search__contains=word) | Q(code=wanted.text.strip()))
    if wanted.sex:
        rows = rows.filter(sex=wanted.sex)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.kind or wanted.contract or wanted.school_id:
        rows = rows.filter(Exists(_chosen_posts(wanted)))
    down, key = wanted.sort.startswith("-"), SORTS.get(wanted.sort.lstrip("-"), "name_key")
    return rows.order_by(F(key).desc() if down else F(key).asc(), "name_key", "id")


def _chosen_posts(wanted: StaffFilter) -> QuerySet[Posting]:
    conditions = {
        "kind": wanted.kind,
        "contract": wanted.contract,
        "school_id": wanted.school_id,
    }
    chosen = {name: value for name, value in conditions.items() if value}
    return Posting.objects.filter(staff=OuterRef("pk"), ends_on__isnull=True, **chosen)


def page_of_staff(actor: Actor, wanted: StaffFilter, number: int) -> Page[StaffRow]:
    shown: Page[Any] = Paginator(select_staff(actor, wanted), PAGE).get_page(number)
    shown.object_list = staff_rows(list(shown.object_list))
    return shown


def all_staff(actor: Actor, wanted: StaffFilter) -> list[StaffRow]:
    return staff_rows(list(select_staff(actor, wanted)[:20_000]))


def staff_rows(people: list[Staff]) -> list[StaffRow]:
    posts = _newest_posts([one.pk for one in people])
    schools = school_summaries([one.home_school_id for one in people])
    names = {key: school.name for key, school in schools.items()}
    return [_row(one, posts.get(one.pk), names) for one in people]


def _newest_posts(ids: list[int]) -> dict[int, Posting]:
    rows = Posting.objects.filter(staff_id__in=ids)
    rows = rows.order_by("staff_id", "-starts_on", "-id").distinct("staff_id")
    return {row.staff_id: row for row in rows}


def _row(staff: Staff, post: Posting | None, schools: dict[int, str]) -> StaffRow:
    return StaffRow(
        id=staff.pk,
        name=staff.name,
        born=print_born(staff.born),
        sex=staff.sex,
        code=staff.code or "",
        school_name=schools.get(staff.home_school_id, ""),
        kind=post.kind if post else "",
        contract=post.contract if post else "",
        title=post.title if post else "",
        qualification=staff.qualification,
        subjects=", ".join(staff.teaching_subjects),
        phone=staff.phone,
        email=staff.email,
        status=staff.status,
        has_account=staff.account_id is not None,
    )


def find_staff(*, actor: Actor, text: str, limit: int = 8) -> list[StaffHit]:
    """Tìm cán bộ by name or code, inside what the actor may see."""
    if not text.strip():
        return []
    people = list(select_staff(actor, StaffFilter(text=text))[:limit])
    lines: dict[int, StaffLine] = staff_lines(one.pk for one in people)
    names = school_summaries([one.home_school_id for one in people])
    return [
        StaffHit(
            one.pk,
            one.name,
            lines[one.pk].title if one.pk in lines else "",
            names[one.home_school_id].name,
        )
        for one in people
    ]


NOT_SHOWN = {"personal_number", "ethnic_group", "teaching_subjects", "recruited_on"}
STAFF_SHOWN = [one.name for one in fields(StaffFacts) if one.name not in NOT_SHOWN]


def open_staff_file(*, actor: Actor, staff_id: int) -> StaffFile:
    """One file of a member of staff."""
    staff = open_staff(actor, VIEW, staff_id)
    accounts = accounts_by_ids([staff.account_id]) if staff.account_id else {}
    return StaffFile(
        id=staff.pk,
        version=staff.version,
        name=staff.name,
        values={name: getattr(staff, name) or "" for name in STAFF_SHOWN},
        teaching_subjects=tuple(staff.teaching_subjects),
        recruited_on=staff.recruited_on,
        school_id=staff.home_school_id,
        school_name=staff.home_school.organisation.name,
        places=places_of_staff(staff),
        has_number=bool(staff.personal_number_digest),
        number_warnings=tuple(finding_sentence(Finding(one)) for one in staff.number_findings),
        account=accounts.get(staff.account_id or 0),
        posts=_posts(staff.pk),
        duties=_duties(staff.pk),
    )


def _posts(staff_id: int) -> list[Post]:
    rows = Posting.objects.filter(staff_id=staff_id).annotate(
        school_name=F("school__organisation__name")
    )
    values = rows.order_by("-starts_on").values_list(
        "id", "school_id", "school_name", "kind", "contract", "title", "starts_on", "ends_on"
    )
    return [Post(*row) for row in values]


def _duties(staff_id: int) -> list[Duty]:
    rows = StaffDuty.objects.filter(staff_id=staff_id).order_by("-starts_on", "-id")
    values = rows.values_list("id", "school__organisation__name", "duty", "starts_on", "ends_on")
    return [Duty(*row) for row in values]


def posted_on(staff_ids: Iterable[int], on: date) -> set[int]:
    """Which of these people hold a post on a day."""
    rows = Posting.objects.filter(holding_on(on), staff_id__in=list(staff_ids))
    return set(rows.values_list("staff_id", flat=True))
