"""Biểu đồ của các trang số liệu, from the same lines as the tables."""

from __future__ import annotations

from collections.abc import Sequence

from khue.statistics.rules.blocks import BOOK_STATES, LAST_OF_TERM, Names, grade_name
from khue.statistics.rules.themes import CODES, Theme
from khue.statistics.rules.told import Pair, Told, levels_in
from kit.charts import Chart, compared, shared

Years = tuple[str, str]
LEVEL_LOOKS = ("a", "c", "d", "e")
DONE_LOOKS = ("a", "g")
MOST_ROWS = 14
LIKE_HEIGHT = 4
BY_LEVEL, BY_GRADE = "Học sinh theo cấp học", "Học sinh theo khối lớp"
# What the number at the end of a row is: the share of its first part.
BESIDE = "Số bên phải: tỉ lệ {}."


def pictures_of(tab: str, pair: Pair, term: str, names: Names, years: Years) -> list[Chart]:
    """The charts of a tab; one without figures is left out. `years`: what the two are called."""
    makers = {
        "": lambda: [by_level(pair, names, years), learning(pair, "learning", term, names)],
        "quy-mo": lambda: [by_grade(pair, names, years), by_level(pair, names, years)],
        "nhap-diem": lambda: [entered(pair, term, names)],
        "hoc-tap": lambda: [learning(pair, "learning", term, names)],
        "ren-luyen": lambda: [learning(pair, "conduct", term, names)],
        "so": lambda: [states_of_books(pair, term, years)],
    }
    drawn = makers[tab]() if tab in makers else []
    return [one for one in drawn if _says_something(one)]


def of_class(charts: Sequence[Chart]) -> list[Chart]:
    """The charts of one class: it is of one grade."""
    return [one for one in charts if one.title != BY_GRADE or len(one.rows) > 1]


def side_by_side(charts: Sequence[Chart]) -> bool:
    """Whether charts stand beside each other: of like height, so that no white is left."""
    heights = [len(one.rows) for one in charts]
    return max(heights, default=0) - min(heights, default=0) <= LIKE_HEIGHT


def _says_something(chart: Chart) -> bool:
    """A single level, or no bar at all, says no more than its number."""
    if chart.title == BY_LEVEL and len(chart.rows) < 2:
        return False
    return any(bar.width != "0" for row in chart.rows for track in row.tracks for bar in track)


def by_level(pair: Pair, names: Names, years: Years) -> Chart:
    """Học sinh theo cấp học, beside the last year."""
    named = names.get("levels", {})
    lines = [
        (named.get(one, one), _both(pair, Theme.ENROLMENT, f"{one}.pupils"))
        for one in levels_in(pair.now, pair.last)
    ]
    return compared(BY_LEVEL, years, lines, what="Cấp học")


def by_grade(pair: Pair, names: Names, years: Years) -> Chart:
    """Học sinh theo khối, beside the last year."""
    named = names.get("grades", {})
    lines = [
        (grade_name(named, level, code), _both(pair, Theme.ENROLMENT, f"{level}.grade.{code}"))
        for level in levels_in(pair.now, pair.last)
        for code in pair.codes(Theme.ENROLMENT, f"{level}.grade")
    ]
    return compared(BY_GRADE, years, lines, what="Khối")


def _both(pair: Pair, theme: Theme, key: str) -> list[int | None]:
    return [pair.now.count(theme, key), pair.last.count(theme, key)]


def entered(pair: Pair, term: str, names: Names) -> Chart:
    """Đã nhập và còn thiếu của các môn thiếu nhiều nhất."""
    number, named = "2" if term == "2" else "1", names.get("subjects", {})
    lines = []
    for code in pair.now.codes(Theme.ENTRY, f"subject_due.{number}"):
        due = pair.now.count(Theme.ENTRY, f"subject_due.{number}.{code}") or 0
        done = pair.now.count(Theme.ENTRY, f"subject_entered.{number}.{code}") or 0
        lines.append((named.get(code, code), [done, max(due - done, 0)]))
    lines.sort(key=lambda one: (-one[1][1], one[0]))
    names_of, note = ("Đã nhập", "Còn thiếu"), BESIDE.format("đã nhập")
    if len(lines) > MOST_ROWS:
        note = f"{MOST_ROWS} môn còn thiếu nhiều nhất. {note}"
    return shared(
        *("Nhập điểm theo môn học", names_of, lines[:MOST_ROWS]),
        what="Môn học",
        note=note,
        looks=DONE_LOOKS,
    )


def learning(pair: Pair, word: str, term: str, names: Names) -> Chart:
    """Bốn mức theo cấp học, this year above the last."""
    title = "Kết quả học tập" if word == "learning" else "Kết quả rèn luyện"
    codes, named = CODES["levels-of-results"], names.get("levels", {})
    lines = []
    for level in ("03", "04", "05"):
        for told, year in ((pair.now, ""), (pair.last, ", năm trước")):
            values = _levels(told, f"{level}.{word}.{term}", list(codes))
            if sum(values):
                lines.append((named.get(level, level) + year, values))
    levels = list(codes.values())
    note = BESIDE.format(f"mức {levels[0]}")
    return shared(title, levels, lines, what="Cấp học", note=note, looks=LEVEL_LOOKS)


def _levels(told: Told, stem: str, codes: Sequence[str]) -> list[int]:
    """What is withheld is drawn as nothing; the table says "ẩn"."""
    return [told.count(Theme.RESULTS, f"{stem}.{code}") or 0 for code in codes]


def states_of_books(pair: Pair, term: str, years: Years) -> Chart:
    """Sổ điểm theo trạng thái, this year above the last."""
    periods = LAST_OF_TERM.get(term, LAST_OF_TERM["2"])
    lines = []
    for told, year in zip((pair.now, pair.last), years, strict=True):
        values = [
            told.total(Theme.BOOKS, [f"state.{one}.{code}" for one in periods]) or 0
            for code in BOOK_STATES
        ]
        if sum(values):
            lines.append((year, values))
    states = list(BOOK_STATES.values())
    note = BESIDE.format(f"sổ {states[0].lower()}")
    return shared("Sổ điểm", states, lines, what="Năm", note=note, looks="gdcfa")
