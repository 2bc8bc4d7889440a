"""Số liệu mà nhà trường đếm của chính mình: staff, the school itself, its words to families."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType

from khue.contactbook.api import counted_notices, counted_threads
from khue.organisations.api import CountedSites, SchoolCard, counted_sites
from khue.records.api import counted_staff
from khue.statistics.rules.days import whole_year
from khue.statistics.rules.schools import SchoolFacts, count_school
from khue.statistics.rules.staff import StaffFacts, count_staff
from khue.statistics.rules.themes import Theme
from kit.dates import VIETNAM

Counts = Mapping[str, int]


def _ids(cards: Iterable[SchoolCard]) -> list[int]:
    return [card.id for card in cards]


def staff(cards: Sequence[SchoolCard], day: date, year: int) -> Mapping[int, Counts]:
    """Cán bộ, giáo viên, nhân viên on a day."""
    found: dict[int, list[StaffFacts]] = defaultdict(list)
    for one in counted_staff(_ids(cards), day):
        found[one.school_id].append(
            StaffFacts(
                kind=one.kind,
                sex=one.sex,
                ethnic_group=one.ethnic_group,
                born=one.born,
                contract=one.contract,
                qualification=one.qualification,
                training_standard=one.training_standard,
                youth_leader=one.youth_leader,
            )
        )
    return {card.id: count_staff(found[card.id], day.year) for card in cards}


def schools(cards: Sequence[SchoolCard], day: date, year: int) -> Mapping[int, Counts]:
    """Trường, điểm trường."""
    sites = {one.school_id: one for one in counted_sites(_ids(cards))}
    none = CountedSites(0, 0, 0)
    return {card.id: count_school(_facts(card, sites.get(card.id, none))) for card in cards}


def _facts(card: SchoolCard, sites: CountedSites) -> SchoolFacts:
    return SchoolFacts(
        level_group=card.level_group,
        levels=card.levels,
        ownership=card.ownership,
        area=card.details["area_kind"],
        standard=card.details["national_standard"],
        school_type=card.school_type,
        two_sessions=card.two_sessions,
        lunch=card.lunch_boarding,
        boarding=card.boarding,
        sites=sites.sites,
        satellites=sites.satellites,
    )


def messages(cards: Sequence[SchoolCard], day: date, year: int) -> Mapping[int, Counts]:
    """Liên lạc với gia đình in the school year."""
    since, until = (datetime.combine(one, time(), tzinfo=VIETNAM) for one in whole_year(year))
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for one in counted_notices(_ids(cards), since, until):
        told = {"notices": one.notices, "notices_urgent": one.urgent, "readers": one.readers}
        found[one.school_id].update(told)
    for thread in counted_threads(_ids(cards), since, until):
        told = {"threads": thread.threads, "threads_open": thread.still_open}
        found[thread.school_id].update(told)
    return {
        school_id: {key: value for key, value in counts.items() if value}
        for school_id, counts in found.items()
    }


Count = Callable[[Sequence[SchoolCard], date, int], Mapping[int, Counts]]
OF_SCHOOLS: Mapping[Theme, Count] = MappingProxyType(
    {Theme.STAFF: staff, Theme.SCHOOLS: schools, Theme.MESSAGES: messages}
)
