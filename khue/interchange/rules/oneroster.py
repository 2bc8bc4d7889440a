"""OneRoster 1.2: what its records hold, in its words; the frame of its answers.

A record has sourcedId, status and dateLastModified first, then its own fields. Nothing of ours is
ever deleted, so the status is "active", or "tobedeleted" for what has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

ROSTERING = "/ims/oneroster/rostering/v1p2"
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
PAGE, LARGEST = 100, 1000
ACTIVE, ENDED = "active", "tobedeleted"
SEXES = {"M": "male", "F": "female"}
RELATIONS = {"father": "father", "mother": "mother", "guardian": "guardian"}
# DM_KHOI codes as OneRoster counts grades: kindergarten below the first.
GRADES = {f"{number:02d}": f"{number:02d}" for number in range(1, 13)}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NAMES = {
    "orgs": "Cơ quan, trường",
    "schools": "Trường",
    "academicSessions": "Năm học, học kì",
    "terms": "Học kì",
    "gradingPeriods": "Đợt đánh giá",
    "courses": "Môn học",
    "classes": "Lớp, môn của lớp",
    "users": "Học sinh, cán bộ",
    "students": "Học sinh",
    "teachers": "Giáo viên",
    "enrollments": "Phân lớp, phân công",
    "demographics": "Nhân thân học sinh",
    "categories": "Loại cột điểm",
    "scoreScales": "Thang điểm",
    "lineItems": "Cột điểm",
    "results": "Điểm từng cột",
}
"""What a person calls the lists of OneRoster."""
SLOT_NAMES = (
    *("Thường xuyên 1", "Thường xuyên 2", "Thường xuyên 3", "Thường xuyên 4"),
    *("Thường xuyên 5", "Thường xuyên 6", "Giữa kì", "Cuối kì"),
)


@dataclass(frozen=True)
class Trouble:
    """An error in the frame of OneRoster: HTTP status and the two codes."""

    status: int
    minor: str
    text: str


TROUBLES: dict[str, Trouble] = {
    "token-missing": Trouble(401, "unauthorisedrequest", "Thiếu mã truy cập."),
    "token-invalid": Trouble(401, "unauthorisedrequest", "Mã truy cập không còn dùng được."),
    "scope-missing": Trouble(403, "forbidden", "Kết nối chưa được cấp phạm vi này."),
    "not-found": Trouble(404, "unknownobject", "Không tìm thấy."),
    "method-not-allowed": Trouble(405, "invaliddata", "API chỉ đọc: chỉ dùng GET."),
    "filter-invalid": Trouble(
        400, "invalid_filter_field", "Bộ lọc chưa đúng, hoặc lọc theo trường này chưa có."
    ),
    "fields-invalid": Trouble(400, "invalid_selection_field", "fields có tên không có ở đây."),
    "sort-invalid": Trouble(400, "invaliddata", "orderBy là asc hoặc desc."),
    "sort-too-deep": Trouble(
        400,
        "invaliddata",
        "Danh sách gồm nhiều loại bản ghi chỉ sắp xếp được đến bản ghi thứ 10000: hãy lọc bớt.",
    ),
    "paging-invalid": Trouble(400, "invaliddata", "limit từ 1 đến 1000, offset từ 0."),
    "school-missing": Trouble(400, "invaliddata", "Gói CSV là của một trường: thêm ?school=<id>."),
    "parts-invalid": Trouble(400, "invaliddata", "parts là rostering hoặc gradebook."),
    "post-only": Trouble(405, "invaliddata", "Đặt gói bằng POST."),
    "export-not-ready": Trouble(409, "invaliddata", "Gói chưa xong; xem state rồi lấy sau."),
    "export-fetched": Trouble(410, "invaliddata", "Gói đã được lấy; hãy đặt gói mới."),
    "rate-limited": Trouble(429, "server_busy", "Gọi quá nhanh; đợi hết số giây ở Retry-After."),
}


def trouble_body(key: str, detail: str = "") -> dict[str, Any]:
    """The error as OneRoster frames it (imsx_StatusInfo)."""
    told = TROUBLES[key]
    minor = {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": told.minor}
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": f"{told.text} {detail}".strip(),
        "imsx_CodeMinor": {"imsx_codeMinorField": [minor]},
    }


def moment(value: datetime) -> str:
    """A moment in UTC with milliseconds, as OneRoster writes it."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(sourced_id: UUID, changed: datetime | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    """One record; fields without a value are left out, as the binding asks."""
    told = {name: value for name, value in fields.items() if value not in (None, "", [])}
    first = {
        "sourcedId": str(sourced_id),
        "status": told.pop("status", ACTIVE),
        "dateLastModified": moment(changed or LONG_AGO),
    }
    return {**first, **told}


def reference(kind: str, sourced_id: UUID | str, *, base: str = "") -> dict[str, str]:
    """A GUIDRef: where a record is named, with its address."""
    return {"href": f"{base}/{kind}s/{sourced_id}", "sourcedId": str(sourced_id), "type": kind}


def ended(last: date | None, today: date) -> str:
    return ENDED if last is not None and last < today else ACTIVE


def given_and_family(name: str) -> tuple[str, str]:
    """Tên, rồi họ và đệm: the given name stands last in Vietnamese."""
    words = name.split()
    return (words[-1], " ".join(words[:-1]) or words[-1]) if words else ("", "")


def whole_date(born: str) -> str | None:
    """A birth date only when the day is known."""
    return born if len(born) == 10 else None


def texts_at(one: Any, way: str) -> list[str]:
    """What stands at the end of a way like `roles.org.sourcedId`, through every list on it."""
    found = [one]
    for step in way.split("."):
        found = [_step(row, step) for row in _flat(found)]
    return [str(row) for row in _flat(found) if row not in ("", None)]


def _flat(rows: list[Any]) -> list[Any]:
    return [one for row in rows for one in (row if isinstance(row, list) else [row])]


def _step(row: Any, step: str) -> Any:
    return row.get(step) if isinstance(row, Mapping) else None


def only(told: Mapping[str, Any], fields: frozenset[str]) -> dict[str, Any]:
    """The chosen fields of a record; all when none is chosen."""
    return {name: value for name, value in told.items() if not fields or name in fields}
