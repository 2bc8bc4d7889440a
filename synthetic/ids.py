"""Which id every row gets, known before the database is asked.

A table gives every school of the province a stretch of its own: the row at `place` of the school
number `school` has the id `base + HEAD + school * stride + place`. `base` is where the sequence
of the table stands when the province is made; the first HEAD ids are for rows of the province
itself (the department, the communes, the school years).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HEAD = 1000
# Rows that one school may have in a table; each is well above what the largest school needs.
STRIDES: Mapping[str, int] = {
    "organisations.Organisation": 1,
    "organisations.Site": 20,
    "organisations.Bundle": 4,
    "organisations.Bundle_electives": 20,
    "organisations.Bundle_clusters": 20,
    "organisations.SchoolClass": 400,
    "organisations.ClassSubject": 6_000,
    "records.Student": 6_000,
    "records.Staff": 600,
    "records.Posting": 600,
    "records.Guardian": 12_000,
    "records.Guardianship": 14_000,
    "records.Enrolment": 12_000,
    "records.RegisterEntry": 12_000,
    "timetable.HomeroomAssignment": 400,
    "timetable.TeachingAssignment": 6_000,
    "access.Account": 1_200,
    "access.Grant": 8_000,
    "contactbook.Notice": 20,
    "contactbook.Thread": 20,
    "messaging.Batch": 4,
}


class TooMany(Exception):
    """A school needs more rows of a table than the stretch of one school holds."""


@dataclass(frozen=True)
class Ids:
    """The ids of a province; `bases` by the label of the table, 0 where nothing stands yet.

    `strides`: more tables than the skeleton's, for whoever builds upon it.
    """

    bases: Mapping[str, int] = field(default_factory=dict)
    strides: Mapping[str, int] = field(default_factory=lambda: STRIDES)

    def of_province(self, table: str, place: int) -> int:
        """The id of a row of the province itself."""
        if place >= HEAD:
            raise TooMany(table)
        return self.bases.get(table, 0) + 1 + place

    def first(self, table: str, school: int) -> int:
        """The first id of a school in a table."""
        return self.bases.get(table, 0) + 1 + HEAD + school * self.strides[table]

    def of(self, table: str, school: int, place: int) -> int:
        """The id of a row of a school."""
        if place >= self.strides[table]:
            raise TooMany(f"{table}: {place}")
        return self.first(table, school) + place

    def last(self, table: str, schools: int) -> int:
        """The highest id that a province of so many schools may have used."""
        return self.first(table, schools) - 1
