"""A site on a database server of its own that a story may kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from khue.access.api import Role, class_subject_place
from kit.fences import EVERYTHING, scoped
from kit.postgres import THROW_AWAY, Cluster
from kit.processes import end, free_port
from machinery.site import start_web, wait_until_answers
from tests.cast import (
    Cast,
    make_account,
    make_cast,
    make_class_subject,
    make_grant,
    sign_in,
    table,
)
from tests.database import Server, point_to
from tests.site import site_environment
from tests.spare import furnish

# A server that is killed must keep what it promised: only the disk itself is trusted to live on.
SETTINGS = {**THROW_AWAY, "synchronous_commit": "on"}
TEACHERS = 20
NAME = "fallible"


@dataclass(frozen=True)
class Teacher:
    """One teacher at work: the session and the book."""

    token: str
    book: int


@dataclass
class Fallible:
    """A site on a server of its own that may be killed."""

    cluster: Cluster
    database: str
    url: str
    token: str
    book: int
    teachers: list[Teacher]
    students: list[int]

    def ask(self, statement: str) -> list[Any]:
        address = self.cluster.url(self.database)
        with psycopg.connect(address, autocommit=True) as session:
            return session.execute(statement).fetchall()


@pytest.fixture
def fallible(
    django_db_setup: None,
    database_server: Server,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[Fallible]:
    """A migrated server with the cast and a web server before it; both end with the story."""
    cluster = Cluster(tmp_path / "postgres", settings=SETTINGS)
    cluster.start()
    own = connection.settings_dict["NAME"]
    try:
        furnish(cluster, database_server, template_database, NAME)
        with django_db_blocker.unblock():
            point_to(Server(cluster.url(), NAME), NAME)
            token, book, teachers, students = _fill()
            point_to(database_server, own)
        with _site(cluster.url(NAME), tmp_path) as url:
            yield Fallible(cluster, NAME, url, token, book, teachers, students)
    finally:
        cluster.stop(at_once=True)
        cluster.remove()


def _fill() -> tuple[str, int, list[Teacher], list[int]]:
    with scoped(EVERYTHING):
        cast = make_cast()
        teachers = [_make_teacher(cast, number) for number in range(1, TEACHERS + 1)]
        stays = table("records.Enrolment").objects.filter(school_class=cast.school_class)
        students = sorted(stays.values_list("student_id", flat=True))
        return sign_in(cast.hoa.account), cast.maths.pk, teachers, students


def _make_teacher(cast: Cast, number: int) -> Teacher:
    what = table("organisations.Subject").objects.create(
        name=f"Môn tự chọn {number}", short_name=f"TC{number}", position=100 + number
    )
    subject = make_class_subject(cast.school_class, what)
    account = make_account(f"giao-vien-{number}", f"Giáo viên {number}", "staff")
    place = class_subject_place(cast.school.organisation.path, cast.school_class.pk, subject.pk)
    make_grant(
        account,
        Role.SUBJECT_TEACHER,
        place,
        f"{what.name} 8A",
        school=cast.school,
        province=cast.department,
    )
    return Teacher(sign_in(account), subject.pk)


@contextmanager
def _site(database_url: str, folder: Path) -> Iterator[str]:
    port, log = free_port(), folder / "web.log"
    web = start_web(site_environment(database_url, folder), port, log, workers=1)
    try:
        wait_until_answers(web, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(web)
