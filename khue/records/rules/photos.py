"""Ảnh cả lớp trong một tệp nén: which picture is whose, by the name of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

PICTURES = (".jpg", ".jpeg", ".png")
# What computers put into an archive by themselves.
SIDE_FILES = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

UNKNOWN = "“{name}”: lớp không có học sinh mang mã này."
NOT_NAMED = "“{name}”: không phải tệp ảnh JPEG, PNG đặt tên bằng mã học sinh."
TWICE = "“{name}”: mã này đã có một ảnh khác trong tệp nén."


@dataclass(frozen=True)
class Sorted:
    """Files by student id, and a sentence for each file that is nobody's."""

    files: dict[int, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)


def sort_pictures(names: Iterable[str], pupils: Mapping[str, int]) -> Sorted:
    """Which file is whose: `2000000001.jpg` is the picture of the pupil with that code."""
    found = Sorted()
    for name in names:
        if not is_side_file(name):
            _sort(found, name, pupils)
    return found


def is_side_file(name: str) -> bool:
    return name.startswith(SIDE_FILES[0]) or name.rsplit("/", 1)[-1] in SIDE_FILES


def _sort(found: Sorted, name: str, pupils: Mapping[str, int]) -> None:
    code, ending = _parts(name)
    if ending not in PICTURES or not code:
        found.refusals.append(NOT_NAMED.format(name=name))
    elif code not in pupils:
        found.refusals.append(UNKNOWN.format(name=name))
    elif pupils[code] in found.files:
        found.refusals.append(TWICE.format(name=name))
    else:
        found.files[pupils[code]] = name


def _parts(name: str) -> tuple[str, str]:
    """Code and ending of a file in any folder."""
    code, dot, ending = name.rsplit("/", 1)[-1].rpartition(".")
    return code.strip(), f"{dot}{ending.lower()}"
