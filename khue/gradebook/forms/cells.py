"""How cells that save themselves come in: JSON of a few keys and texts, read strictly."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from khue.gradebook.forms.grid import MOST_CELLS, SaveUnreadable
from khue.gradebook.services.reassessing import AgainChange
from khue.gradebook.services.summaries import SummaryChange

LONGEST = 1200
_UNREADABLE = "Máy chủ không đọc được lần lưu này. Hãy tải lại trang rồi nhập lại ô vừa sửa."
Change = TypeVar("Change")


@dataclass(frozen=True, slots=True)
class CellsRequest:
    """One save: its operation, who opened the page, and the cells as (key, base, text)."""

    operation: uuid.UUID
    account: int | None
    cells: list[tuple[str, str, str]]

    def changes(self, make: Callable[[str, str, str], Change]) -> list[Change]:
        """The cells as changes of a service; raise SaveUnreadable on a key that is none."""
        try:
            return [make(*one) for one in self.cells]
        except ValueError as trouble:
            raise SaveUnreadable(_UNREADABLE) from trouble


def read_cells(body: bytes) -> CellsRequest:
    """Read the body of a save, or raise SaveUnreadable."""
    try:
        given = json.loads(body)
        operation = uuid.UUID(str(given["operation"]))
        account = None if given.get("account") is None else int(given["account"])
        cells = [_cell(one) for one in given["changes"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as trouble:
        raise SaveUnreadable(_UNREADABLE) from trouble
    if len(cells) > MOST_CELLS:
        raise SaveUnreadable(f"Mỗi lần chỉ lưu được {MOST_CELLS} ô. Hãy lưu từng phần.")
    return CellsRequest(operation, account, cells)


def _cell(given: Any) -> tuple[str, str, str]:
    base, text = str(given["base"])[:LONGEST], str(given["text"])[:LONGEST].replace("\0", "")
    return str(given["key"]), base, text


def number_of(text: str) -> int:
    """A number of a key, of the size that the database keeps."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ValueError(text)
    return int(text)


def summary_change(key: str, base: str, text: str) -> SummaryChange:
    """A cell of the summary: "student:field"."""
    student, _, field = key.partition(":")
    return SummaryChange(number_of(student), field, base, text)


def again_change(key: str, base: str, text: str) -> AgainChange:
    """A cell of re-assessment: "student:s<class subject>"."""
    student, _, book = key.partition(":s")
    return AgainChange(number_of(student), number_of(book), base, text)
