"""Bố cục bảng điểm: where the marks of a sheet stand, below its titles and its rows of heads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from khue.gradebook.sheets import titles
from khue.gradebook.sheets.titles import (
    ASIDE,
    BORN,
    CODE,
    FAMILY,
    GIVEN,
    IDENTITY,
    NAME,
    NUMBER,
    REGULAR,
    RESULT,
    TERM_RESULT,
    UNKNOWN,
    YEAR,
    is_slot,
    meaning_of_stack,
    term_of_stack,
)
from kit.sheets.cells import Cell, Sheet, cell_text
from kit.vietnamese import search_key

LINES_SEARCHED = 40
DEEPEST_HEAD = 4
_TOTAL = re.compile(
    r"^(tong|cong\b|trung binh|so luong|so hoc sinh|si so|ti le|ty le|danh sach|ghi chu)"
)
_SIGNATURE = re.compile(
    r"^(nguoi lap|(pho )?hieu truong|giao vien|gvbm|gvcn|\(?(ky|ki),? (va )?(ghi ro|ho ten)"
    r"|(.{0,40}, ?)?ngay [\d.… ]+thang)"
)
_NUMBERING = re.compile(r"\(?\d{1,2}\)?|\([a-z]\)|[a-d]")


@dataclass(frozen=True, slots=True)
class MarkTable:
    """A table of marks: its columns by place, and its rows by number as the file counts them.

    `header_row` is the last row of heads, counted from 1; 0 where there are none.
    """

    sheet: str
    above: tuple[str, ...]
    header_row: int
    titles: Mapping[int, str]
    keys: Mapping[int, str]
    rows: tuple[tuple[int, list[Cell]], ...]
    notes: tuple[str, ...] = ()

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys.values() if is_slot(key))

    def place_of(self, key: str) -> int | None:
        return next((place for place, one in self.keys.items() if one == key), None)

    @property
    def names_pupils(self) -> bool:
        return any(key in IDENTITY for key in self.keys.values())

    def answered(self, answers: Mapping[int, str]) -> MarkTable:
        """The same table with what a person says about columns."""
        known = {place: key for place, key in answers.items() if place in self.titles}
        taken = set(known.values()) - {UNKNOWN, ASIDE}
        kept = {place: key for place, key in self.keys.items() if key not in taken}
        return replace(self, keys={**kept, **known})


@dataclass(slots=True)
class _Heads:
    """The titles of every column, row by row from the top of a possible head."""

    first: int
    last: int
    stacks: list[list[str]] = field(default_factory=list)


def find_marks(sheet: Sheet, term: int) -> MarkTable | None:
    """The table of marks of one term; none where no head of a column names an assessment."""
    candidates = [_heads_at(sheet, row) for row in range(min(len(sheet.rows), LINES_SEARCHED))]
    scored = [(_score(_keys(heads, term)[0], heads.first), heads) for heads in candidates]
    best_score, best = max(scored, key=lambda one: one[0], default=((0, 0), None))
    if best is None or best_score[0] == 0:
        return None
    return _table(sheet, best, term)


def _score(keys: Mapping[int, str], first: int) -> tuple[int, int]:
    """How many assessments a head names; a lone word below titles is a label, not a head."""
    slots = {key for key in keys.values() if is_slot(key)}
    known = {key for key in keys.values() if key}
    alone = len(slots) == 1 and not known & IDENTITY and first > 0
    return (0, 0) if alone else (len(slots), len(known))


def _heads_at(sheet: Sheet, first: int) -> _Heads:
    """The heads that begin in a row, with the rows below that go on with them."""
    rows = [_spread(sheet, first)]
    who = [place for place, title in enumerate(rows[0]) if _names_who(title)]
    last = first
    while last + 1 < len(sheet.rows) and len(rows) < DEEPEST_HEAD:
        if not _goes_on(sheet, last + 1, rows[0], who):
            break
        last += 1
        rows.append(_spread(sheet, last))
    _inherit(rows)
    return _Heads(first, last, [list(stack) for stack in zip(*rows, strict=True)])


def _names_who(title: str) -> bool:
    return titles.meaning_of(title) in {*IDENTITY, NUMBER}


def _goes_on(sheet: Sheet, row: int, top: Sequence[str], who: Sequence[int]) -> bool:
    """Whether a row still belongs to the heads: nobody is named in it, yet it says something."""
    texts = [cell_text(cell) for cell in sheet.rows[row]]
    if not any(texts) or not who:
        return False
    return all(
        texts[place] in ("", top[place]) or titles.meaning_of(texts[place]) in {FAMILY, GIVEN}
        for place in who
    )


def _spread(sheet: Sheet, row: int) -> list[str]:
    """The texts of a row, what stands in merged cells repeated over them."""
    texts = [cell_text(cell) for cell in sheet.rows[row]]
    for merge in sheet.merges:
        if merge.first_row <= row <= merge.last_row and merge.first_column < len(texts):
            text = cell_text(sheet.rows[merge.first_row][merge.first_column])
            for place in range(merge.first_column, min(merge.last_column + 1, len(texts))):
                texts[place] = texts[place] or text
    return texts


def _inherit(rows: list[list[str]]) -> None:
    """Without merged cells the head of a group stands over its first column only."""
    for upper, lower in pairwise(rows):
        for place in range(1, len(upper)):
            if not upper[place] and lower[place]:
                upper[place] = upper[place - 1]


def _keys(heads: _Heads, term: int) -> tuple[dict[int, str], list[str]]:
    """What each column is, and the titles that came a second time."""
    raw = {place: meaning_of_stack(stack) for place, stack in enumerate(heads.stacks)}
    terms = {place: term_of_stack(stack) for place, stack in enumerate(heads.stacks)}
    kept = {
        place: key if terms[place] in (None, term) or not _of_a_term(key) else ASIDE
        for place, key in raw.items()
    }
    return _settled(_without_ambiguity(_numbered(kept)), heads)


def _of_a_term(key: str) -> bool:
    return is_slot(key) or key in (REGULAR, RESULT, TERM_RESULT)


def _numbered(keys: Mapping[int, str]) -> dict[int, str]:
    """Regular columns without a number get the next one that is free."""
    taken = {key for key in keys.values() if is_slot(key)}
    found = dict(keys)
    free = iter([one for n in range(1, 40) if (one := f"{REGULAR}{n}") not in taken])
    for place, key in keys.items():
        if key == REGULAR:
            found[place] = next(free, UNKNOWN)
    return found


def _without_ambiguity(keys: dict[int, str]) -> dict[int, str]:
    """“HK” is the final assessment where no other column is, and the result of the term else."""
    stands_for = RESULT if "ck" in keys.values() else "ck"
    return {place: stands_for if key == TERM_RESULT else key for place, key in keys.items()}


def _settled(keys: dict[int, str], heads: _Heads) -> tuple[dict[int, str], list[str]]:
    """The first column of each meaning stands; names may come in two columns."""
    seen: set[str] = set()
    doubled: list[str] = []
    settled: dict[int, str] = {}
    for place, key in keys.items():
        again = key in seen and key not in (ASIDE, UNKNOWN)
        if again and key == NAME and keys.get(place - 1) == NAME:
            settled[place] = GIVEN
        elif again:
            settled[place] = UNKNOWN
            doubled.append(_title(heads.stacks[place]))
        else:
            settled[place] = key
        seen.add(key)
    return settled, [title for title in doubled if title]


def _title(stack: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(text for text in stack if text))


def _table(sheet: Sheet, heads: _Heads, term: int) -> MarkTable:
    keys, doubled = _keys(heads, term)
    shown = {place: _title(stack) for place, stack in enumerate(heads.stacks)}
    keys = _with_given_names(sheet, heads, keys)
    notes = [f"Cột “{title}” có hai lần; chỉ lấy cột đứng trước." for title in doubled]
    return MarkTable(
        sheet=sheet.name,
        above=tuple(_texts_above(sheet, heads.first)),
        header_row=heads.last + 1,
        titles=shown,
        keys=keys,
        rows=tuple(_data_rows(sheet, heads, keys)),
        notes=tuple(notes),
    )


def _with_given_names(sheet: Sheet, heads: _Heads, keys: dict[int, str]) -> dict[int, str]:
    """A column without a head right after the name holds the given name."""
    place = next((one for one, key in keys.items() if key == NAME), None)
    beside = None if place is None else place + 1
    if beside is None or beside not in keys or keys[beside] or any(heads.stacks[beside]):
        return keys
    words = [sheet.rows[row][beside] for row in range(heads.last + 1, len(sheet.rows))]
    texts = [one for one in words if one is not None]
    lone = texts and all(isinstance(one, str) and " " not in one.strip() for one in texts)
    return {**keys, beside: GIVEN} if lone else keys


def _texts_above(sheet: Sheet, first: int) -> Iterator[str]:
    for row in sheet.rows[:first]:
        texts = [cell_text(cell) for cell in row if cell is not None]
        yield from dict.fromkeys(text for text in texts if text)


def _data_rows(
    sheet: Sheet, heads: _Heads, keys: Mapping[int, str]
) -> Iterator[tuple[int, list[Cell]]]:
    for row in range(heads.last + 1, len(sheet.rows)):
        cells = sheet.rows[row]
        texts = [cell_text(cell) for cell in cells]
        if not any(texts):
            continue
        if _begins(_SIGNATURE, texts, keys):
            return
        if not _is_aside(texts, keys):
            yield row + 1, cells


def _begins(pattern: re.Pattern[str], texts: Sequence[str], keys: Mapping[int, str]) -> bool:
    """Whether a row that is no pupil begins like that: a total, a signature."""
    if _is_counted(texts, keys):
        return False
    first = _who(texts, keys) or next(text for text in texts if text)
    return bool(pattern.match(search_key(first)))


def _is_aside(texts: Sequence[str], keys: Mapping[int, str]) -> bool:
    """The row "(1) (2) (3)", totals, and rows with nothing in a known column are no pupils."""
    known = [texts[place] for place, key in keys.items() if key and texts[place]]
    numbering = _is_numbering([text for text in texts if text])
    return not known or numbering or _begins(_TOTAL, texts, keys)


def _is_numbering(given: Sequence[str]) -> bool:
    numbered = len(given) >= 4 and all(_NUMBERING.fullmatch(text) for text in given)
    return numbered and len(set(given)) == len(given) and given[0] in ("1", "(1)", "a", "(a)")


def _who(texts: Sequence[str], keys: Mapping[int, str]) -> str:
    parts = [texts[place] for place, key in keys.items() if key in (NAME, FAMILY, GIVEN)]
    return " ".join(part for part in parts if part)


def _is_counted(texts: Sequence[str], keys: Mapping[int, str]) -> bool:
    """A row with a running number or a code is a pupil, whatever the name looks like."""
    told = [texts[place] for place, key in keys.items() if key in (NUMBER, CODE, BORN)]
    return any(sign.isdecimal() for text in told for sign in text[:1])


def without_heads(sheet: Sheet, slots: Sequence[str], looks: Mapping[int, str]) -> MarkTable:
    """A pasted block: `looks` tells what some columns look like, the others hold marks in order."""
    width = max((len(row) for row in sheet.rows), default=0)
    rest = [place for place in range(width) if place not in looks]
    spare = [f"{REGULAR}{number}" for number in range(7, 10)]
    marks = dict(zip(rest, [*slots, *spare], strict=False))
    keys = {place: looks.get(place) or marks.get(place, UNKNOWN) for place in range(width)}
    named = any(key in IDENTITY for key in keys.values())
    rows = [
        (number, cells)
        for number, cells in enumerate(sheet.rows, 1)
        if not named or any(cell is not None for cell in cells)
    ]
    return MarkTable(sheet.name, (), 0, dict.fromkeys(range(width), ""), keys, tuple(rows))


KEY_NAMES: dict[str, str] = {
    NUMBER: "Số thứ tự",
    CODE: "Mã học sinh",
    NAME: "Họ và tên",
    FAMILY: "Họ và tên đệm",
    GIVEN: "Tên",
    BORN: "Ngày sinh",
    RESULT: "Kết quả học kì (để đối chiếu)",
    YEAR: "Kết quả cả năm (không dùng)",
    ASIDE: "Không dùng",
    UNKNOWN: "Không dùng",
}
