"""Câu trả lời qua tin nhắn: a child's results, absences, lessons and notice in few letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

SHORT: Mapping[str, str] = MappingProxyType(
    {
        "Ngữ văn": "Văn",
        "Ngoại ngữ 1": "NN1",
        "Tiếng Anh": "Anh",
        "Tin học": "Tin",
        "Công nghệ": "CN",
        "Nghệ thuật": "NT",
        "Khoa học tự nhiên": "KHTN",
        "Lịch sử và Địa lí": "SĐ",
        "Giáo dục công dân": "GDCD",
        "Giáo dục thể chất": "GDTC",
        "Giáo dục kinh tế và pháp luật": "KTPL",
        "Giáo dục quốc phòng và an ninh": "GDQP",
        "Nội dung giáo dục của địa phương": "GDĐP",
        "Hoạt động trải nghiệm": "HĐTN",
        "Hoạt động trải nghiệm, hướng nghiệp": "HĐTN",
    }
)
NO_RESULTS = "chưa có điểm nào được nhập."
NO_TIMETABLE = (
    "trường chưa đưa thời khóa biểu vào hệ thống, và sổ đầu bài hôm nay chưa ghi tiết nào."
)
NO_NOTICE = "chưa có thông báo nào."
NO_ACCOUNT = (
    "số này chưa có tài khoản nên chưa nhận thông báo. Hãy đăng nhập một lần bằng số điện thoại."
)
NO_ABSENCE = "không nghỉ, không đi muộn buổi nào."


@dataclass(frozen=True, slots=True)
class SubjectSaid:
    """One subject of a term: the average when there is one, else what was given."""

    name: str
    average: str
    given: Sequence[str] = ()

    def __str__(self) -> str:
        said = self.average or " ".join(self.given)
        return f"{SHORT.get(self.name, self.name)} {said}" if said else ""


def head(word: str, child: str, room: str) -> str:
    """ "KQ em Minh 8A: " """
    given = child.rsplit(maxsplit=1)[-1] if child.split() else child
    return " ".join(filter(None, [word, "em", given, room])) + ": "


def say_results(subjects: Iterable[SubjectSaid], closing: str = "") -> str:
    """Toán 8,5; Văn 7 8 GK 7,5; …"""
    said = [str(one) for one in subjects]
    given = [one for one in said if one]
    return "; ".join([*given, closing] if closing else given) + "." if given else NO_RESULTS


def say_absences(with_leave: int, without: int, late: int, newest: Sequence[str]) -> str:
    """Nghỉ 3 buổi (2 phép, 1 không phép), muộn 1 lần. Gần đây: 18/11 sáng có phép; …"""
    if not (with_leave or without or late):
        return NO_ABSENCE
    parts = []
    if with_leave or without:
        parts.append(
            f"nghỉ {with_leave + without} lần ({with_leave} có phép, {without} không phép)"
        )
    if late:
        parts.append(f"đi muộn hoặc về sớm {late} lần")
    return ", ".join(parts) + ". Gần đây: " + "; ".join(newest) + "."


def say_lessons(lessons: Sequence[tuple[int, str]]) -> str:
    """Tiết 1 Toán, tiết 2 Văn …; honest where nothing is known."""
    if not lessons:
        return NO_TIMETABLE
    said = ", ".join(f"tiết {period} {SHORT.get(name, name)}" for period, name in lessons)
    return f"theo sổ đầu bài hôm nay: {said}."


def ask_which(word: str, children: Iterable[tuple[str, str]]) -> str:
    """A family of several children says which one."""
    listed = "; ".join(f"{word} {code} ({name.split()[-1]})" for name, code in children)
    return f"Gia đình có nhiều con, hãy soạn một trong: {listed}."
