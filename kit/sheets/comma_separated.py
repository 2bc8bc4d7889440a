"""CSV as people have it: several encodings, several separators, with or without a BOM."""

import codecs
import csv
import io
import unicodedata
from collections import Counter

from kit.sheets.cells import Cell, Sheet, plain_cell
from kit.sheets.limits import Limits, check_shape
from kit.sheets.refusals import SheetRefused

_SEPARATORS = ";\t,|"
_SAMPLE_LINES = 30
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _marked_encoding(data: bytes) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    return None


def _unmarked_encodings(data: bytes) -> tuple[str, ...]:
    sample = data[:4096]
    if sample.count(0) > len(sample) // 4:
        return ("utf-16-le",) if sample[1::2].count(0) > sample[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "cp1258")


def decode_text(data: bytes) -> str:
    """The text of a CSV file; Windows-1258 is the last guess, for files of old Excel."""
    marked = _marked_encoding(data)
    for encoding in (marked,) if marked else _unmarked_encodings(data):
        try:
            return unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise SheetRefused("WRONG_TYPE", found="một tệp lạ")


def looks_like_text(data: bytes) -> bool:
    """Whether these bytes are writing, and not a picture or a program."""
    if _marked_encoding(data):
        return True
    sample = data[:4096]
    if sample.count(0) > len(sample) // 4:
        return len(data) % 2 == 0 and _is_printable(decode_or_nothing(sample[: len(sample) & ~1]))
    return not any(byte < 9 or 13 < byte < 32 for byte in sample)


def decode_or_nothing(sample: bytes) -> str:
    """The start of a UTF-16 text, or "" where it is none."""
    try:
        return sample.decode(_unmarked_encodings(sample)[0])
    except UnicodeDecodeError:
        return ""


def _is_printable(text: str) -> bool:
    return bool(text) and all(sign.isprintable() or sign in "\r\n\t" for sign in text)


def _score(lines: list[str], separator: str) -> tuple[int, int]:
    """How many lines agree on a width above one, and that width."""
    rows = csv.reader(lines, delimiter=separator)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, lines_of_it = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return lines_of_it, width


def find_separator(text: str) -> str:
    """The separator on which most lines agree; a comma where there is only one column.

    "7,5" inside a file with semicolons does not mislead: the semicolon stands on more lines,
    and wins a tie.
    """
    first_line, _, _ = text.partition("\n")
    if first_line.lower().startswith("sep=") and len(first_line.rstrip()) == 5:
        return first_line[4]
    lines = [line for line in text.splitlines()[:200] if line.strip()][:_SAMPLE_LINES]
    scores = {separator: _score(lines, separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best][1] > 1 else ","


def read_comma_separated(data: bytes, limits: Limits) -> Sheet:
    """The one sheet of a CSV file; every cell is text or nothing."""
    text = decode_text(data)
    separator = find_separator(text)
    if text.lower().startswith("sep="):
        text = "\r\n" + text.partition("\n")[2]
    rows = _rows(text, separator, limits)
    width = max(map(len, rows), default=0)
    check_shape("CSV", len(rows), width, limits)
    return Sheet("CSV", [row + [None] * (width - len(row)) for row in rows])


def _rows(text: str, separator: str, limits: Limits) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append([plain_cell(cell) for cell in row])
            if len(rows) > limits.rows:
                check_shape("CSV", len(rows), 0, limits)
    except csv.Error as broken:
        raise SheetRefused("BROKEN") from broken
    return rows
