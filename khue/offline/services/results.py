"""What became of an operation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Literal

from khue.offline.rules.operations import DeviceOperation
from kit.dates import print_date, vietnam_time

Status = Literal["applied", "already", "conflict", "refused", "later"]
LATER = "Máy chủ gặp lỗi khi ghi mục này nên chưa nhận. Máy sẽ tự gửi lại."


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one operation.

    `later` alone is no answer: the device keeps the operation and sends it again. `value` and
    `text` are what stands now, by `author` at `at` where it is not her own; `again` says that the
    very same operation had been answered before.
    """

    id: uuid.UUID
    status: Status
    sentence: str = ""
    value: Any = field(default=None, hash=False)
    text: str = ""
    author: str = ""
    at: str = ""
    again: bool = False


def refused(operation: DeviceOperation, sentence: str) -> Result:
    return Result(operation.id, "refused", sentence)


def refuse_all(operations: list[DeviceOperation], sentence: str) -> list[Result]:
    return [refused(one, sentence) for one in operations]


@dataclass(frozen=True, slots=True)
class Counted:
    """An operation with the moment that counts for it."""

    operation: DeviceOperation
    at: Any

    @property
    def reason(self) -> str:
        """Both times stand in the ledger: its own, and this one."""
        local = vietnam_time(self.at)
        told = f"{local.hour:02d}:{local.minute:02d} {print_date(local)}"
        return f"Ghi trên máy lúc {told}, khi không có mạng"
