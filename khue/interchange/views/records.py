"""API /api/v1: what programs read, each list with its scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic_core import to_json

from khue.access.api import Actor, OutsidePlace
from khue.interchange.forms import schemas
from khue.interchange.queries import changes as feed
from khue.interchange.queries import figures, frames, marks, people
from khue.interchange.queries.pages import Page
from khue.interchange.rules import scopes
from khue.interchange.rules.cursors import write_cursor
from khue.interchange.services.feed import number_changes
from khue.interchange.services.reading_log import note_sensitive
from khue.interchange.views.door import program_of, read_of
from khue.organisations.api import school_year_of
from kit.dates import vietnam_day

View = TypeVar("View", bound=Callable[..., Any])
router = Router()
JSON = "application/json; charset=utf-8"
REFUSALS = dict.fromkeys((401, 403, 404, 422, 429), schemas.ProblemOut)
SENSITIVE = "số định danh, dân tộc, chính sách, khuyết tật (qua API)"


def needs(*names: str) -> Callable[[View], View]:
    """Which scopes open a list: one of them is enough."""

    def mark(view: View) -> View:
        view.scopes = names  # type: ignore[attr-defined]
        return view

    return mark


def _list(path: str, item: Any, *names: str, tag: str) -> Callable[[View], View]:
    """An address that answers pages of one kind."""
    return _address(path, schemas.Page[item], *names, tag=tag)


def _address(path: str, answer: Any, *names: str, tag: str) -> Callable[[View], View]:
    def register(view: View) -> View:
        summary = str(view.__doc__).strip().splitlines()[0].rstrip(".")
        answers = {200: answer, **REFUSALS}
        named = view.__name__
        options: dict[str, Any] = {"summary": summary, "operation_id": named, "tags": [tag]}
        extra = {"security": [{"oauth2": [one]} for one in names]}
        made = router.get(path, response=answers, openapi_extra=extra, **options)
        return made(needs(*names)(_as_json(view)))

    return register


def _as_json(view: View) -> View:
    """The answer as it was told; that it fits the document is proven by tests, not call by call.

    Checking every field of a page again would cost more than everything before it.
    """

    @wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(to_json(view(request, *args, **kwargs)), content_type=JSON)

    return cast("View", handle)


def _actor(request: HttpRequest) -> Actor:
    return program_of(request).actor


def _shown(request: HttpRequest, page: Page) -> dict[str, Any]:
    """The page as it goes out; what it holds is noted for the log, where it goes on for Link."""
    read = read_of(request)
    read.records.update(page.records)
    cursor = write_cursor(page.after) if page.after else None
    if cursor:
        read.headers["Link"] = f'<{_address_after(request, cursor)}>; rel="next"'
    return {"items": page.items, "next": cursor}


def _address_after(request: HttpRequest, cursor: str) -> str:
    asked = {**request.GET.dict(), "after": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(asked)}")


def _since(query: Any) -> datetime | None:
    moment: datetime | None = query.updated_since
    naive = moment is not None and moment.tzinfo is None
    return timezone.make_aware(moment) if moment is not None and naive else moment


def _year(asked: int | None) -> int:
    return school_year_of(vietnam_day(timezone.now())) if asked is None else asked


def _asked(query: schemas.PageQuery) -> dict[str, Any]:
    return {"limit": query.limit, "after": query.after, "school": query.school}


@_list("/schools", schemas.SchoolOut, scopes.SCHOOLS, tag="Trường lớp")
def list_schools(request: HttpRequest, query: Query[schemas.SinceQuery]) -> Any:
    """Trường."""
    return _shown(
        request, frames.schools_page(_actor(request), since=_since(query), **_asked(query))
    )


@_list("/sites", schemas.SiteOut, scopes.SCHOOLS, tag="Trường lớp")
def list_sites(request: HttpRequest, query: Query[schemas.PageQuery]) -> Any:
    """Điểm trường."""
    return _shown(request, frames.sites_page(_actor(request), **_asked(query)))


@_address("/school-years", list[schemas.YearOut], scopes.SCHOOLS, tag="Trường lớp")
def list_school_years(request: HttpRequest) -> Any:
    """Năm học và học kì."""
    return frames.years_of(_actor(request))


@_address("/subjects", list[schemas.SubjectOut], scopes.SCHOOLS, tag="Trường lớp")
def list_subjects(request: HttpRequest) -> Any:
    """Môn học, hoạt động giáo dục."""
    return frames.every_subject()


@_list("/classes", schemas.ClassOut, scopes.SCHOOLS, tag="Trường lớp")
def list_classes(request: HttpRequest, query: Query[schemas.YearQuery]) -> Any:
    """Lớp học, nhóm trẻ."""
    given = {"since": _since(query), "year": query.year, **_asked(query)}
    return _shown(request, frames.classes_page(_actor(request), **given))


@_list("/class-subjects", schemas.ClassSubjectOut, scopes.SCHOOLS, tag="Trường lớp")
def list_class_subjects(request: HttpRequest, query: Query[schemas.YearQuery]) -> Any:
    """Môn học của các lớp."""
    given = {"since": _since(query), "year": query.year, **_asked(query)}
    return _shown(request, frames.class_subjects_page(_actor(request), **given))


@_list("/students", schemas.StudentOut, scopes.STUDENTS, tag="Con người")
def list_students(request: HttpRequest, query: Query[schemas.SinceQuery]) -> Any:
    """Học sinh."""
    page, looked = people.students_page(_actor(request), since=_since(query), **_asked(query))
    _note_sensitive(request, looked)
    return _shown(request, page)


@_address("/students/{uuid:person}", schemas.StudentOut, scopes.STUDENTS, tag="Con người")
def read_student(request: HttpRequest, person: UUID) -> Any:
    """Một học sinh."""
    page, looked = people.one_student(_actor(request), person)
    if not page.items:
        raise OutsidePlace(person)
    _note_sensitive(request, looked)
    read_of(request).records.update(page.records)
    return page.items[0]


def _note_sensitive(request: HttpRequest, looked: dict[int, tuple[int, int]]) -> None:
    if looked:
        note_sensitive(
            program=program_of(request), now=timezone.now(), students=looked, fields=SENSITIVE
        )


@_list("/guardians", schemas.GuardianOut, scopes.GUARDIANS, tag="Con người")
def list_guardians(request: HttpRequest, query: Query[schemas.PageQuery]) -> Any:
    """Cha mẹ, người giám hộ."""
    return _shown(request, people.guardians_page(_actor(request), **_asked(query)))


@_list("/staff", schemas.StaffOut, scopes.STAFF, tag="Con người")
def list_staff(request: HttpRequest, query: Query[schemas.SinceQuery]) -> Any:
    """Cán bộ, giáo viên, nhân viên."""
    return _shown(request, people.staff_page(_actor(request), since=_since(query), **_asked(query)))


@_list("/teaching-assignments", schemas.TeachingOut, scopes.STAFF, tag="Con người")
def list_teaching_assignments(request: HttpRequest, query: Query[schemas.PageQuery]) -> Any:
    """Phân công giảng dạy."""
    return _shown(request, frames.teachings_page(_actor(request), **_asked(query)))


@_list("/enrolments", schemas.EnrolmentOut, scopes.ENROLMENTS, tag="Con người")
def list_enrolments(request: HttpRequest, query: Query[schemas.YearQuery]) -> Any:
    """Quá trình học tập."""
    given = {"since": _since(query), "year": query.year, **_asked(query)}
    return _shown(request, people.enrolments_page(_actor(request), **given))


@_list("/marks", schemas.MarksOut, scopes.MARKS, tag="Kết quả")
def list_marks(request: HttpRequest, query: Query[schemas.MarkQuery]) -> Any:
    """Điểm các môn."""
    given = {"year": _year(query.year), "class_subject": query.class_subject, **_asked(query)}
    return _shown(request, marks.marks_page(_actor(request), **given))


@_list("/results", schemas.ResultOut, scopes.MARKS, tag="Kết quả")
def list_results(request: HttpRequest, query: Query[schemas.MarkQuery]) -> Any:
    """Kết quả rèn luyện và học tập."""
    given = {"year": _year(query.year), **_asked(query)}
    return _shown(request, marks.results_page(_actor(request), **given))


@_list("/absences", schemas.AbsenceOut, scopes.ATTENDANCE, tag="Kết quả")
def list_absences(request: HttpRequest, query: Query[schemas.DayQuery]) -> Any:
    """Vắng, đi muộn, về sớm."""
    days = {"first_day": query.first_day, "last_day": query.last_day}
    given = {"since": _since(query), **days, **_asked(query)}
    return _shown(request, marks.absences_page(_actor(request), **given))


@_list("/figures", schemas.PlaceFiguresOut, scopes.FIGURES, tag="Số liệu")
def list_figures(request: HttpRequest, query: Query[schemas.FiguresQuery]) -> Any:
    """Số liệu thống kê."""
    given = {**query.dict(), "year": _year(query.year)}
    return _shown(request, figures.figures_page(_actor(request), **given))


FEED_SCOPES = tuple(name for name, scope in scopes.SCOPES.items() if scope.kinds)


@_address("/changes", schemas.ChangesOut, *FEED_SCOPES, tag="Thay đổi")
def list_changes(request: HttpRequest, query: Query[schemas.ChangeQuery]) -> Any:
    """Dòng thay đổi."""
    number_changes()
    found = feed.changes_after(_actor(request), query.after, query.limit)
    read_of(request).records.update(found.records)
    return {"items": found.items, "position": found.position, "more": found.more}
