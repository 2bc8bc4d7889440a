"""One site with the cast in a classroom, for the stories of teachers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from kit.fences import EVERYTHING, scoped
from kit.processes import end, free_port
from machinery.site import start_web, wait_until_answers
from tests.cast import Cast, assign, enrol, make_cast, make_student, sign_in, table
from tests.database import Server, point_to
from tests.site import site_environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

GIVEN_NAMES = "An Bình Chi Dũng Giang Hà Khánh Lan Mai Nam Oanh Phúc Quân Sơn Tâm Uyên Vân Yến"


EMPTIED = [
    "ledger_entry",
    *(
        f"gradebook_{name}"
        for name in (
            "markrow",
            "progress",
            "termlock",
            "bookstate",
            "correction",
            "subjectcomment",
            "subjectresult",
            "studentresult",
            "entrywindow",
            "subjectcircumstance",
            "primaryrow",
        )
    ),
]


@dataclass
class ClassRoom:
    """A running site with the cast in it, and the owner's way to its database."""

    url: str
    database: str
    maths: int
    sports: int
    department: int
    class_id: int
    school: int
    tokens: dict[str, str]
    more: dict[str, int] = field(default_factory=dict)

    def ask(self, statement: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.database, autocommit=True) as session:
            found = session.execute(statement, values)
            return found.fetchall() if found.description else []

    def stored(self, slot: str) -> list[Any]:
        rows = self.ask(
            f"select marks.{slot} from gradebook_markrow marks join records_student student"
            " on student.id = marks.student_id where marks.class_subject_id = %s and term = 1"
            " order by student.name_key",
            self.maths,
        )
        return [row[0] for row in rows]


Furnish = Callable[[Cast], dict[str, int]]


def _fill(furnish: Furnish | None) -> ClassRoom:
    with scoped(EVERYTHING):
        cast = make_cast()
        for name in GIVEN_NAMES.split():
            enrol(make_student(cast.school, f"Nông Thị {name}", "F"), cast.school_class)
        assign(cast.hoa.staff, cast.sports)
        more = furnish(cast) if furnish else {}
        tokens = {name: sign_in(person.account) for name, person in cast.people.items()}
        later = datetime.now(UTC) + timedelta(days=1)
        table("access.Session").objects.update(expires_at=later)
    return ClassRoom(
        "",
        "",
        cast.maths.pk,
        cast.sports.pk,
        cast.department.pk,
        cast.school_class.pk,
        cast.school.pk,
        tokens,
        more,
    )


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[ClassRoom]:
    """One site with the cast for all stories of this file, with what its `furnish` adds."""
    own, name = connection.settings_dict["NAME"], database_server.copy(template_database, "grid")
    with django_db_blocker.unblock():
        point_to(database_server, name)
        room = _fill(getattr(request.module, "furnish", None))
        point_to(database_server, own)
    folder, port = tmp_path_factory.mktemp("grid"), free_port()
    room.url, room.database = f"http://127.0.0.1:{port}", database_server.url_of(name)
    web = start_web(site_environment(room.database, folder), port, folder / "web.log", workers=1)
    try:
        wait_until_answers(web, port, folder / "web.log")
        yield room
    finally:
        end(web)
    database_server.drop(name)


@pytest.fixture
def classroom(site: ClassRoom) -> ClassRoom:
    """The site with empty books and everybody signed in."""
    site.ask(f"truncate {', '.join(EMPTIED)}")
    site.ask("update access_session set ended_at = null, second_factor_at = now()")
    return site


Enter = Callable[..., "Page"]


@pytest.fixture
def enter(browser: Browser, classroom: ClassRoom) -> Iterator[Enter]:
    """Open a page as a person of the cast; complaints of the page fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(path: str, who: str = "hoa", **options: Any) -> Page:
        context = browser.new_context(base_url=classroom.url, locale="vi-VN", **options)
        cookie = {"name": "khue_session", "value": classroom.tokens[who], "url": classroom.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
