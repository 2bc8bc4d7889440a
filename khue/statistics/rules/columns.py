"""Cột của bảng các nơi bên dưới: which numbers of each place stand beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from khue.statistics.rules.blocks import APPROVED, LAST_OF_TERM, OUTCOMES, SIGNED, SMS_STATES
from khue.statistics.rules.themes import CODES, Theme
from khue.statistics.rules.told import Told, shown_number
from kit.numbers import print_ratio

PRIMARY = "02"
SECONDARY = ("03", "04", "05")
SMS_KEYS = tuple(SMS_STATES)


@dataclass(frozen=True, slots=True)
class Column:
    """Một cột: the sum of some keys; with `wholes`, its share of another sum.

    Where `since` is named, there is no share as long as these count nobody.
    """

    title: str
    theme: Theme
    keys: tuple[str, ...]
    wholes: tuple[str, ...] = ()
    since: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        return bool(self.wholes)


class Cell(NamedTuple):
    """Một ô: a number, or a part of a whole; None where it is withheld."""

    part: int | None
    whole: int | None = None
    is_share: bool = False

    @property
    def shown(self) -> str:
        """As the table prints it."""
        if not self.is_share:
            return shown_number(self.part)
        if self.part is None or self.whole is None:
            return shown_number(None)
        return f"{print_ratio(self.part, self.whole)}%" if self.whole else "—"

    @property
    def said(self) -> str:
        """What stands behind a share."""
        if not self.is_share or not self.whole:
            return ""
        return f"{shown_number(self.part)} trong {shown_number(self.whole)}"

    @property
    def printed(self) -> tuple[str, str, bool]:
        """As the table prints it, what stands behind it, and whether it is withheld."""
        return self.shown, self.said, self.part is None

    @property
    def order(self) -> float:
        """For sorting; what is withheld counts as nothing, what has no whole stands below."""
        if not self.is_share:
            return self.part or 0
        return (self.part or 0) / self.whole if self.whole else -1.0


def cell_of(told: Told, column: Column) -> Cell:
    """The cell of a place."""
    part = told.total(column.theme, column.keys)
    if not column.is_share:
        return Cell(part)
    begun = not column.since or told.total(column.theme, column.since) != 0
    return Cell(part, told.total(column.theme, column.wholes) if begun else 0, is_share=True)


@dataclass(frozen=True, slots=True)
class Picked:
    """Where the counts of a column stand in a row of a table."""

    keys: tuple[int, ...]
    wholes: tuple[int, ...]
    since: tuple[int, ...]

    def cell(self, counts: Sequence[int | None]) -> Cell:
        """The cell of the row."""
        part = _sum_of(counts, self.keys)
        if not self.wholes:
            return Cell(part)
        begun = not self.since or _sum_of(counts, self.since) != 0
        return Cell(part, _sum_of(counts, self.wholes) if begun else 0, is_share=True)


def _sum_of(counts: Sequence[int | None], places: Sequence[int]) -> int | None:
    """The sum of some counts; None where one is withheld."""
    total = 0
    for at in places:
        value = counts[at]
        if value is None:
            return None
        total += value
    return total


def wanted_of(columns: Iterable[Column]) -> list[tuple[Theme, str]]:
    """Every count that some columns read, each once."""
    named = ((one.theme, key) for one in columns for key in (*one.keys, *one.wholes, *one.since))
    return list(dict.fromkeys(named))


def picked_of(columns: Iterable[Column], wanted: Iterable[tuple[Theme, str]]) -> list[Picked]:
    """Where the counts of each column stand among the wanted ones."""
    places = {one: at for at, one in enumerate(wanted)}
    return [
        Picked(
            tuple(places[one.theme, key] for key in one.keys),
            tuple(places[one.theme, key] for key in one.wholes),
            tuple(places[one.theme, key] for key in one.since),
        )
        for one in columns
    ]


def columns_of_classes(tab: str, term: str) -> tuple[Column, ...]:
    """The columns of a tab in a list of classes: without what a class has none or one of."""
    without = {"Lớp", "Giáo viên", "Lớp đã điểm danh"}
    found = columns_of(tab, term)
    return tuple(one for one in found if one.title not in without and one.theme.of_classes)


def columns_of(tab: str, term: str, level: str = "") -> tuple[Column, ...]:
    """The columns of a tab, of one level of schooling when it is asked for."""
    makers = {
        "quy-mo": _size,
        "nhap-diem": _entry,
        "hoc-tap": _learning,
        "ren-luyen": _conduct,
        "len-lop": _promotion,
        "chuyen-can": _attendance,
        "so": _books,
        "tin-nhan": _messages,
    }
    return makers.get(tab, _overview)(term, level)


def _leveled(word: str, level: str) -> tuple[str, ...]:
    return (f"{level}.{word}" if level else word,)


def _over(words: Iterable[str], level: str, levels: Iterable[str] = SECONDARY) -> tuple[str, ...]:
    chosen = (level,) if level else levels
    return tuple(f"{one}.{word}" for one in chosen for word in words)


def _overview(term: str, level: str) -> tuple[Column, ...]:
    number = "2" if term == "2" else "1"
    return (
        Column("Lớp", Theme.ENROLMENT, _leveled("classes", level)),
        Column("Học sinh", Theme.ENROLMENT, _leveled("pupils", level)),
        Column("Giáo viên", Theme.STAFF, ("role.teacher",)),
        Column("Đã nhập điểm", Theme.ENTRY, (f"entered.{number}",), (f"due.{number}",)),
        Column("Vắng hôm nay", Theme.ATTENDANCE, ("absent",)),
        Column("Lớp đã điểm danh", Theme.ATTENDANCE, ("classes_taken",), ("classes",)),
    )


def _size(term: str, level: str) -> tuple[Column, ...]:
    del term
    pupils = _leveled("pupils", level)[0]
    return (
        Column("Lớp", Theme.ENROLMENT, _leveled("classes", level)),
        Column("Học sinh", Theme.ENROLMENT, (pupils,)),
        Column("Nữ", Theme.ENROLMENT, (f"{pupils}.f",)),
        Column("Dân tộc thiểu số", Theme.ENROLMENT, (f"{pupils}.m",)),
        Column("Lưu ban", Theme.ENROLMENT, _over(["repeaters"], level, ("02", *SECONDARY))),
    )


def _entry(term: str, level: str) -> tuple[Column, ...]:
    del level
    number = "2" if term == "2" else "1"
    return (
        Column("Đã nhập", Theme.ENTRY, (f"entered.{number}",), (f"due.{number}",)),
        Column("Phải nhập", Theme.ENTRY, (f"due.{number}",)),
        Column("Sổ", Theme.ENTRY, (f"books.{number}",)),
        Column("Sổ đủ", Theme.ENTRY, (f"books_full.{number}",), (f"books.{number}",)),
        Column("Sổ chưa nhập gì", Theme.ENTRY, (f"books_empty.{number}",)),
    )


def _learning(term: str, level: str) -> tuple[Column, ...]:
    if level == PRIMARY:
        return _shares(PRIMARY, "primary", CODES["primary-levels"])
    return _shares(level, f"learning.{term}", CODES["levels-of-results"])


def _conduct(term: str, level: str) -> tuple[Column, ...]:
    return _shares(level, f"conduct.{term}", CODES["levels-of-results"])


def _shares(level: str, word: str, codes: Mapping[str, str]) -> tuple[Column, ...]:
    wholes = _over([f"{word}.{code}" for code in codes], level)
    return (
        Column("Đã xếp loại", Theme.RESULTS, wholes),
        *(
            Column(name, Theme.RESULTS, _over([f"{word}.{code}"], level), wholes)
            for code, name in codes.items()
        ),
    )


def _promotion(term: str, level: str) -> tuple[Column, ...]:
    del term
    levels = (PRIMARY, *SECONDARY)
    wholes = _over(["pupils"], level, levels)
    passed = _over(["outcome.PROMOTED", "outcome.COMPLETED"], level, levels)
    waiting = _over(["outcome.REASSESS", "outcome.SUMMER_TRAINING", "outcome.HELP"], level, levels)
    decided = _over([f"outcome.{one}" for one in OUTCOMES], level, levels)
    return (
        Column("Được đánh giá", Theme.RESULTS, wholes),
        Column("Lên lớp", Theme.RESULTS, passed, wholes, decided),
        Column("Chờ đánh giá lại", Theme.RESULTS, waiting),
        Column("Ở lại lớp", Theme.RESULTS, _over(["outcome.RETAINED"], level, levels)),
        Column("Xuất sắc", Theme.RESULTS, _over(["award.XUATSAC"], level, levels)),
        Column("Giỏi", Theme.RESULTS, _over(["award.GIOI"], level, levels)),
    )


def _attendance(term: str, level: str) -> tuple[Column, ...]:
    del term, level
    return (
        Column("Lớp đã điểm danh", Theme.ATTENDANCE, ("classes_taken",), ("classes",)),
        Column("Học sinh vắng", Theme.ATTENDANCE, ("absent",)),
        Column("Tỉ lệ vắng", Theme.ATTENDANCE, ("absent",), ("pupils_taken",)),
        Column("Có phép", Theme.ATTENDANCE, ("absent_with",)),
        Column("Không phép", Theme.ATTENDANCE, ("absent_without",)),
        Column("Muộn, sớm", Theme.ATTENDANCE, ("late",)),
    )


def _books(term: str, level: str) -> tuple[Column, ...]:
    del level
    periods = LAST_OF_TERM.get(term, LAST_OF_TERM["2"])
    wholes = tuple(f"books.{one}" for one in periods)
    done = tuple(f"state.{one}.{state}" for one in periods for state in APPROVED)
    signed = tuple(f"transcript_state.{one}" for one in SIGNED)
    return (
        Column("Sổ điểm", Theme.BOOKS, wholes),
        Column("Đã duyệt", Theme.BOOKS, done, wholes),
        Column("Học bạ", Theme.BOOKS, ("transcripts",)),
        Column("Đã ký", Theme.BOOKS, signed, ("transcripts",)),
        Column("Đã phát hành", Theme.BOOKS, ("transcript_state.published",), ("transcripts",)),
    )


def _messages(term: str, level: str) -> tuple[Column, ...]:
    del term, level
    return (
        Column("Thông báo", Theme.MESSAGES, ("notices",)),
        Column("Lượt nhận", Theme.MESSAGES, ("receipts",)),
        Column("Đã đọc", Theme.MESSAGES, ("read",), ("receipts",)),
        Column("Đã xác nhận", Theme.MESSAGES, ("acknowledged",), ("receipts_asked",)),
        Column("Tin SMS", Theme.MESSAGES, SMS_KEYS),
        Column("SMS đến máy", Theme.MESSAGES, ("sms_delivered",), SMS_KEYS),
        Column("Trao đổi", Theme.MESSAGES, ("threads",)),
        Column("Còn mở", Theme.MESSAGES, ("threads_open",)),
    )
