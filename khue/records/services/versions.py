"""Hai người cùng sửa: the second of two people who save sees both values and chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khue.records.rules.facts import FIELD_LABELS


@dataclass(frozen=True)
class Clash:
    """One field that two people changed to different values."""

    field: str
    label: str
    mine: Any
    theirs: Any


class ChangedMeanwhile(Exception):
    """Someone else saved the same file in between; nothing was written."""

    def __init__(self, clashes: tuple[Clash, ...], version: int) -> None:
        names = ", ".join(clash.label.lower() for clash in clashes)
        super().__init__(
            f"Một người khác vừa lưu hồ sơ này và đã đổi: {names}."
            " Hãy chọn giá trị đúng rồi lưu lại."
        )
        self.clashes = clashes
        self.version = version


def settle(
    present: Mapping[str, Any],
    wanted: Mapping[str, Any],
    seen: Mapping[str, Any] | None,
    version: int,
    present_version: int,
) -> dict[str, Any]:
    """The fields to write: those I changed, unless another changed the same ones otherwise."""
    if version == present_version:
        return dict(wanted)
    base = seen if seen is not None else {}
    mine = {name: value for name, value in wanted.items() if base.get(name, _UNSEEN) != value}
    clashes = tuple(
        Clash(name, FIELD_LABELS.get(name, name), value, present[name])
        for name, value in mine.items()
        if present[name] != value and base.get(name, _UNSEEN) != present[name]
    )
    if clashes:
        raise ChangedMeanwhile(clashes, present_version)
    return mine


_UNSEEN = object()
