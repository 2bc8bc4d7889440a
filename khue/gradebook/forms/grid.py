"""How a save of the mark grid comes in: JSON of a few cells, read strictly."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from khue.gradebook.services import CellChange

MOST_CELLS = 1000
LONGEST_TEXT = 40


class SaveUnreadable(ValueError):
    """The body of a save is not what the grid sends; the text says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class SaveRequest:
    """One save: its operation, so that sending it again does no harm, and its cells.

    `account` is who opened the page: somebody else may have signed in beside it since.
    """

    operation: uuid.UUID
    account: int | None
    changes: list[CellChange]


def read_save(body: bytes, longest: int = LONGEST_TEXT) -> SaveRequest:
    """Read the body of a save, or raise SaveUnreadable; cells hold `longest` characters."""
    try:
        given = json.loads(body)
        operation = uuid.UUID(str(given["operation"]))
        account = None if given.get("account") is None else int(given["account"])
        changes = [_change(one, longest) for one in given["changes"]]
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise SaveUnreadable(
            "Máy chủ không đọc được lần lưu này. Hãy tải lại trang; điểm chưa lưu vẫn được giữ."
        ) from trouble
    if len(changes) > MOST_CELLS:
        raise SaveUnreadable(f"Mỗi lần chỉ lưu được {MOST_CELLS} ô. Hãy lưu từng phần.")
    return SaveRequest(operation, account, changes)


def _change(given: Any, longest: int) -> CellChange:
    base, text = given["base"], str(given["text"])[:longest]
    return CellChange(
        student_id=int(given["student"]),
        slot=str(given["slot"]),
        base=None if base is None else int(base),
        value=text,
    )
