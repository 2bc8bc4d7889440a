"""Suy ra từ dữ liệu đã có: what follows from other fields of the same record, and no guess.

A school that types another value is believed.
"""

from __future__ import annotations

from collections.abc import Mapping

from khue.sector.queries.messages.values import Message, given

# Trình độ chuyên môn (DM_TRINH_DO_CHUYEN_MON) -> trình độ của chuyên ngành (DM_TRINH_DO). The file
# of a member of staff holds one training, so that its level is that of its major.
DEGREE_OF_QUALIFICATION = {
    **dict.fromkeys((5, 9, 10, 15, 18), 5),
    **dict.fromkeys((4, 14, 17), 6),
    **dict.fromkeys((3, 13, 16), 7),
    2: 8,
    1: 9,
}
PARENTS = ("Me", "Bo")


def inferred(part: str, told: Mapping[str, object]) -> Message:
    """What the other fields of a record already say."""
    if part == "student":
        return _birthday_of_guardian(told)
    return _degree(told) if part == "staff" else {}


def _birthday_of_guardian(told: Mapping[str, object]) -> Message:
    """The guardian who is the mother or the father was born on the same day."""
    name = told.get("HoTenNguoiGiamHo")
    days = [
        told.get(f"NgaySinh{one}") for one in PARENTS if name and told.get(f"HoTen{one}") == name
    ]
    return given(NgaySinhNguoiGiamHo=next((day for day in days if day), None))


def _degree(told: Mapping[str, object]) -> Message:
    if not told.get("ChuyenNganhDaoTaoChinh"):
        return {}
    level = told.get("TrinhDoChuyenMonNvCaoNhat")
    return given(
        TrinhDoDaoTaoCnChinh=DEGREE_OF_QUALIFICATION.get(level) if isinstance(level, int) else None
    )
