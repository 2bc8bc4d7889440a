"""The pupils of a school by name, code and birthday, for matching rows of a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from khue.records.models import Student


@dataclass(frozen=True, slots=True)
class KnownPupil:
    """A pupil as a row may name her; `born` as the file keeps it."""

    id: int
    name: str
    code: str
    born: str


def pupils_of_school(school_id: int) -> list[KnownPupil]:
    """Everybody whose file the school keeps, in the order of given names; the caller passed."""
    rows = Student.objects.filter(home_school_id=school_id, merged_into__isnull=True)
    found = rows.order_by("name_key", "id").values_list("id", "name", "code", "born")
    return [KnownPupil(key, name, code or "", born) for key, name, code, born in found]
