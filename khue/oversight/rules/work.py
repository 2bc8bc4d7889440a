"""Việc của các trường: what is to be done, how far a school is, who is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FAULTS = "loi"
SYNC = "dong-bo"
TODAY = "diem-danh"


@dataclass(frozen=True, slots=True)
class Theme:
    """Một loại việc: its key in addresses, its names, and what is counted."""

    key: str
    name: str
    left: str
    unit: str
    asks: str
    short: str
    by_term: bool = False
    has_deadline: bool = True


THEMES: dict[str, Theme] = {
    one.key: one
    for one in (
        Theme(
            "nhap-diem",
            "Nhập điểm",
            "Chưa nhập đủ điểm",
            "con điểm, mức đánh giá",
            "nhập đủ điểm và mức đánh giá",
            "Nhập điểm",
            by_term=True,
        ),
        Theme(
            "so",
            "Duyệt sổ điểm",
            "Chưa duyệt hết sổ điểm",
            "sổ điểm",
            "tổng hợp và duyệt sổ điểm",
            "Sổ điểm",
            by_term=True,
        ),
        Theme("hoc-ba", "Ký học bạ", "Chưa ký hết học bạ", "học bạ", "ký học bạ số", "Học bạ"),
        Theme(
            TODAY,
            "Điểm danh hôm nay",
            "Chưa điểm danh đủ lớp",
            "lớp",
            "điểm danh các lớp còn lại hôm nay",
            "Điểm danh",
            has_deadline=False,
        ),
        Theme(
            SYNC,
            "Đồng bộ CSDL ngành",
            "Chưa đồng bộ xong",
            "loại dữ liệu",
            "kiểm tra dữ liệu và nộp đồng bộ cơ sở dữ liệu ngành",
            "Đồng bộ",
        ),
        Theme(
            FAULTS,
            "Lỗi dữ liệu",
            "Còn lỗi dữ liệu",
            "lỗi",
            "sửa lỗi dữ liệu trong hồ sơ",
            "Lỗi dữ liệu",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Một trường làm đến đâu: `done` of `due`; nothing due is nothing left."""

    done: int
    due: int

    @property
    def left(self) -> int:
        return max(self.due - self.done, 0)

    @property
    def is_done(self) -> bool:
        return self.done >= self.due

    @property
    def order(self) -> float:
        """The least done first."""
        return self.done / self.due if self.due else 1.0


def days_left(due_on: date, today: date) -> int:
    """Còn mấy ngày: 0 on the very day, below it the deadline is over."""
    return (due_on - today).days


def is_late(standing: Standing, due_on: date | None, today: date) -> bool:
    """Trễ hạn: the day is over and something is left."""
    return due_on is not None and today > due_on and not standing.is_done


def deadline_sentence(due_on: date, today: date) -> str:
    """Hạn bằng lời."""
    days = days_left(due_on, today)
    if days < 0:
        return f"quá hạn {-days} ngày"
    return "hạn hôm nay" if days == 0 else f"còn {days} ngày"


NO_TITLE = "Chưa có tiêu đề."
NO_TEXT = "Chưa có nội dung nhắc."


def reminder_title(theme: Theme) -> str:
    """Tiêu đề soạn sẵn."""
    return f"Đề nghị nhà trường {theme.asks}"


def reminder_text(theme: Theme, term: str, deadline: str) -> str:
    """Nội dung soạn sẵn; {truong} is filled in for each reader."""
    when = f" {term}" if theme.by_term and term else ""
    by = f" trước hết ngày {deadline}" if deadline else ""
    return (
        f"Kính gửi {{truong}},\n\nTheo số liệu trên hệ thống, nhà trường còn việc "
        f"“{theme.left}”{when}. Đề nghị nhà trường {theme.asks}{when}{by}.\n\n"
        "Nếu đã làm xong, nhà trường không cần trả lời tin này."
    )
