"""What every class is taught: the programme of its grades, and the electives of its bundle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from khue.organisations.queries.catalogue import curriculum_rows, subject_rows
from khue.organisations.rules.curriculum import split_periods
from synthetic.frames import Frame

PROGRAMME = {"02": "primary", "03": "thcs", "04": "thpt", "05": "thpt"}
SUBJECTS = tuple(one["name"] for one in sorted(subject_rows(), key=lambda one: one["position"]))


@dataclass(frozen=True)
class BundlePlan:
    """Tổ hợp môn lựa chọn: four electives, and the three whose study topics are taken."""

    name: str
    electives: tuple[str, ...]
    clusters: tuple[str, ...]


BUNDLES = (
    BundlePlan(
        "Tổ hợp Tự nhiên",
        ("Vật lí", "Hóa học", "Sinh học", "Tin học"),
        ("Toán", "Vật lí", "Hóa học"),
    ),
    BundlePlan(
        "Tổ hợp Xã hội",
        ("Địa lí", "Giáo dục kinh tế và pháp luật", "Công nghệ", "Tin học"),
        ("Ngữ văn", "Lịch sử", "Địa lí"),
    ),
)


@dataclass(frozen=True, slots=True)
class BookFrame:
    """A subject of a class before it has a teacher; `number` is that of the class."""

    number: int
    level: str
    subject: str
    form: str
    status: str
    periods: tuple[int, int]
    regular_marks: int
    has_cluster: bool
    position: int

    @property
    def weekly(self) -> float:
        return self.periods[0] / 18


@cache
def _programme() -> Mapping[tuple[str, int], list[dict[str, Any]]]:
    """The rows of each grade that are taught by marks or comments, by the place of the subject."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    rows = [one for one in curriculum_rows() if one["regular_marks"] is not None]
    for row in sorted(rows, key=lambda one: SUBJECTS.index(one["subject"])):
        found.setdefault((row["level"], row["grade"]), []).append(row)
    return found


def _grade(key: str, level: str) -> int:
    return int(key) - 3 if level == "05" else int(key)


def bundle_of(frames: tuple[Frame, ...], number: int) -> int | None:
    """Which bundle a class of upper secondary follows: they take turns."""
    if frames[number].level != "04":
        return None
    uppers = [at for at, one in enumerate(frames) if one.level == "04"]
    return uppers.index(number) % len(BUNDLES)


def plan_books(frames: tuple[Frame, ...]) -> Iterator[BookFrame]:
    """The subjects of every class in turn; a preschool class has none."""
    for number, frame in enumerate(frames):
        if frame.level in PROGRAMME:
            bundle = bundle_of(frames, number)
            yield from _of_class(number, frame, None if bundle is None else BUNDLES[bundle])


def _of_class(number: int, frame: Frame, bundle: BundlePlan | None) -> Iterator[BookFrame]:
    rows = _rows(frame, bundle.electives if bundle else ())
    clusters = bundle.clusters if bundle else ()
    for position, row in enumerate(rows):
        yield BookFrame(
            number=number,
            level=frame.level,
            subject=row["subject"],
            form=row["form"],
            status=row["status"],
            periods=split_periods(row["periods_per_year"]),
            regular_marks=row["regular_marks"],
            has_cluster=row["subject"] in clusters,
            position=position,
        )


def _rows(frame: Frame, electives: Collection[str]) -> list[dict[str, Any]]:
    """A merged class is taught what any of its grades is taught, each subject once."""
    found: dict[str, dict[str, Any]] = {}
    for key in frame.counts:
        for row in _programme()[PROGRAMME[frame.level], _grade(key, frame.level)]:
            if row["status"] == "compulsory" or row["subject"] in electives:
                found.setdefault(row["subject"], row)
    return sorted(found.values(), key=lambda one: SUBJECTS.index(one["subject"]))
