"""Bảng tổng hợp của lớp trên giấy: primary at four points, secondary by term and for the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from khue.access.api import Actor, OutsidePlace
from khue.gradebook.queries.books import PRIMARY
from khue.gradebook.queries.class_results import results_of_class
from khue.gradebook.queries.paper_heads import class_head, place_of
from khue.gradebook.queries.paper_summaries import summary_page
from khue.gradebook.queries.primary_summary import (
    SubjectColumns,
    Summary,
    SummaryRow,
    open_summary,
)
from khue.gradebook.rules.cell_kinds import print_cell
from khue.gradebook.rules.paper_shapes import (
    ClassTable,
    ColumnGroup,
    PaperHead,
    SummaryLine,
    SummaryPage,
    TableLine,
)
from khue.gradebook.rules.tt27 import YearLevel

TITLE = "BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP"
POINTS = {1: "giữa học kì I", 2: "cuối học kì I", 3: "giữa học kì II", 4: "cuối năm học"}
PERIODS = {1: "học kì I", 2: "học kì II", 3: "cả năm"}
SHORT_HEADS = {"Giải quyết vấn đề và sáng tạo": "Giải quyết VĐ và sáng tạo"}
GROUP_TITLES = {
    "pham-chat": "Phẩm chất chủ yếu",
    "nang-luc-chung": "Năng lực chung",
    "nang-luc-dac-thu": "Năng lực đặc thù",
}
PRIMARY_NOTES = (
    "Môn học, hoạt động giáo dục – T: Hoàn thành tốt; H: Hoàn thành; C: Chưa hoàn thành.",
    "Phẩm chất, năng lực – T: Tốt; Đ: Đạt; C: Cần cố gắng.",
)


def class_table(actor: Actor, class_id: int, period: int, today: date) -> ClassTable:
    """The wide table of a class: `period` is a point (1 to 4) in primary, else 1, 2 or 3 (year)."""
    results = results_of_class(actor, class_id)
    primary = results.level == PRIMARY
    if period not in (POINTS if primary else PERIODS):
        raise OutsidePlace(period)
    place = place_of(results.school_id, results.year, results.province_id, today)
    head = class_head(place, results, today)
    if primary:
        return _primary(head, open_summary(actor, class_id, period, today))
    return _secondary(head, summary_page(results, period), period)


def _subtitle(head: PaperHead, when: str) -> str:
    return f"Lớp {head.class_name} – {when[:1].upper()}{when[1:]}, năm học {head.year}"


def _primary(head: PaperHead, summary: Summary) -> ClassTable:
    return ClassTable(
        head=head,
        title=TITLE,
        subtitle=_subtitle(head, POINTS[summary.point]),
        groups=tuple(_primary_groups(summary)),
        lines=tuple(
            TableLine(number=number, name=row.name, values=tuple(_primary_values(summary, row)))
            for number, row in enumerate(summary.staying, 1)
        ),
        notes=PRIMARY_NOTES,
        totals=tuple(_primary_totals(summary)),
    )


def _primary_groups(summary: Summary) -> Iterator[ColumnGroup]:
    for subject in summary.subjects:
        yield from _subject_groups(subject)
    for key, title in GROUP_TITLES.items():
        heads = [
            SHORT_HEADS.get(one.title, one.title) for one in summary.qualities if one.group == key
        ]
        yield ColumnGroup(title=title, heads=tuple(heads), turned=True)
    if summary.of_year:
        yield ColumnGroup(title="Đánh giá kết quả giáo dục", turned=True, wide=2.6)
        yield ColumnGroup(title="Khen thưởng", turned=True, wide=2.6)


def _subject_groups(subject: SubjectColumns) -> Iterator[ColumnGroup]:
    """One group for each strand: its level, and its mark where there is a test."""
    heads = ("Mức đạt được", "Điểm KTĐK") if subject.tested else ("Mức đạt được",)
    for strand in subject.strands or ("",):
        yield ColumnGroup(title=strand or subject.name, heads=heads, turned=True)


def _primary_values(summary: Summary, row: SummaryRow) -> Iterator[str]:
    for subject in summary.subjects:
        cells = row.of(subject.id)
        for place in range(max(1, len(subject.strands))):
            yield print_cell("level", cells.level2 if place else cells.level)
            if subject.tested:
                yield print_cell("whole", cells.mark2 if place else cells.mark)
    for one in summary.qualities:
        yield print_cell("quality", row.qualities.get(one.slot))
    if summary.of_year:
        yield from (row.year.level_name, row.year.award_name)


def _primary_totals(summary: Summary) -> Iterator[tuple[str, str]]:
    yield "Tổng số học sinh", str(len(summary.staying))
    if summary.of_year:
        counts = summary.year_counts
        yield from ((level.name_vi, str(counts[level.name])) for level in YearLevel)


def _secondary(head: PaperHead, page: SummaryPage, period: int) -> ClassTable:
    groups = [
        ColumnGroup(title="Môn đánh giá bằng nhận xét", heads=page.comment_subjects, turned=True),
        ColumnGroup(
            title="Môn đánh giá bằng nhận xét kết hợp điểm số",
            heads=page.scored_subjects,
            turned=True,
        ),
    ]
    levels = [ColumnGroup(title=title, wide=1.3) for title in ("Học tập", "Rèn luyện")]
    return ClassTable(
        head=head,
        title=TITLE,
        subtitle=_subtitle(head, PERIODS[period]),
        groups=(*(one for one in groups if one.heads), *levels),
        lines=tuple(_secondary_line(number, one) for number, one in enumerate(_staying(page), 1)),
        notes=("Đ: Đạt; CĐ: Chưa đạt.",),
    )


def _staying(page: SummaryPage) -> list[SummaryLine]:
    return [line for line in page.lines if not line.left]


def _secondary_line(number: int, line: SummaryLine) -> TableLine:
    values = (*line.values, line.learning, line.conduct)
    return TableLine(number=number, name=line.name, values=values)
