"""One school of the synthetic province with its sites, classes, people and seats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from synthetic.books import BookFrame, bundle_of, plan_books
from synthetic.frames import Frame, plan_frames, plan_sites
from synthetic.people import plan_pupils
from synthetic.plan import (
    LAST_YEAR,
    YEAR,
    Outline,
    PlannedBook,
    PlannedClass,
    PlannedSchool,
    PlannedSeat,
    PlannedSite,
    Province,
)
from synthetic.posts import Posts, plan_posts
from synthetic.seats import Child, code_of, seats_now, seats_then, sex_of, student_id
from synthetic.staffing import plan_staff


@dataclass(frozen=True)
class _Build:
    province: Province
    outline: Outline
    sites: Sequence[PlannedSite]
    frames: tuple[Frame, ...]
    books: tuple[BookFrame, ...]
    posts: Posts

    def id(self, table: str, place: int) -> int:
        return self.province.ids.of(table, self.outline.place, place)


def plan_school(province: Province, outline: Outline) -> PlannedSchool:
    """Everything the skeleton knows of a school; the same whenever it is asked."""
    sites = plan_sites(outline, province.ids)
    frames = plan_frames(outline, sites)
    books = tuple(plan_books(frames))
    build = _Build(province, outline, sites, frames, books, plan_posts(outline, frames, books))
    return PlannedSchool(
        outline=outline,
        id=province.school_id(outline),
        path=province.path_of(outline),
        province_id=province.department_id,
        sites=sites,
        classes=tuple(_classes(build)),
        staff=plan_staff(outline, build.posts.posts, province.ids),
        pupils=plan_pupils(province, outline),
    )


def _classes(build: _Build) -> Iterator[PlannedClass]:
    """This year's classes, then last year's: a class of last year that nobody sat in is none."""
    now = _empty(build, YEAR)
    _seat(build, now, YEAR, seats_now(build.outline, build.frames), 0)
    then = _empty(build, LAST_YEAR)
    _seat(build, then, LAST_YEAR, seats_then(build.province, build.outline, build.frames), 1)
    for room in [*now, *then]:
        if room.seats:
            yield room


def _empty(build: _Build, year: int) -> list[PlannedClass]:
    past = year != YEAR
    rooms = [
        _room(build, number, frame, year, past * len(build.frames))
        for number, frame in enumerate(build.frames)
    ]
    for at, one in enumerate(build.books):
        rooms[one.number].books.append(_book(build, one, at, rooms[one.number].id, past=past))
    return rooms


def _room(build: _Build, number: int, frame: Frame, year: int, offset: int) -> PlannedClass:
    bundle = bundle_of(build.frames, number)
    return PlannedClass(
        id=build.id("organisations.SchoolClass", number + offset),
        year=year,
        code=f"L{number + 1:03d}",
        name=frame.name,
        level=frame.level,
        bands=frame.bands,
        site=build.sites[frame.site],
        merged_kind=frame.merged_kind,
        bundle=None if bundle is None else build.id("organisations.Bundle", bundle),
        position=number,
        homeroom_id=build.id("records.Staff", build.posts.homerooms[number]),
    )


def _book(build: _Build, one: BookFrame, at: int, class_id: int, *, past: bool) -> PlannedBook:
    return PlannedBook(
        id=build.id("organisations.ClassSubject", at + past * len(build.books)),
        class_id=class_id,
        subject=one.subject,
        form=one.form,
        status=one.status,
        periods=one.periods,
        regular_marks=one.regular_marks,
        has_cluster=one.has_cluster,
        position=one.position,
        teacher_id=build.id("records.Staff", build.posts.teachers[one.number, one.subject]),
    )


def _seat(
    build: _Build,
    rooms: Sequence[PlannedClass],
    year: int,
    seated: Iterable[tuple[int, Child]],
    half: int,
) -> None:
    """Fill the classes; the enrolments of this year come first among those of the school."""
    first = half * (build.outline.size + 1)
    for at, (number, child) in enumerate(seated, first):
        rooms[number].seats.append(_one_seat(build, at, rooms[number].id, child, year))


def _one_seat(build: _Build, at: int, class_id: int, child: Child, year: int) -> PlannedSeat:
    return PlannedSeat(
        id=build.id("records.Enrolment", at),
        student_id=student_id(build.province.ids, child.school, child.place),
        class_id=class_id,
        code=code_of(child.school, child.place),
        year=year,
        band=child.band,
        sex=sex_of(build.outline.seed, child.school, child.place),
        standing=child.standing,
        next=child.next,
        is_here=child.school == build.outline.place,
    )
