"""Xếp loại giờ học: words, points, several parts, or none; each school decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """Một mục xếp loại: one of `values`, or whole points from 0 to `most`."""

    name: str
    values: tuple[str, ...] = ()
    most: int = 0


@dataclass(frozen=True, slots=True)
class Scheme:
    """Cách xếp loại giờ học; without parts lessons are not rated."""

    name: str
    parts: tuple[Part, ...] = ()


GRADES = ("Tốt", "Khá", "Trung bình", "Yếu")
LETTERS = ("A", "B", "C", "D")
# Offered to every school; none of them is a regulation.
PRESETS: Mapping[str, Scheme] = {
    "loai": Scheme("Tốt, Khá, Trung bình, Yếu", (Part("Xếp loại", GRADES),)),
    "chu": Scheme("A, B, C, D", (Part("Xếp loại", LETTERS),)),
    "diem": Scheme("Điểm 10", (Part("Điểm", most=10),)),
    "muc": Scheme(
        "Điểm theo mục",
        (Part("Học tập", most=4), Part("Kỉ luật", most=3), Part("Vệ sinh", most=3)),
    ),
    "khong": Scheme("Không xếp loại"),
}
USUAL = PRESETS["loai"]
UNKNOWN_VALUE = "Mục “{name}” không có mức “{given}”. Hãy chọn một trong: {values}."
NO_POINTS = "Mục “{name}” nhận điểm nguyên từ 0 đến {most}, không nhận “{given}”. Hãy ghi lại."


class RatingRefused(Exception):
    """A rating that the school's scheme does not know; the text says what to choose."""


def read_parts(kept: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    """The parts as they are kept in a row."""
    return tuple(
        Part(str(one["name"]), tuple(one.get("values", ())), int(one.get("most", 0)))
        for one in kept
    )


def keep_parts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """The parts as a row keeps them."""
    return [
        {"name": one.name, "values": list(one.values)}
        if one.values
        else {"name": one.name, "most": one.most}
        for one in parts
    ]


def check_rating(scheme: Scheme, given: Mapping[str, str]) -> dict[str, str]:
    """The rating that may be kept; parts left blank are not rated.

    Raises RatingRefused with a sentence.
    """
    told = {part: given.get(part.name, "").strip() for part in scheme.parts}
    return {part.name: _checked(part, value) for part, value in told.items() if value}


def _checked(part: Part, given: str) -> str:
    if part.values:
        if given not in part.values:
            values = ", ".join(part.values)
            raise RatingRefused(UNKNOWN_VALUE.format(name=part.name, given=given, values=values))
        return given
    if not (given.isascii() and given.isdecimal() and len(given) <= 3 and int(given) <= part.most):
        raise RatingRefused(NO_POINTS.format(name=part.name, given=given, most=part.most))
    return str(int(given))


def print_rating(rating: Mapping[str, str]) -> str:
    """As it stands in the book: "Tốt", "9", or "Học tập 4, Kỉ luật 3 = 7"."""
    if len(rating) <= 1:
        return "".join(rating.values())
    told = ", ".join(f"{name} {value}" for name, value in rating.items())
    points = points_of(rating)
    return told if points is None else f"{told} = {points}"


def points_of(rating: Mapping[str, str]) -> int | None:
    """The points of a rating together; none where a part is a word or nothing was rated."""
    values = list(rating.values())
    if not values or not all(one.isdecimal() for one in values):
        return None
    return sum(int(one) for one in values)


def sum_up(ratings: Sequence[Mapping[str, str]]) -> str:
    """Tổng hợp xếp loại of a week: "Tốt: 20, Khá: 4", or "Tổng điểm: 240 (24 tiết)"."""
    rated = [one for one in ratings if one]
    points = [points_of(one) for one in rated]
    known = [one for one in points if one is not None]
    if rated and len(known) == len(rated):
        return f"Tổng điểm: {sum(known)} ({len(rated)} tiết)"
    counted = Counter(print_rating(one) for one in rated)
    return ", ".join(f"{name}: {many}" for name, many in counted.most_common())
