"""Tệp lượt qua cổng: what a machine that could not send gave away, read without trust."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khue.attendance.forms.gate import read_passing
from khue.attendance.services.gate import Passing
from kit.refusal import Refusal

FORMAT = "khue-luot-cong/1"
LARGEST, MOST = 8_000_000, 20_000
NO_FILE = "Chưa chọn tệp. Hãy chọn tệp đã tải về từ máy ở cổng."
NOT_OURS = (
    "Tệp này không phải tệp lượt qua cổng. Hãy chọn tệp “luot-cong-chua-gui-….json” đã tải về từ"
    " máy ở cổng và chưa sửa gì trong tệp."
)
TOO_LARGE = "Tệp quá lớn. Mỗi tệp nhiều nhất 20.000 lượt và 8 MB."
EMPTY = "Tệp không có lượt nào đọc được."


@dataclass(frozen=True, slots=True)
class GateFile:
    """The name of the school on the machine, what can be read, and how many cannot."""

    school: str
    passings: tuple[Passing, ...]
    bad: int


def read_gate_file(content: bytes) -> GateFile | Refusal:
    """Tệp of format khue-luot-cong/1."""
    if len(content) > LARGEST:
        return Refusal("TOO_LARGE", TOO_LARGE)
    given = _object(content)
    sent = given.get("passings")
    if given.get("format") != FORMAT or not isinstance(sent, list):
        return Refusal("NOT_OURS", NOT_OURS)
    if len(sent) > MOST:
        return Refusal("TOO_LARGE", TOO_LARGE)
    read = [read_passing(one) for one in sent]
    passings = tuple(one for one in read if one is not None)
    if not passings:
        return Refusal("EMPTY", EMPTY)
    return GateFile(str(given.get("school", ""))[:200], passings, len(read) - len(passings))


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
