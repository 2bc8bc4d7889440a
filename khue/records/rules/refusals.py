"""What a person must correct before a file can be written, in a sentence for that person."""

from __future__ import annotations

from collections.abc import Mapping


class RecordRefused(Exception):
    """One reason: a stable key, the Vietnamese sentence, and the field it belongs to."""

    def __init__(
        self, key: str, sentence: str, field: str = "", data: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence
        self.field = field
        self.data = dict(data or {})


class FactsRefused(RecordRefused):
    """Several fields of one file are wrong at once; `problems` are (field, sentence)."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("FACTS", " ".join(sentence for _, sentence in problems), problems[0][0])
        self.problems = problems


class RowsRefused(Exception):
    """Rows of a bulk write that were refused, by their number; nothing was written."""

    def __init__(self, rows: Mapping[int, RecordRefused]) -> None:
        super().__init__("; ".join(f"Dòng {row}: {why}" for row, why in rows.items()))
        self.rows = dict(rows)
