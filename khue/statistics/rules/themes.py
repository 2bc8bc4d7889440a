"""Số liệu: the themes, the keys of their counts, and what people call them.

A count has a key of words with points between them. Where children are counted by what they are,
the first word is the level (DM_CAP_HOC: 01 mầm non to 05 GDTX), because a school may have several
and the forms ask for one. Codes are those of the sector lists (records.md §3.4).

Every count of people comes in four columns (`COLUMNS`): "02.repeaters" all, "02.repeaters.f" girls,
"02.repeaters.m" ethnic minorities, "02.repeaters.mf" girls of ethnic minorities. A count that is
zero is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Theme(StrEnum):
    """Mảng số liệu; what is counted in a class, or only in a school (`of_classes`)."""

    ENROLMENT = "enrolment"
    STAFF = "staff"
    SCHOOLS = "schools"
    ENTRY = "entry"
    RESULTS = "results"
    BOOKS = "books"
    ATTENDANCE = "attendance"
    MESSAGES = "messages"
    DECLARED = "declared"

    @property
    def name_vi(self) -> str:
        """As a page calls it."""
        return _NAMES[self]

    @property
    def of_classes(self) -> bool:
        """Whether the figure of a school is the sum of its classes."""
        return self not in OF_SCHOOLS

    @property
    def of_today(self) -> bool:
        """Whether only the current school year has it; that of a past year stays as it was."""
        return self in OF_TODAY


_NAMES: Mapping[Theme, str] = MappingProxyType(
    {
        Theme.ENROLMENT: "Học sinh, lớp học",
        Theme.STAFF: "Cán bộ, giáo viên, nhân viên",
        Theme.SCHOOLS: "Trường, điểm trường",
        Theme.ENTRY: "Tiến độ nhập điểm",
        Theme.RESULTS: "Kết quả giáo dục",
        Theme.BOOKS: "Sổ điểm, học bạ",
        Theme.ATTENDANCE: "Chuyên cần hôm nay",
        Theme.MESSAGES: "Liên lạc với gia đình",
        Theme.DECLARED: "Số liệu trường khai",
    }
)
OF_SCHOOLS = frozenset({Theme.STAFF, Theme.SCHOOLS, Theme.MESSAGES, Theme.DECLARED})
OF_TODAY = frozenset({Theme.STAFF, Theme.SCHOOLS, Theme.ATTENDANCE})


class PlaceKind(StrEnum):
    """Cấp của số liệu, from the smallest."""

    CLASS = "class"
    SCHOOL = "school"
    COMMUNE = "commune"
    PROVINCE = "province"
    MINISTRY = "ministry"


# Suffix of a count of people -> the column's name on the forms.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {"": "Tổng số", ".f": "Nữ", ".m": "Dân tộc thiểu số", ".mf": "Nữ dân tộc thiểu số"}
)


class Guard(StrEnum):
    """Bảo vệ số nhỏ: what a small count of this kind could tell about a person."""

    OPEN = "open"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One word of a key: its Vietnamese name, the code list behind its last word, its guard.

    `of_people`: it comes in the four columns. `by_level`: its key begins with a level.
    """

    theme: Theme
    word: str
    name: str
    codes: str = ""
    of_people: bool = False
    by_level: bool = False
    guard: Guard = Guard.OPEN


def _pupils(word: str, name: str, codes: str = "", guard: Guard = Guard.PERSONAL) -> Dimension:
    return Dimension(Theme.ENROLMENT, word, name, codes, of_people=True, by_level=True, guard=guard)


def _classes(word: str, name: str, codes: str = "", guard: Guard = Guard.OPEN) -> Dimension:
    return Dimension(Theme.ENROLMENT, word, name, codes, by_level=True, guard=guard)


def _staff(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(Theme.STAFF, word, name, codes, of_people=True)


def _staff_of_level(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(Theme.STAFF, word, name, codes, of_people=True, by_level=True)


def _declared(word: str, name: str, guard: Guard = Guard.OPEN) -> Dimension:
    of_people = guard is not Guard.OPEN
    return Dimension(Theme.DECLARED, word, name, "declared", of_people, by_level=True, guard=guard)


def _schools(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(Theme.SCHOOLS, word, name, codes)


def _entry(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(Theme.ENTRY, word, name, codes)


def _results(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(
        Theme.RESULTS, word, name, codes, of_people=True, by_level=True, guard=Guard.PERSONAL
    )


def _books(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(Theme.BOOKS, word, name, codes)


def _today(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(Theme.ATTENDANCE, word, name, codes)


def _messages(word: str, name: str, codes: str = "") -> Dimension:
    return Dimension(Theme.MESSAGES, word, name, codes)


# `codes` names the list of the last word: a sector list, or one of ours in CODES below.
# "pupils" and "classes" stand without a level too, over all levels.
DIMENSIONS: tuple[Dimension, ...] = (
    _pupils("pupils", "Học sinh"),
    _pupils("grade", "Học sinh theo khối", "grades"),
    _pupils("age", "Học sinh theo tuổi (năm bắt đầu năm học trừ năm sinh)", "ages"),
    _pupils("right_age", "Học sinh học đúng độ tuổi theo khối", "grades"),
    _pupils("over_age", "Học sinh quá tuổi của khối"),
    _pupils("new_intake", "Tuyển mới vào lớp đầu cấp"),
    _pupils("repeaters", "Lưu ban"),
    _pupils("two_sessions", "Học 2 buổi/ngày"),
    _pupils("boarding", "Nội trú"),
    _pupils("lunch", "Bán trú"),
    _pupils("suspended", "Đang bảo lưu"),
    _pupils("age_group", "Trẻ theo nhóm tuổi của lớp", "preschool-age-groups"),
    # In the columns "" and ".f" only.
    _pupils("ethnic", "Học sinh theo dân tộc", "ethnic-groups", Guard.SENSITIVE),
    _pupils("disabled", "Khuyết tật học hòa nhập", guard=Guard.SENSITIVE),
    _pupils("disability", "Khuyết tật theo loại", "disability-kinds", Guard.SENSITIVE),
    _pupils("policy", "Thuộc diện chính sách", guard=Guard.SENSITIVE),
    _pupils("policy_kind", "Diện chính sách theo loại", "policy-groups", Guard.SENSITIVE),
    _pupils("informatics", "Học tin học"),
    _pupils("foreign_language", "Học ngoại ngữ"),
    _classes("classes", "Lớp, nhóm trẻ"),
    _classes("classes_grade", "Lớp theo khối (lớp ghép tính vào khối thấp nhất)", "grades"),
    _classes("classes_two_sessions", "Lớp học 2 buổi/ngày"),
    _classes("classes_boarding", "Lớp nội trú"),
    _classes("classes_lunch", "Lớp bán trú"),
    _classes("classes_merged", "Lớp ghép", "merged-kinds"),
    _classes("classes_age_group", "Nhóm, lớp theo nhóm tuổi", "preschool-age-groups"),
    _classes("classes_over", "Nhóm, lớp vượt số trẻ theo quy định", "preschool-age-groups"),
    # One class with one such child tells of that child as much as the child's own count.
    _classes(
        *("classes_disabled", "Nhóm, lớp có trẻ khuyết tật học hòa nhập", "disabled-in-class"),
        guard=Guard.SENSITIVE,
    ),
    # classes_two_sessions_of.16: groups (16) and classes (17) of preschool apart.
    _classes("classes_two_sessions_of", "Nhóm, lớp học 2 buổi/ngày theo khối", "grades"),
    _classes("classes_lunch_of", "Nhóm, lớp bán trú theo khối", "grades"),
    _classes("classes_mixed_of", "Nhóm, lớp ghép độ tuổi theo khối", "grades"),
    _classes(
        *("classes_disabled_of", "Nhóm, lớp có trẻ khuyết tật theo khối", "disabled-in-class"),
        guard=Guard.SENSITIVE,
    ),
    _classes("classes_satellite", "Lớp ở điểm trường lẻ"),
    _classes("classes_specialised", "Lớp chuyên"),
    _staff("staff", "Cán bộ, giáo viên, nhân viên"),
    _staff("role", "Theo nhóm", "staff-roles"),
    _staff("principal_degree", "Hiệu trưởng theo trình độ", "qualification-levels"),
    _staff("deputy_degree", "Phó hiệu trưởng theo trình độ", "qualification-levels"),
    _staff("teacher_degree", "Giáo viên theo trình độ", "qualification-levels"),
    _staff("teacher_age", "Giáo viên theo độ tuổi", "age-bands"),
    _staff("teacher_standard", "Giáo viên theo chuẩn đào tạo", "training-standards"),
    _staff("employee_kind", "Nhân viên theo vị trí", "staff-kinds"),
    _staff("contract", "Theo hình thức hợp đồng", "contract-kinds"),
    # With a level before them: those who count in the forms of that level.
    _staff_of_level("staff", "Cán bộ, giáo viên, nhân viên theo cấp"),
    _schools("schools", "Trường"),
    _schools("main", "Trường theo cấp chính", "levels"),
    _schools("kind", "Trường theo loại hình", "level-groups"),
    _schools("level", "Trường có dạy cấp học", "levels"),
    _schools("ownership", "Trường theo loại hình sở hữu", "school-ownership"),
    _schools("area", "Trường theo vùng", "area-kinds"),
    _schools("standard", "Trường đạt chuẩn quốc gia", "national-standard-levels"),
    _schools("type", "Trường theo tính chất", "school-types"),
    _schools("two_sessions", "Trường dạy 2 buổi/ngày"),
    _schools("lunch", "Trường có học sinh bán trú"),
    _schools("boarding", "Trường có học sinh nội trú"),
    _schools("many_sites", "Trường có từ 5 điểm trường lẻ trở lên"),
    _schools("sites", "Điểm trường"),
    _schools("satellites", "Điểm trường lẻ"),
    _entry("due", "Số con điểm, mức đánh giá phải nhập", "terms"),
    _entry("entered", "Số con điểm, mức đánh giá đã nhập", "terms"),
    _entry("books", "Số sổ của lớp - môn", "terms"),
    _entry("books_full", "Số sổ đã nhập đủ", "terms"),
    _entry("books_empty", "Số sổ chưa nhập con điểm nào", "terms"),
    # subject_due.1.7: term I, the subject whose id is 7.
    _entry("subject_due", "Phải nhập, theo học kì và môn học", "subjects"),
    _entry("subject_entered", "Đã nhập, theo học kì và môn học", "subjects"),
    _results("pupils", "Học sinh được đánh giá"),
    # learning.1.0, learning.2.0, learning.y.0: term I, term II, the year; by term without ".m".
    _results("learning", "Kết quả học tập theo kì và mức", "levels-of-results"),
    _results("conduct", "Kết quả rèn luyện theo kì và mức", "levels-of-results"),
    _results("primary", "Đánh giá cuối năm của học sinh tiểu học", "primary-levels"),
    _results("outcome", "Kết luận cuối năm", "outcomes"),
    _results("award", "Danh hiệu", "awards"),
    _results("checked", "Trẻ được cân, đo trong năm học", "grades"),
    _books("books", "Số sổ điểm theo kì", "periods"),
    _books("state", "Sổ điểm theo kì và trạng thái", "book-states"),
    _books("transcripts", "Phần học bạ của năm học"),
    _books("transcript_state", "Phần học bạ theo trạng thái", "transcript-states"),
    _today("classes", "Lớp"),
    _today("classes_taken", "Lớp đã điểm danh (buổi sáng hoặc buổi chiều)"),
    _today("taken", "Lớp đã điểm danh theo buổi", "sessions"),
    _today("pupils", "Học sinh có trong danh sách"),
    _today("pupils_taken", "Học sinh của các lớp đã điểm danh"),
    _today("absent", "Học sinh vắng (có phép hoặc không phép)"),
    _today("absent_with", "Học sinh vắng có phép"),
    _today("absent_without", "Học sinh vắng không phép"),
    _today("late", "Học sinh đi muộn, về sớm"),
    _messages("notices", "Thông báo đã gửi trong năm học"),
    _messages("notices_urgent", "Thông báo khẩn"),
    _messages("readers", "Lượt người nhận thông báo"),
    _messages("receipts", "Lượt thông báo đến từng người (mỗi em một lượt)"),
    _messages("read", "Lượt đã đọc"),
    _messages("receipts_asked", "Lượt được đề nghị xác nhận"),
    _messages("acknowledged", "Lượt đã xác nhận"),
    # Each telephone message counts in one of these; on the day it was ordered.
    _messages("sms_waiting", "Tin SMS chờ gửi"),
    _messages("sms_sent", "Tin SMS đã gửi, chờ báo phát"),
    _messages("sms_delivered", "Tin SMS đã đến máy"),
    _messages("sms_failed", "Tin SMS không đến được"),
    _messages("sms_unknown", "Tin SMS không rõ đã đến chưa"),
    _messages("sms_not_sent", "Tin SMS không gửi (bị từ chối, đã hủy)"),
    _messages("threads", "Cuộc trao đổi với gia đình"),
    _messages("threads_open", "Cuộc trao đổi chưa kết thúc"),
    # 02.rooms.classrooms: what stands in data/declared.csv; told.02.rooms.classrooms: by how many.
    _declared("has", "Trường có"),
    _declared("rooms", "Phòng"),
    _declared("counted", "Lớp, nhân viên do trường đếm"),
    _declared("told", "Số trường đã khai"),
    _declared("support", "Học sinh được hỗ trợ, bán trú", Guard.SENSITIVE),
    _declared("nutrition", "Trẻ theo tình trạng dinh dưỡng", Guard.SENSITIVE),
)

# Lists of ours; the others are sector lists, kept by organisations.
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "merged-kinds": {"grades": "Lớp ghép nhiều trình độ", "ages": "Lớp ghép độ tuổi"},
        "disabled-in-class": {"1": "1 trẻ", "2": "2 trẻ trở lên"},
        "staff-roles": {
            "principal": "Hiệu trưởng",
            "deputy": "Phó hiệu trưởng",
            "teacher": "Giáo viên",
            "youth": "Tổng phụ trách Đội",
            "employee": "Nhân viên",
        },
        "age-bands": {
            "20": "Từ 20 đến 29",
            "30": "Từ 30 đến 39",
            "40": "Từ 40 đến 49",
            "50": "Từ 50 đến 54",
            "55": "Từ 55 đến 59",
            "60": "Từ 60 trở lên",
            "unknown": "Chưa có ngày sinh",
        },
        "training-standards": {
            "01": "Đạt chuẩn",
            "02": "Trên chuẩn",
            "03": "Chưa đạt chuẩn",
            "unknown": "Chưa khai",
        },
        "terms": {"1": "Học kì I", "2": "Học kì II"},
        "results-terms": {"1": "Học kì I", "2": "Học kì II", "y": "Cả năm"},
        "levels-of-results": {"0": "Tốt", "1": "Khá", "2": "Đạt", "3": "Chưa đạt"},
        "primary-levels": {
            "HTXS": "Hoàn thành xuất sắc",
            "HTT": "Hoàn thành tốt",
            "HT": "Hoàn thành",
            "CHT": "Chưa hoàn thành",
        },
        "periods": {
            "t1": "Học kì I",
            "t2": "Học kì II",
            "p1": "Giữa học kì I (tiểu học)",
            "p2": "Cuối học kì I (tiểu học)",
            "p3": "Giữa học kì II (tiểu học)",
            "p4": "Cuối năm học (tiểu học)",
        },
        "sessions": {"am": "Buổi sáng", "pm": "Buổi chiều"},
    }
)


def key_of(*words: object) -> str:
    """A key of its words: key_of("02", "grade", "01") is "02.grade.01"."""
    return ".".join(str(word) for word in words)
