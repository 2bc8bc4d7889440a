"""Nhập năm học cũ: one row for each pupil and year, subjects in columns, checked on the way in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from khue.gradebook.queries.past_years import past_years_of_school
from khue.gradebook.rules.marks import Mark, parse_cell, print_mark_cell
from khue.gradebook.rules.past_years import (
    CONDUCTS,
    GRADES,
    PastFacts,
    PastSubject,
    findings_of,
    regime_of_past,
)
from khue.gradebook.rules.regimes import Regime
from khue.gradebook.services.past_years import PAST_TABLE, PastPayload, write_past_years
from khue.intake.api import (
    Difference,
    Kind,
    Order,
    Plan,
    PlannedRow,
    Reading,
    Verdict,
    read_table,
)
from khue.records.api import KnownPupil, pupils_of_school
from kit.dates import parse_partial_date
from kit.numbers import parse_mark, print_mark, whole_number
from kit.refusal import Refusal
from kit.row_history import RowEffect
from kit.sheets.headers import Column, Row
from kit.sheets.reading import Workbook
from kit.sheets.writing import Field, Page
from kit.vietnamese import search_key, tidy

# The subjects of the old books (QĐ 16/2006) and of the present programme, with other spellings.
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "Toán": (),
    "Vật lí": ("Vật lý", "Lí", "Lý"),
    "Hóa học": ("Hoá học", "Hóa", "Hoá"),
    "Sinh học": ("Sinh",),
    "Tin học": ("Tin",),
    "Ngữ văn": ("Văn", "Tiếng Việt"),
    "Lịch sử": ("Sử",),
    "Địa lí": ("Địa lý", "Địa"),
    "Lịch sử và Địa lí": ("Lịch sử và Địa lý", "LS&ĐL", "LS và ĐL"),
    "Khoa học tự nhiên": ("KHTN", "Khoa học"),
    "Ngoại ngữ": ("Ngoại ngữ 1", "Tiếng Anh", "NN", "NN1"),
    "GDCD": ("Giáo dục công dân", "Đạo đức"),
    "GDKT&PL": ("Giáo dục kinh tế và pháp luật",),
    "Công nghệ": ("CN",),
    "Thể dục": ("Giáo dục thể chất", "GDTC", "TD"),
    "Âm nhạc": ("Nhạc",),
    "Mĩ thuật": ("Mỹ thuật", "MT"),
    "Nghệ thuật": ("NT",),
    "GDQP-AN": ("Giáo dục quốc phòng và an ninh", "GDQP", "QPAN", "GDQP&AN"),
    "HĐTN": ("Hoạt động trải nghiệm", "HĐTN, HN", "Hoạt động trải nghiệm, hướng nghiệp"),
    "GDĐP": ("Nội dung giáo dục của địa phương", "Giáo dục địa phương"),
}
_TERMS = {
    "hk1": ("HK I", "HKI", "HK1", "học kì I", "học kỳ I", "học kỳ 1"),
    "hk2": ("HK II", "HKII", "HK2", "học kì II", "học kỳ II", "học kỳ 2"),
    "again": ("đánh giá lại", "thi lại", "kiểm tra lại", "KT lại"),
}


def _subject_columns() -> Iterator[Column]:
    for name, others in SUBJECTS.items():
        spellings = (*others, *(f"{one} cả năm" for one in (name, *others)))
        yield Column(f"year:{name}", name, spellings)
        for part, words in _TERMS.items():
            every = tuple(f"{one} {word}" for one in (name, *others) for word in words)
            yield Column(f"{part}:{name}", f"{name} {words[0]}", every)


FACTS = (
    Column("code", "Mã học sinh", ("Mã định danh", "Mã HS", "Mã định danh của ngành")),
    Column("name", "Họ và tên", ("Họ tên", "Tên học sinh", "Họ và tên học sinh"), required=True),
    Column("born", "Ngày sinh", ("Ngày tháng năm sinh", "Sinh ngày")),
    Column("year", "Năm học", ("Niên khóa", "Niên khoá", "Năm"), required=True),
    Column("class", "Lớp", ("Tên lớp", "Lớp học"), required=True),
    Column("school", "Trường", ("Tên trường", "Trường học")),
    Column("learning", "Học lực", ("Kết quả học tập", "Xếp loại học lực", "Đánh giá kết quả GD")),
    Column("conduct", "Hạnh kiểm", ("Kết quả rèn luyện", "Xếp loại hạnh kiểm", "Rèn luyện")),
    Column("mean", "ĐTB các môn", ("ĐTB", "Điểm trung bình các môn", "ĐTBcn", "TBCM", "TBcm")),
    Column("title", "Danh hiệu", ("Khen thưởng", "Danh hiệu thi đua")),
    Column("outcome", "Kết luận", ("Lên lớp", "Được lên lớp", "Kết quả lên lớp")),
    Column("absent", "Số buổi nghỉ", ("Nghỉ", "Số ngày nghỉ", "Tổng số buổi nghỉ học")),
)
COLUMNS = (*FACTS, *_subject_columns())
_YEAR = re.compile(r"(\d{4})(?:\s*[-–/]\s*(\d{2}|\d{4}))?")
_GRADE = re.compile(r"\d{1,2}")
FIRST_YEAR = 1990


class CellRefused(Exception):
    """A cell that means nothing here; the text says why and what to write."""


@dataclass
class PastLists:
    """Whom the rows may name, and which old years stand already."""

    this_year: int
    by_code: dict[str, KnownPupil] = field(default_factory=dict)
    by_name: dict[str, list[KnownPupil]] = field(default_factory=dict)
    standing: Mapping[tuple[int, int], tuple[int, dict[str, Any]]] = field(default_factory=dict)


def _lists(order: Order) -> PastLists:
    found = PastLists(order.year)
    for pupil in pupils_of_school(order.school_id):
        if pupil.code:
            found.by_code[pupil.code.casefold()] = pupil
        found.by_name.setdefault(search_key(pupil.name), []).append(pupil)
    found.standing = past_years_of_school(order.school_id)
    return found


def plan_past_years(order: Order, workbook: Workbook) -> Plan:
    """What an import of old years would do, row by row."""
    reading = read_table(workbook, COLUMNS, order.options)
    lists = _lists(order)
    return reading.plan(list(_planned(reading, lists)))


def _planned(reading: Reading, lists: PastLists) -> Iterator[PlannedRow]:
    seen: dict[tuple[int, int], int] = {}
    for row in reading.rows:
        try:
            pupil = _pupil(row, lists)
            facts = _facts(row, lists)
            first = seen.setdefault((pupil.id, facts.year), row.number)
            if first != row.number:
                raise CellRefused(
                    f"Năm học này của em đã có ở dòng {first} của tệp. Hãy bỏ dòng thừa."
                )
            yield _verdict(row, pupil, facts, lists)
        except CellRefused as refused:
            title = tidy(row.text("name"))
            yield PlannedRow(
                row.number,
                Verdict.REFUSE,
                title,
                reasons=(str(refused),),
                cells=reading.cells(row),
            )


def _pupil(row: Row, lists: PastLists) -> KnownPupil:
    """Whom a row means: by code, then by name, then by the birthday among namesakes."""
    code, name = tidy(row.text("code")), tidy(row.text("name"))
    if code and code.casefold() in lists.by_code:
        return lists.by_code[code.casefold()]
    if code:
        raise CellRefused(f"Mã “{code}” không thuộc học sinh nào của trường. Hãy xem lại mã.")
    alike = lists.by_name.get(search_key(name), [])
    if len(alike) > 1 and row.text("born"):
        alike = [one for one in alike if one.born == _born(row)]
    if len(alike) == 1:
        return alike[0]
    if not alike:
        raise CellRefused(
            f"Không có học sinh “{name}” trong hồ sơ của trường. Hãy tạo hồ sơ học sinh trước."
        )
    raise CellRefused(
        f"Trường có {len(alike)} học sinh tên “{name}”. Hãy điền mã học sinh hoặc ngày sinh."
    )


def _born(row: Row) -> str:
    cell = row.values.get("born")
    if not isinstance(cell, str | int | float | date):
        return ""
    parsed = parse_partial_date(cell)
    if isinstance(parsed, Refusal):
        return ""
    return parsed.iso


def _facts(row: Row, lists: PastLists) -> PastFacts:
    class_name = tidy(row.text("class"))
    return PastFacts(
        year=_year(tidy(row.text("year")), lists.this_year),
        grade=_grade(class_name),
        school_name=tidy(row.text("school"))[:200],
        class_name=class_name[:50],
        conduct=_named(row, "conduct", "Hạnh kiểm", CONDUCTS),
        learning=_named(row, "learning", "Học lực", GRADES),
        mean=_mean(row.text("mean")),
        title=tidy(row.text("title"))[:60],
        outcome=tidy(row.text("outcome"))[:100],
        absent=_absent(tidy(row.text("absent"))),
        subjects=tuple(_subjects(row)),
    )


def _year(text: str, this_year: int) -> int:
    found = _YEAR.fullmatch(text)
    if not found:
        raise CellRefused(f"Năm học “{text}” không rõ. Hãy ghi như 2020-2021.")
    year = int(found[1])
    if found[2] and int(found[2]) % 100 != (year + 1) % 100:
        raise CellRefused(f"Năm học “{text}” không phải hai năm liền nhau. Hãy ghi như 2020-2021.")
    if not FIRST_YEAR <= year < this_year:
        raise CellRefused(
            f"Năm học {year}-{year + 1} không phải năm học cũ. Điểm của năm học này nhập ở sổ điểm."
        )
    return year


def _grade(class_name: str) -> int:
    found = _GRADE.search(class_name)
    if not found or not 1 <= int(found[0]) <= 12:
        raise CellRefused(f"Lớp “{class_name}” không cho biết khối. Hãy ghi như 8A.")
    return int(found[0])


def _named(row: Row, key: str, title: str, known: Mapping[str, str]) -> str:
    text = tidy(row.text(key))
    if not text:
        return ""
    if search_key(text) not in known:
        raise CellRefused(f"{title} “{text}” không có trong quy định. Hãy xem lại học bạ.")
    return known[search_key(text)]


def _mean(text: str) -> int | None:
    if not tidy(text):
        return None
    parsed = parse_mark(text)
    if isinstance(parsed, Refusal):
        raise CellRefused(f"ĐTB các môn: {parsed}")
    return parsed


def _absent(text: str) -> int | None:
    if not text:
        return None
    number = whole_number(text, digits=3)
    if number is None:
        raise CellRefused(f"Số buổi nghỉ “{text}” phải là số nguyên, ví dụ 3.")
    return number


def _subjects(row: Row) -> Iterator[PastSubject]:
    for name in SUBJECTS:
        marks = {part: _mark(row, part, name) for part in ("hk1", "hk2", "year", "again")}
        if any(mark is not None for mark in marks.values()):
            yield PastSubject(name, **marks)


def _mark(row: Row, part: str, name: str) -> Mark:
    text = tidy(row.text(f"{part}:{name}"))
    if not text:
        return None
    for by_comment in (False, True):
        parsed = parse_cell(text, by_comment=by_comment)
        if not isinstance(parsed, Refusal) and parsed is not None and parsed >= 0:
            return parsed
    raise CellRefused(f"{name}: “{text}” không phải điểm từ 0 đến 10, cũng không phải Đ hoặc CĐ.")


def _verdict(row: Row, pupil: KnownPupil, facts: PastFacts, lists: PastLists) -> PlannedRow:
    regime = regime_of_past(facts)
    title = f"{pupil.name}, năm học {facts.year}-{facts.year + 1}"
    past_id, before = lists.standing.get((pupil.id, facts.year), (None, {}))
    told = told_of(facts)
    differences = tuple(
        Difference(label, before.get(label, ""), value)
        for label, value in told.items()
        if past_id and before.get(label, "") != value
    )
    verdict = Verdict.CREATE if past_id is None else Verdict.SAME
    return PlannedRow(
        row.number,
        Verdict.CHANGE if differences else verdict,
        title,
        facts=tuple(_shown(told, regime)),
        differences=differences,
        reasons=tuple(findings_of(facts, regime)),
        basis=f"{past_id}",
        payload=PastPayload(pupil.id, pupil.name, facts, past_id),
    )


def _shown(told: Mapping[str, str], regime: Regime | None) -> Iterator[tuple[str, str]]:
    yield from ((label, value) for label, value in told.items() if value)
    yield "Quy chế", regime.name_vi if regime else "không rõ"


def told_of(facts: PastFacts) -> dict[str, str]:
    """An old year in the words that a preview compares."""
    return {
        "Lớp": facts.class_name,
        "Trường": facts.school_name,
        "Học lực": facts.learning,
        "Hạnh kiểm": facts.conduct,
        "ĐTB các môn": "" if facts.mean is None else print_mark(facts.mean),
        "Danh hiệu": facts.title,
        "Kết luận": facts.outcome,
        "Số buổi nghỉ": "" if facts.absent is None else str(facts.absent),
        "Các môn": "; ".join(_told_subject(one) for one in facts.subjects),
    }


def _told_subject(subject: PastSubject) -> str:
    given = asdict(subject)
    marks = [print_mark_cell(given[part]) for part in ("hk1", "hk2", "year", "again")]
    return f"{subject.name} {' / '.join(one for one in marks if one)}"


def apply_past_years(order: Order, plan: Plan) -> list[RowEffect]:
    """Write what the plan creates and changes."""
    rows = [row.payload for row in plan.wanted(Verdict.CREATE, Verdict.CHANGE)]
    return write_past_years(actor=order.actor, now=order.now, school_id=order.school_id, rows=rows)


def template_of_past_years(order: Order) -> list[Page]:
    """Empty rows with the columns of the old book."""
    shown = [one for one in COLUMNS if one in FACTS or one.key.startswith("year:")]
    fields = [Field(one.key, one.title) for one in shown]
    titles = (order.school_name, "KẾT QUẢ CÁC NĂM HỌC CŨ")
    return [Page("Năm học cũ", fields, [], titles=titles, empty_rows=60)]


PAST_YEARS = Kind(
    key="nam-hoc-cu",
    title="Kết quả năm học cũ",
    noun="năm học của học sinh",
    icon="history",
    hint="Kết quả theo quy chế cũ (Thông tư 58/2011, 26/2020…), giữ nguyên như học bạ.",
    permission="gradebook.import_past_years",
    columns=COLUMNS,
    plan=plan_past_years,
    apply=apply_past_years,
    template=template_of_past_years,
    tables=(PAST_TABLE,),
    order=60,
)
