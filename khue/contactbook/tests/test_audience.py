"""The statement that finds the readers, against a reading of the rule in a few plain lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from khue.contactbook.queries.audience import Place, count_readers
from khue.contactbook.rules.audience import Audience
from khue.contactbook.services.delivering import write_receipts
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key
from tests.cast import NOW, TODAY, Cast, enrol, make_account, make_student, table

ADULTS = 4
Day = some.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
End = some.none() | some.integers(0, 4).map(lambda days: days)
Key = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class Link:
    """An adult of a child: from when to when, kept away or not."""

    adult: int
    child: int
    starts: date
    lasts: int | None
    blocked: bool
    relation: str

    @property
    def holds(self) -> bool:
        return self.starts <= TODAY and (
            self.lasts is None or self.starts + timedelta(days=self.lasts) >= TODAY
        )


Links = some.lists(
    some.builds(
        Link,
        adult=some.integers(0, ADULTS - 1),
        child=some.integers(0, 3),
        starts=Day,
        lasts=End,
        blocked=some.booleans(),
        relation=some.sampled_from(["father", "mother", "guardian"]),
    ),
    max_size=10,
    unique_by=lambda link: (link.adult, link.child, link.relation),
)
Sides = some.sets(some.sampled_from(["guardians", "pupils", "staff"]), min_size=1)


def make_family(links: Sequence[Link], children: Sequence[Any]) -> list[Any]:
    """Adults, every second of them with an account, and their links."""
    adults = []
    for number in range(ADULTS):
        account = make_account(f"ph.{number}xx", f"Phụ huynh {number}", "guardian")
        made = table("records.Guardian").objects.create(
            name=account.name,
            name_search=search_key(account.name),
            phone=f"091200010{number}",
            account=account if number % 2 else None,
            created_at=NOW,
        )
        adults.append(made)
    kept = table("records.Guardianship").objects
    for link in links:
        ends = None if link.lasts is None else link.starts + timedelta(days=link.lasts)
        kept.create(
            student=children[link.child],
            guardian=adults[link.adult],
            relation=link.relation,
            starts_on=link.starts,
            ends_on=ends,
            blocked_reason="Quyết định 12" if link.blocked else "",
        )
    return adults


def expected(
    links: Sequence[Link], adults: Sequence[Any], children: Sequence[Any], sides: set[str]
) -> set[Key]:
    """Who reads: an adult of a child in the class whom no link of today keeps away."""
    found: set[Key] = set()
    for adult in range(ADULTS):
        for child in range(len(children)):
            today = [one for one in links if (one.adult, one.child) == (adult, child) and one.holds]
            if "guardians" in sides and today and not any(one.blocked for one in today):
                who = adults[adult]
                found.add((who.account_id, who.pk, children[child].pk))
    if "pupils" in sides:
        found |= {(one.account_id, None, one.pk) for one in children if one.account_id}
    return found


def receipts(notice: Any) -> set[Key]:
    rows = table("contactbook.Receipt").objects.filter(notice=notice)
    return set(rows.values_list("account_id", "guardian_id", "student_id"))


def a_notice(cast: Cast) -> Any:
    return table("contactbook.Notice").objects.create(
        place=cast.school.organisation.path,
        title="Thử",
        text="Thử",
        written_by="Ai đó",
        written_by_id=1,
        written_at=NOW,
        school_id=cast.school.pk,
        province_id=cast.department.pk,
    )


def place_of(cast: Cast) -> Place:
    path = cast.school.organisation.path
    return Place(path, "", cast.school.pk, cast.department.pk, (cast.school.pk,))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(links=Links, sides=Sides)
def test_the_readers_of_a_class(cast: Cast, links: list[Link], sides: set[str]) -> None:
    with scoped(EVERYTHING), transaction.atomic():
        room = cast.sister_class
        children = [make_student(cast.school, f"Em Thứ {number}") for number in range(4)]
        for child in children[:3]:
            enrol(child, room)
        enrol(children[3], room, ends_on=TODAY - timedelta(days=1), status="moved")
        adults = make_family(links, children)
        notice = a_notice(cast)
        audience = Audience("classes", cast.school.pk, (room.pk,), sides=tuple(sorted(sides)))
        wanted = expected(links, adults, children[:3], sides)
        if audience.takes_pupils:
            written = write_receipts(notice, audience, place_of(cast), TODAY)
            counted = count_readers(audience, place_of(cast), TODAY, personal=True)
            assert (written, counted.readers) == (len(wanted), len(wanted))
        assert receipts(notice) == (wanted if audience.takes_pupils else set())
        transaction.set_rollback(True)
