"""Lỗi dữ liệu: what is missing, impossible or doubtful in the files of a school.

Each kind is one small rule over plain facts. A fault says what is seen; whether the paper or the
file is wrong, a person finds out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Whose = Literal["pupil", "class", "book", "staff", "school"]
VIETNAMESE = "704"
FIRST_GRADE_AGE = 6
GRADES = {f"{one:02}": one for one in range(1, 13)}
PRESCHOOL, PRIMARY = "01", "02"
# TT 52/2020/TT-BGDĐT: the most children of a nursery group or kindergarten class by age group.
CHILDREN_BY_AGE_GROUP = {"01": 15, "02": 20, "03": 25, "04": 25, "05": 30, "06": 35}


@dataclass(frozen=True, slots=True)
class Kind:
    """Loại lỗi: its name, what is wrong about it, and what to do."""

    key: str
    whose: Whose
    name: str
    why: str
    remedy: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Ngưỡng kiểm tra: years of age, pupils in a class."""

    age_below: int = 2
    age_above: int = 7
    class_preschool: int = 35
    class_primary: int = 35
    class_secondary: int = 45


@dataclass(frozen=True, slots=True)
class PupilFacts:
    """What is asked of a pupil's file; `born` is partial ("2015"), `age` in full years of birth."""

    id: int
    name: str
    born: str
    nationality: str
    ethnic_group: str
    has_number: bool
    number_findings: tuple[str, ...]
    twin: bool
    class_id: int | None
    class_name: str
    grade: str
    last_status: str
    family_phone: bool


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What is asked of a class."""

    id: int
    name: str
    level: str
    age_group: str
    pupils: int
    has_homeroom: bool


@dataclass(frozen=True, slots=True)
class BookFacts:
    """Môn học của lớp: whether somebody teaches it."""

    id: int
    name: str
    class_id: int
    has_teacher: bool


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What is asked of a member of staff."""

    id: int
    name: str
    is_teacher: bool
    teaches: bool
    has_number: bool
    qualification: str
    phone: str


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """What is asked of the school itself."""

    id: int
    name: str
    phone: str
    email: str
    leaders: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Một lỗi: of which kind, about whom, in which class, and what is seen."""

    kind: str
    id: int
    name: str
    class_name: str
    seen: str


KINDS: dict[str, Kind] = {
    one.key: one
    for one in (
        Kind(
            "number_missing",
            "pupil",
            "Học sinh thiếu số định danh cá nhân",
            "Không đồng bộ được với cơ sở dữ liệu dân cư.",
            "Ghi số định danh theo giấy khai sinh hoặc thông báo của công an xã.",
        ),
        Kind(
            "number_doubtful",
            "pupil",
            "Số định danh không khớp ngày sinh hoặc giới tính",
            "Số định danh cho biết giới tính, thế kỷ và năm sinh, khác với hồ sơ.",
            "Đối chiếu giấy khai sinh; sửa bên sai.",
            grave=True,
        ),
        Kind(
            "twin",
            "pupil",
            "Có thể trùng hồ sơ",
            "Hai hồ sơ đang dùng trong tỉnh có cùng họ tên, ngày sinh và giới tính.",
            "Mở hai hồ sơ để so; nếu là một em thì gộp hồ sơ.",
            grave=True,
        ),
        Kind(
            "born_partial",
            "pupil",
            "Học sinh thiếu ngày sinh đầy đủ",
            "Chưa tính được tuổi cho biểu thống kê.",
            "Ghi đủ ngày, tháng, năm sinh theo giấy khai sinh.",
        ),
        Kind(
            "age_impossible",
            "pupil",
            "Tuổi không hợp với lớp",
            "Năm sinh cách quá xa tuổi đúng của khối lớp.",
            "Đối chiếu năm sinh và lớp đang học.",
            grave=True,
        ),
        Kind(
            "ethnic_missing",
            "pupil",
            "Học sinh thiếu dân tộc",
            "Biểu thống kê cần số học sinh dân tộc thiểu số.",
            "Ghi dân tộc theo giấy khai sinh.",
        ),
        Kind(
            "no_class",
            "pupil",
            "Học sinh chưa xếp lớp",
            "Em thuộc trường nhưng không có tên ở lớp nào.",
            "Xếp lớp, hoặc ghi chuyển trường, thôi học.",
            grave=True,
        ),
        Kind(
            "phone_missing",
            "pupil",
            "Gia đình chưa có số điện thoại",
            "Nhà trường không nhắn tin được cho gia đình.",
            "Hỏi gia đình và ghi số điện thoại của người liên lạc.",
        ),
        Kind(
            "class_without_homeroom",
            "class",
            "Lớp chưa có giáo viên chủ nhiệm",
            "Không ai chốt được kết quả và điểm danh của lớp.",
            "Phân công chủ nhiệm.",
            grave=True,
        ),
        Kind(
            "class_too_large",
            "class",
            "Lớp đông quá ngưỡng",
            "Sĩ số vượt ngưỡng kiểm tra của cấp học hoặc nhóm tuổi.",
            "Xem lại việc xếp lớp.",
        ),
        Kind(
            "class_empty",
            "class",
            "Lớp không có học sinh",
            "Lớp đang mở mà không có em nào.",
            "Xếp học sinh vào lớp hoặc đóng lớp.",
        ),
        Kind(
            "book_without_teacher",
            "book",
            "Môn học chưa có giáo viên",
            "Không ai nhập được điểm của môn ở lớp này.",
            "Phân công giảng dạy.",
            grave=True,
        ),
        Kind(
            "teacher_without_subject",
            "staff",
            "Giáo viên chưa được phân công",
            "Không dạy môn nào và không chủ nhiệm lớp nào trong năm học.",
            "Phân công, hoặc sửa vị trí việc làm.",
        ),
        Kind(
            "staff_number_missing",
            "staff",
            "Cán bộ thiếu số định danh cá nhân",
            "Không đồng bộ được với cơ sở dữ liệu ngành.",
            "Ghi số định danh trong hồ sơ cán bộ.",
        ),
        Kind(
            "qualification_missing",
            "staff",
            "Cán bộ thiếu trình độ đào tạo",
            "Biểu thống kê đội ngũ cần trình độ.",
            "Ghi trình độ cao nhất theo văn bằng.",
        ),
        Kind(
            "staff_phone_missing",
            "staff",
            "Cán bộ thiếu số điện thoại",
            "Không nhắn được khi cần.",
            "Ghi số điện thoại trong hồ sơ cán bộ.",
        ),
        Kind(
            "school_without_contact",
            "school",
            "Trường chưa có điện thoại và thư điện tử",
            "Sở và xã không liên hệ được với trường.",
            "Ghi số điện thoại hoặc thư điện tử của trường.",
        ),
        Kind(
            "school_without_leader",
            "school",
            "Trường chưa có hiệu trưởng trên hệ thống",
            "Không ai duyệt, khóa sổ và ký được.",
            "Phân quyền hiệu trưởng cho người đứng đầu.",
            grave=True,
        ),
    )
}
WITHOUT_CLASS = frozenset({"", "moved_class", "studying"})
NOT_SAID = "Chưa ghi"


def age_of(born: str, year: int) -> int | None:
    """Tuổi: by years of birth in a school year, as enrolment counts it."""
    return year - int(born[:4]) if born else None


def right_age(grade: str) -> int | None:
    """Tuổi đúng của khối lớp: 6 in grade 1."""
    number = GRADES.get(grade)
    return None if number is None else FIRST_GRADE_AGE + number - 1


def age_sentence(facts: PupilFacts, year: int, limits: Thresholds) -> str:
    """What is impossible about an age; "" when nothing is."""
    age, right = age_of(facts.born, year), right_age(facts.grade)
    if age is None or right is None:
        return f"Sinh năm {facts.born[:4]}" if age is not None and age < 0 else ""
    if right - limits.age_below <= age <= right + limits.age_above:
        return ""
    return f"Sinh năm {facts.born[:4]}, {age} tuổi, học lớp {GRADES[facts.grade]}"


def most_in_class(facts: ClassFacts, limits: Thresholds) -> int:
    """Ngưỡng sĩ số of a class by its age group or level."""
    if facts.level == PRESCHOOL:
        return CHILDREN_BY_AGE_GROUP.get(facts.age_group, limits.class_preschool)
    return limits.class_primary if facts.level == PRIMARY else limits.class_secondary


def faults_of_pupil(facts: PupilFacts, year: int, limits: Thresholds) -> list[Fault]:
    """Every fault of a pupil's file."""
    seen = {
        "number_missing": _number_missing(facts),
        "number_doubtful": "Đối chiếu giấy khai sinh" if facts.number_findings else "",
        "twin": "Trùng họ tên, ngày sinh, giới tính" if facts.twin else "",
        "born_partial": "" if len(facts.born) == 10 else f"Ngày sinh: {facts.born or NOT_SAID}",
        "age_impossible": age_sentence(facts, year, limits),
        "ethnic_missing": "" if facts.ethnic_group else NOT_SAID,
        "no_class": _no_class(facts),
        "phone_missing": "" if facts.family_phone or facts.class_id is None else NOT_SAID,
    }
    return _told(seen, facts.id, facts.name, facts.class_name)


def _number_missing(facts: PupilFacts) -> str:
    return "" if facts.has_number or facts.nationality != VIETNAMESE else NOT_SAID


def _no_class(facts: PupilFacts) -> str:
    lost = facts.class_id is None and facts.last_status in WITHOUT_CLASS
    return "Không có tên ở lớp nào" if lost else ""


def faults_of_class(facts: ClassFacts, limits: Thresholds) -> list[Fault]:
    """Every fault of a class."""
    most = most_in_class(facts, limits)
    seen = {
        "class_without_homeroom": "" if facts.has_homeroom else "Chưa phân công chủ nhiệm",
        "class_too_large": f"{facts.pupils} em, ngưỡng {most}" if facts.pupils > most else "",
        "class_empty": "" if facts.pupils else "Không có em nào",
    }
    return _told(seen, facts.id, f"Lớp {facts.name}", facts.name)


def faults_of_book(facts: BookFacts, class_name: str) -> list[Fault]:
    """A subject of a class that nobody teaches."""
    seen = {"book_without_teacher": "" if facts.has_teacher else "Chưa phân công giảng dạy"}
    return _told(seen, facts.id, f"{facts.name} {class_name}", class_name)


def faults_of_staff(facts: StaffFacts) -> list[Fault]:
    """Every fault of the file of a member of staff."""
    idle = facts.is_teacher and not facts.teaches
    seen = {
        "teacher_without_subject": "Chưa phân công dạy, chủ nhiệm" if idle else "",
        "staff_number_missing": "" if facts.has_number else NOT_SAID,
        "qualification_missing": "" if facts.qualification else NOT_SAID,
        "staff_phone_missing": "" if facts.phone else NOT_SAID,
    }
    return _told(seen, facts.id, facts.name, "")


def faults_of_school(facts: SchoolFacts) -> list[Fault]:
    """Every fault of what is kept of the school itself."""
    seen = {
        "school_without_contact": "" if facts.phone or facts.email else NOT_SAID,
        "school_without_leader": "" if facts.leaders else "Chưa ai giữ quyền hiệu trưởng",
    }
    return _told(seen, facts.id, facts.name, "")


def _told(seen: dict[str, str], whose: int, name: str, class_name: str) -> list[Fault]:
    return [Fault(kind, whose, name, class_name, said) for kind, said in seen.items() if said]


def counts_of(faults: Iterable[Fault]) -> dict[str, int]:
    """Số lỗi by kind, in the order of the kinds; kinds without one are left out."""
    counted = dict.fromkeys(KINDS, 0)
    for one in faults:
        counted[one.kind] += 1
    return {kind: number for kind, number in counted.items() if number}


def kinds_where(keep: Callable[[Kind], bool]) -> tuple[str, ...]:
    """The keys of the kinds that a test keeps."""
    return tuple(key for key, one in KINDS.items() if keep(one))
