"""Người nhận: whom a notice is for, as plain values that a draft can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kit.refusal import Refusal

CLASSES, GRADES, SCHOOL, AREA, CHOSEN = "classes", "grades", "school", "area", "chosen"
KINDS = {
    CLASSES: "Lớp",
    GRADES: "Khối",
    SCHOOL: "Cả trường",
    AREA: "Các trường trong địa bàn",
    CHOSEN: "Từng người",
}
GUARDIANS, PUPILS, STAFF = "guardians", "pupils", "staff"
SIDES = {GUARDIANS: "Phụ huynh", PUPILS: "Học sinh", STAFF: "Cán bộ, giáo viên"}
MOST_CHOSEN = 2000
NOT_SAID = "Chưa chọn gửi cho ai. Hãy chọn lớp, khối, cả trường hoặc từng người."
NO_SIDE = "Chưa chọn gửi cho phụ huynh, học sinh hay cán bộ, giáo viên."
STAFF_OF_SCHOOL = "Cán bộ, giáo viên chỉ nhận thông báo gửi cả trường hoặc gửi từng người."
TOO_MANY = f"Mỗi lần chọn được tối đa {MOST_CHOSEN} người. Hãy gửi cho cả lớp hoặc cả khối."


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a notice is for.

    `place`: the id of the school, or of the authority for AREA. `ids`: classes, or pupils when they
    are CHOSEN; `staff_ids`: chosen members of staff, of a school or of the schools of an AREA.
    `sides`: who of them reads it.
    """

    kind: str
    place: int
    ids: tuple[int, ...] = ()
    grades: tuple[str, ...] = ()
    staff_ids: tuple[int, ...] = ()
    sides: tuple[str, ...] = (GUARDIANS,)

    @property
    def takes_pupils(self) -> bool:
        """Whether it is about children at all."""
        return bool({GUARDIANS, PUPILS} & set(self.sides)) and bool(self.kind != CHOSEN or self.ids)

    @property
    def names_staff(self) -> bool:
        """Whether only chosen members of staff are meant, instead of all."""
        return self.kind == CHOSEN or bool(self.kind == AREA and self.staff_ids)

    @property
    def takes_staff(self) -> bool:
        if self.kind == CHOSEN:
            return bool(self.staff_ids)
        return STAFF in self.sides and self.kind in {SCHOOL, AREA}


def audience_value(audience: Audience) -> dict[str, Any]:
    """As a notice keeps it."""
    return {
        "kind": audience.kind,
        "place": audience.place,
        "ids": list(audience.ids),
        "grades": list(audience.grades),
        "staff_ids": list(audience.staff_ids),
        "sides": list(audience.sides),
    }


def audience_of(value: Mapping[str, Any]) -> Audience | None:
    """What a notice kept; None for one that the product posted by itself."""
    if "kind" not in value:
        return None
    return Audience(
        str(value["kind"]),
        int(value["place"]),
        tuple(value.get("ids", ())),
        tuple(value.get("grades", ())),
        tuple(value.get("staff_ids", ())),
        tuple(value.get("sides", ())),
    )


def check_audience(audience: Audience) -> Refusal | None:
    """Why nobody could be meant by this."""
    if _is_empty(audience):
        return Refusal("NOT_SAID", NOT_SAID)
    if not set(audience.sides) & set(SIDES) and not audience.staff_ids:
        return Refusal("NO_SIDE", NO_SIDE)
    if not audience.takes_pupils and not audience.takes_staff:
        return Refusal("STAFF_OF_SCHOOL", STAFF_OF_SCHOOL)
    if len(audience.ids) + len(audience.staff_ids) > MOST_CHOSEN:
        return Refusal("TOO_MANY", TOO_MANY)
    return None


def _is_empty(audience: Audience) -> bool:
    named = {
        CLASSES: bool(audience.ids),
        GRADES: bool(audience.grades),
        SCHOOL: True,
        AREA: True,
        CHOSEN: bool(audience.ids or audience.staff_ids),
    }
    return not named.get(audience.kind, False)
