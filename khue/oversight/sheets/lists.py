"""Danh sách việc, lỗi dữ liệu của một trường as workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from khue.oversight.queries.lists import SchoolWork
from khue.oversight.queries.places import NO_CONTACT, Contact
from khue.oversight.rules.faults import KINDS, Fault
from khue.oversight.rules.work import Theme
from kit.sheets.writing import Field, Page, excel_bytes

WORK = (
    Field("name", "Trường", "text", 42),
    Field("above", "Thuộc", "text", 30),
    Field("done", "Đã xong", "integer", 10),
    Field("due", "Phải làm", "integer", 10),
    Field("left", "Còn lại", "integer", 10),
    Field("late", "Trễ hạn", "text", 10),
    Field("note", "Ghi chú", "text", 30),
    Field("leader", "Hiệu trưởng", "text", 26),
    Field("phone", "Điện thoại", "code", 16),
    Field("email", "Thư điện tử", "text", 28),
)
FAULTS = (
    Field("kind", "Loại lỗi", "text", 44),
    Field("name", "Hồ sơ", "text", 32),
    Field("class", "Lớp", "text", 10),
    Field("seen", "Chi tiết", "text", 40),
    Field("remedy", "Cách sửa", "text", 60),
)


def work_book(
    theme: Theme,
    place: str,
    schools: Iterable[SchoolWork],
    contacts: Mapping[int, Contact],
) -> bytes:
    """The schools of a list with their contacts."""
    rows = [_row(one, contacts.get(one.id, NO_CONTACT)) for one in schools]
    return excel_bytes([Page(theme.name, WORK, rows, (f"{theme.left} – {place}",))])


def _row(one: SchoolWork, contact: Contact) -> dict[str, object]:
    return {
        "name": one.name,
        "above": one.above,
        "done": one.standing.done,
        "due": one.standing.due,
        "left": one.standing.left,
        "late": "Trễ hạn" if one.late else "",
        "note": one.note,
        "leader": contact.leader,
        "phone": contact.phone or contact.leader_phone,
        "email": contact.email,
    }


def faults_book(school: str, faults: Sequence[Fault]) -> bytes:
    """Every fault of a school, kind by kind."""
    order = list(KINDS)
    rows = [
        {
            "kind": KINDS[one.kind].name,
            "name": one.name,
            "class": one.class_name,
            "seen": one.seen,
            "remedy": KINDS[one.kind].remedy,
        }
        for one in sorted(faults, key=lambda one: order.index(one.kind))
    ]
    return excel_bytes([Page("Lỗi dữ liệu", FAULTS, rows, (f"Lỗi dữ liệu – {school}",))])
