"""Đối chiếu giữa các trường: conditions over several fields and over several records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from khue.sector.rules.checking import day_of
from khue.sector.rules.faults import Fault, Problem

Message = Mapping[str, object]
LEFT = {4, 5, 8, 9, 11, 12}
LEFT_IN_TERM = {1: {4, 5}, 2: {8, 9}}
YOUNGEST_MOTHER, YOUNGEST_STAFF = 12, 18
RESULTS = ("diemmon", "mahocluc", "mahanhkiem", "colenlop")


def _fault(field: str, title: str, sentence: str, remedy: str, *, blocks: bool = True) -> Fault:
    return Fault(field, title, Problem.CROSSING, sentence, remedy, blocks)


def years_between(earlier: date, later: date) -> int:
    """Whole years between two days."""
    before = (later.month, later.day) < (earlier.month, earlier.day)
    return later.year - earlier.year - before


def check_student(message: Message, on: date) -> Iterator[Fault]:
    """Học sinh: birth, mother, status, class."""
    yield from _born_after(message, on)
    yield from _mother_too_young(message)
    yield from _status_day(message, on)
    yield from _left_term(message)


def _born_after(message: Message, on: date) -> Iterator[Fault]:
    born = day_of(message.get("NgaySinh"))
    if born and born > on:
        said = "Ngày sinh ở sau ngày báo cáo."
        yield _fault("NgaySinh", "Ngày sinh", said, "Hãy sửa ngày sinh theo giấy khai sinh.")


def _mother_too_young(message: Message) -> Iterator[Fault]:
    born, mother = day_of(message.get("NgaySinh")), day_of(message.get("NgaySinhMe"))
    if born and mother and years_between(mother, born) < YOUNGEST_MOTHER:
        said = "Ngày sinh của mẹ quá gần ngày sinh của học sinh."
        yield _fault("NgaySinhMe", "Ngày sinh mẹ", said, "Hãy đối chiếu ngày sinh của mẹ và con.")


def _status_day(message: Message, on: date) -> Iterator[Fault]:
    born, changed = day_of(message.get("NgaySinh")), day_of(message.get("NgayTrangThai"))
    if changed and (changed > on or (born and changed < born)):
        said = "Ngày trạng thái ở ngoài khoảng từ ngày sinh đến ngày báo cáo."
        yield _fault("NgayTrangThai", "Ngày trạng thái", said, "Hãy sửa ngày trong quá trình học.")


def _left_term(message: Message) -> Iterator[Fault]:
    state, term = message.get("TrangThai"), message.get("ThoiDiemRoiTruong")
    if isinstance(term, int) and state not in LEFT_IN_TERM.get(term, set()):
        said = "Thời điểm rời trường không khớp với trạng thái học sinh."
        yield _fault("ThoiDiemRoiTruong", "Thời điểm rời trường", said, "Hãy sửa quá trình học.")


def check_staff(message: Message, on: date) -> Iterator[Fault]:
    """Cán bộ: age, recruitment, the year of birth against the day."""
    born = day_of(message.get("NgaySinh"))
    hired = day_of(message.get("NgayTuyenDung"))
    if born and years_between(born, on) < YOUNGEST_STAFF:
        said = f"Cán bộ chưa đủ {YOUNGEST_STAFF} tuổi vào ngày báo cáo."
        yield _fault("NgaySinh", "Ngày sinh", said, "Hãy sửa ngày sinh của cán bộ.")
    if born and hired and years_between(born, hired) < YOUNGEST_STAFF:
        said = "Ngày tuyển dụng quá gần ngày sinh."
        yield _fault("NgayTuyenDung", "Ngày tuyển dụng", said, "Hãy sửa ngày tuyển dụng.")


def check_class(message: Message, on: date) -> Iterator[Fault]:
    """Lớp: a homeroom teacher, subjects, one kind of class at a time."""
    del on
    if not message.get("MaGvcnCn"):
        said = "Lớp chưa có giáo viên chủ nhiệm."
        remedy = "Hãy phân công chủ nhiệm."
        yield _fault("MaGvcnCn", "Giáo viên chủ nhiệm", said, remedy, blocks=False)
    if message.get("LopChuyen") == 1 and message.get("KhoiHoc") not in {"10", "11", "12"}:
        said = "Lớp chuyên chỉ có ở khối 10, 11, 12."
        yield _fault("LopChuyen", "Lớp chuyên", said, "Hãy sửa loại lớp.")


def check_school(message: Message, on: date) -> Iterator[Fault]:
    """Trường: founded before the report."""
    founded = day_of(message.get("NgayThanhLap"))
    if founded and founded > on:
        said = "Ngày thành lập ở sau ngày báo cáo."
        yield _fault("NgayThanhLap", "Ngày thành lập", said, "Hãy sửa ngày thành lập của trường.")


def check_result(message: Message, on: date) -> Iterator[Fault]:
    """Kết quả: something was concluded; both levels belong together."""
    del on
    told = {name for name in RESULTS if message.get(name) is not None}
    if not told:
        said = "Học sinh chưa có kết quả nào của kì này."
        yield _fault("diemmon", "Điểm môn học", said, "Hãy vào điểm và tổng kết lớp.")
    elif ("mahocluc" in told) != ("mahanhkiem" in told):
        missing, title = _level_without(told)
        said = f"Chưa có “{title.lower()}” của kì này."
        remedy = "Hãy hoàn thành tổng kết lớp."
        yield _fault(missing, title, said, remedy, blocks=False)


def _level_without(told: set[str]) -> tuple[str, str]:
    if "mahocluc" in told:
        return "mahanhkiem", "Kết quả rèn luyện"
    return "mahocluc", "Kết quả học tập"


CROSSINGS: Mapping[str, Callable[[Message, date], Iterator[Fault]]] = {
    "school": check_school,
    "class": check_class,
    "student": check_student,
    "staff": check_staff,
    "result1": check_result,
    "result2": check_result,
    "result3": check_result,
}
# Fields that no two records of a school may share.
UNIQUE_FIELDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "class": (("MaLopHoc", "Mã lớp học"),),
    "student": (("MaHocSinh", "Mã học sinh"), ("MaCongDan", "Số định danh cá nhân")),
    "staff": (("MaCanBo", "Mã cán bộ"), ("SoCmnd", "Số định danh cá nhân")),
    "site": (("MaDiemTruong", "Mã điểm trường"),),
}


def check_doubles(part: str, messages: Mapping[int, Message]) -> dict[int, list[Fault]]:
    """Records that carry the same code; the code itself is not told."""
    found: dict[int, list[Fault]] = {}
    for field, title in UNIQUE_FIELDS.get(part, ()):
        times = Counter(str(one[field]) for one in messages.values() if one.get(field))
        for key, message in messages.items():
            if times.get(str(message.get(field, "")), 0) > 1:
                found.setdefault(key, []).append(_double(field, title))
    return found


def _double(field: str, title: str) -> Fault:
    said = f"“{title}” trùng với một bản ghi khác của trường."
    return Fault(field, title, Problem.DOUBLE, said, "Hãy tìm và sửa hoặc gộp hai hồ sơ trùng.")
