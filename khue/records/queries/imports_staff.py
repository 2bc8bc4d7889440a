"""What an import of staff compares its rows with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from khue.records.models import Posting, Staff
from khue.records.queries.imports import STAFF_PLAIN
from khue.records.queries.sealed import number_digest
from khue.records.rules.facts import StaffFacts
from kit.fences import EVERYTHING, scoped
from kit.vietnamese import search_key


@dataclass(frozen=True)
class KnownStaff:
    """A staff file of the school."""

    id: int
    version: int
    facts: StaffFacts
    digest: str | None

    def has_number(self, number: str) -> bool:
        return number_digest(number, "staff") == self.digest


@dataclass
class StandingStaff:
    """The staff files of the school by everything that a row can name them with."""

    codes: dict[str, KnownStaff] = field(default_factory=dict)
    digests: dict[str, KnownStaff] = field(default_factory=dict)
    names: dict[str, list[KnownStaff]] = field(default_factory=lambda: defaultdict(list))
    marks_elsewhere: set[str] = field(default_factory=set)

    def by_mark(self, number: str, code: str) -> list[KnownStaff]:
        """The files that carry this number or this code: none, one, or two at odds."""
        found = [self.digests.get(number_digest(number, "staff") or ""), self.codes.get(code)]
        return list({one.id: one for one in found if one}.values())

    def by_name(self, name: str) -> list[KnownStaff]:
        return self.names.get(search_key(name), [])

    def elsewhere(self, number: str, code: str) -> bool:
        return bool({number_digest(number, "staff"), f"code:{code}"} & self.marks_elsewhere)


def standing_staff(
    *, school_id: int, numbers: Sequence[str], codes: Sequence[str]
) -> StandingStaff:
    """The files of who is posted at the school; of files elsewhere only the existence is told."""
    found = StandingStaff()
    posted = Posting.objects.filter(school_id=school_id, ends_on__isnull=True)
    for row in Staff.objects.filter(id__in=posted.values("staff_id")).order_by("id"):
        known = _known(row)
        found.names[search_key(row.name)].append(known)
        if row.code:
            found.codes[row.code] = known
        if row.personal_number_digest:
            found.digests[row.personal_number_digest] = known
    _look_elsewhere(found, numbers, codes)
    return found


def _known(row: Staff) -> KnownStaff:
    facts = StaffFacts(
        **{name: getattr(row, name) or "" for name in STAFF_PLAIN},
        teaching_subjects=tuple(row.teaching_subjects),
        recruited_on=row.recruited_on,
    )
    return KnownStaff(row.pk, row.version, facts, row.personal_number_digest)


def _look_elsewhere(found: StandingStaff, numbers: Sequence[str], codes: Sequence[str]) -> None:
    digests = {number_digest(number, "staff") for number in numbers if number}
    with scoped(EVERYTHING):
        numbered = Staff.objects.filter(personal_number_digest__in=digests)
        held = set(numbered.values_list("personal_number_digest", flat=True))
        coded = Staff.objects.filter(code__in={code for code in codes if code})
        codes_held = set(coded.values_list("code", flat=True))
    found.marks_elsewhere = {one for one in held if one} - set(found.digests)
    found.marks_elsewhere |= {f"code:{one}" for one in codes_held if one not in found.codes}
