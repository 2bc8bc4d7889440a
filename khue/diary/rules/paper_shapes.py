"""Sổ ghi đầu bài trên giấy: what stands on each page, already printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """Một dòng: the columns of the official page; blank texts leave the cell empty."""

    period: str
    subject: str
    number: str
    title: str
    absent: str
    remark: str
    rating: str
    teacher: str


@dataclass(frozen=True, kw_only=True)
class PaperDay:
    """Một buổi của một ngày: "Thứ Hai", "16/11", "Sáng", with its lessons."""

    weekday: str
    day: str
    session: str
    lines: tuple[PaperLine, ...]


@dataclass(frozen=True, kw_only=True)
class PaperWeek:
    """Một tuần: its title, its days, the totals and remarks of the foot."""

    title: str
    days: tuple[PaperDay, ...]
    totals: str
    remark: str
    closed_by: str


@dataclass(frozen=True, kw_only=True)
class MonthPaper:
    """Sổ ghi đầu bài of a class in a month, handed in as one document."""

    authority: str
    school: str
    city: str
    class_name: str
    year: str
    month: str
    weeks: tuple[PaperWeek, ...]
    totals: str
    homeroom: str
    leader: str
    leader_title: str
