"""Số liệu mà nhà trường đếm của chính mình: staff, the school itself, its words to families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType

from khue.contactbook.api import counted_notices, counted_threads
from khue.organisations.api import CountedSites, SchoolCard, counted_sites
from khue.records.api import counted_staff
from khue.statistics.queries.declared import declared_of
from khue.statistics.queries.family_days import sums_of_days
from khue.statistics.rules.days import whole_year
from khue.statistics.rules.declared import count_declared
from khue.statistics.rules.schools import SchoolFacts, count_school, main_level
from khue.statistics.rules.staff import StaffFacts, count_staff, level_of
from khue.statistics.rules.themes import Theme
from kit.dates import VIETNAM

Counts = Mapping[str, int]


def _ids(cards: Iterable[SchoolCard]) -> list[int]:
    return [card.id for card in cards]


def staff(cards: Sequence[SchoolCard], day: date, year: int) -> Mapping[int, Counts]:
    """Cán bộ, giáo viên, nhân viên on a day."""
    found: dict[int, list[StaffFacts]] = defaultdict(list)
    taught = {card.id: tuple(map(str, card.levels)) for card in cards}
    for one in counted_staff(_ids(cards), day):
        levels = taught[one.school_id]
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
                level=level_of(one.kind, levels, main_level(levels)),
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
        main_level=main_level(tuple(map(str, card.levels))),
    )


def messages(cards: Sequence[SchoolCard], day: date, year: int) -> Mapping[int, Counts]:
    """Liên lạc với gia đình in the school year."""
    since, until = (datetime.combine(one, time(), tzinfo=VIETNAM) for one in whole_year(year))
    found = sums_of_days(_ids(cards), year)
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


def declared(cards: Sequence[SchoolCard], day: date, year: int) -> Mapping[int, Counts]:
    """Số liệu trường khai cho biểu thống kê."""
    found = declared_of(_ids(cards), year)
    return {card.id: count_declared(found.get(card.id, {})) for card in cards}


Count = Callable[[Sequence[SchoolCard], date, int], Mapping[int, Counts]]
OF_SCHOOLS: Mapping[Theme, Count] = MappingProxyType(
    {
        Theme.STAFF: staff,
        Theme.SCHOOLS: schools,
        Theme.MESSAGES: messages,
        Theme.DECLARED: declared,
    }
)
