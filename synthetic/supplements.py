"""Dữ liệu bổ sung gửi ngành: what the sector asks for and no page of the product keeps.

With it nearly every record passes the check before a push. Held back by nature stay children
whose mother is not on file; a few more are laid (`synthetic.faults`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from khue.records.queries.sealed import seal_text
from khue.sector.queries.dossier import LABEL
from synthetic.desk import Desk
from synthetic.lots import mixed
from synthetic.plan import YEAR, PlannedAdult, PlannedPupil, PlannedSchool
from synthetic.training import sector_values

TABLE = "sector.Supplement"
BIRTHDAYS = {"father": "NgaySinhBo", "mother": "NgaySinhMe", "guardian": "NgaySinhNguoiGiamHo"}
# Provinces around, from which somebody moves in.
NEIGHBOUR_PROVINCES = ("04", "19", "22", "24")
FROM_ANOTHER_SCHOOL = "1"
Added = tuple[str, int, dict[str, object]]


def write_supplements(desk: Desk, school: PlannedSchool) -> None:
    """A row for every record of which something is to be added."""
    for part, local_id, values in _added(school):
        text = json.dumps(values, ensure_ascii=False)
        desk.writer[TABLE].add(
            school.id, school.province_id, part, local_id, seal_text(text, LABEL), desk.now
        )


def _added(school: PlannedSchool) -> Iterator[Added]:
    for one in school.staff:
        yield "staff", one.id, sector_values(school, one)
    for room in school.classes_of(YEAR):
        if room.merged_kind == "ages":
            yield "class", room.id, {"LopGhepDoTuoi": len(room.bands)}
    entered = {
        seat.student_id: seat.entry_kind for room in school.classes_of(YEAR) for seat in room.seats
    }
    for pupil in school.pupils:
        if has_supplement(pupil):
            came = entered.get(pupil.id) == FROM_ANOTHER_SCHOOL
            yield "student", pupil.id, _of_pupil(pupil, came=came)


def has_supplement(pupil: PlannedPupil) -> bool:
    """Nothing could let the record of a child go whose mother is not on file."""
    return not pupil.leaver and any(one.relation == "mother" for one in pupil.adults)


def _of_pupil(pupil: PlannedPupil, *, came: bool) -> dict[str, object]:
    """Birthdays of the family; the guardian is whoever the school speaks to, if nobody else."""
    values: dict[str, object] = {BIRTHDAYS[one.relation]: birthday_of(one) for one in pupil.adults}
    values.setdefault(BIRTHDAYS["guardian"], birthday_of(pupil.adults[0]))
    if came:
        at = mixed(61, int(pupil.code)) % len(NEIGHBOUR_PROVINCES)
        values["ChuyenDenTuTinh"] = NEIGHBOUR_PROVINCES[at]
    return values


def birthday_of(one: PlannedAdult) -> str:
    """A day in the year of birth, the same whenever it is asked, as a message writes it."""
    drawn = mixed(67, int(one.phone))
    return f"{one.birth_year}-{drawn % 12 + 1:02d}-{drawn // 12 % 28 + 1:02d}T00:00:00.0"
