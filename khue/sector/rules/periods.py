"""Đợt báo cáo: start, middle and end of the year; the window is a decision of the department.

Law: TT 42/2021/TT-BGDĐT; NĐ 88/2026/NĐ-CP, Điều 15
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kit.dates import print_date


class Period(StrEnum):
    START = "dau-nam"
    MIDDLE = "giua-nam"
    END = "cuoi-nam"


PERIOD_NAMES = {Period.START: "Đầu năm", Period.MIDDLE: "Giữa năm", Period.END: "Cuối năm"}
# LoaiDongBo (gateway-reception-kinds): 1 start of year, 2 changes, 3 end of year.
RECEPTION_KINDS = {Period.START: 1, Period.MIDDLE: 2, Period.END: 3}


@dataclass(frozen=True)
class Window:
    """Thời gian nhận của một đợt; both days belong to it. `shut`: closed early by the Sở."""

    period: Period
    year: int
    opens_on: date
    closes_on: date
    as_of: date
    shut: bool = False

    def is_open(self, on: date) -> bool:
        return not self.shut and self.opens_on <= on <= self.closes_on

    def is_over(self, on: date) -> bool:
        return self.shut or on > self.closes_on


NOT_SET = "Sở chưa đặt thời gian báo cáo đợt này. Hãy chờ thông báo của Sở, hoặc đề nghị Sở mở đợt."
INACTIVE = (
    "Trường không còn hoạt động vào ngày này nên không gửi được báo cáo. "
    "Hãy liên hệ Sở nếu thông tin này chưa đúng."
)


def closed_sentence(window: Window | None, on: date) -> str:
    """Why a school cannot send now; empty while the window is open."""
    if window is None:
        return NOT_SET
    if window.is_open(on):
        return ""
    if window.shut:
        return "Sở đã đóng đợt báo cáo này. Hãy đề nghị Sở mở lại nếu trường còn phải gửi."
    if on < window.opens_on:
        return f"Đợt báo cáo chưa mở. Hãy gửi từ ngày {print_date(window.opens_on)}."
    return (
        f"Đợt báo cáo đã đóng ngày {print_date(window.closes_on)}. "
        "Hãy đề nghị Sở gia hạn nếu trường còn phải gửi."
    )


def window_refusals(window: Window) -> tuple[tuple[str, str], ...]:
    """What is wrong with the days of a window, by field."""
    found: list[tuple[str, str]] = []
    if window.closes_on < window.opens_on:
        found.append(("closes_on", "Ngày đóng phải từ ngày mở trở đi."))
    if window.as_of > window.closes_on:
        found.append(("as_of", "Ngày chốt số liệu không được ở sau ngày đóng."))
    if not date(window.year, 7, 1) <= window.opens_on <= date(window.year + 1, 12, 31):
        found.append(("opens_on", "Ngày mở nằm ngoài năm học đã chọn."))
    return tuple(found)
