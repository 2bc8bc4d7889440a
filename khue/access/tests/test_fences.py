"""The second fence: a query that forgets to ask leaks nothing, and nobody takes the fence down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from khue.access.middleware import fence_closed
from khue.access.queries import scope_of
from khue.ledger.api import Author, Change, Operation, append_changes, log_sensitive_read
from kit.fences import EVERYTHING, NOTHING, Scope, current_scope, scoped, set_scope
from tests.cast import NOW, Cast, table

LEDGER = ["ledger_entry", "ledger_seal", "ledger_leaf", "ledger_sensitiveread"]


def rows(sql: str, *given: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def fenced_tables() -> list[str]:
    found = rows("select distinct tablename from pg_policies where schemaname = 'public'")
    return sorted(name for (name,) in found)


def school_column(name: str) -> str | None:
    found = rows(
        "select column_name from information_schema.columns where table_name = %s"
        " and column_name in ('school_id', 'home_school_id')",
        name,
    )
    return str(found[0][0]) if found else None


@pytest.fixture
def full(cast: Cast) -> Iterator[Cast]:
    """The cast, with a mark, a ledger entry and a logged read in each of two schools."""
    with scoped(EVERYTHING):
        for school, student, subject in [
            (cast.school, cast.minh.student, cast.maths),
            (cast.other_school, cast.other_student, cast.other_maths),
        ]:
            table("gradebook.MarkRow").objects.create(
                year=2026,
                class_subject=subject,
                term=1,
                student=student,
                school=school,
                province=cast.department,
                tx1=80,
            )
            where = {"school_id": school.pk, "province_id": cast.department.pk}
            change = Change(f"student:{student.pk}", "enter", "Điểm", new="8", **where)
            append_changes(Operation(Author(None, "Khuê"), NOW), [change])
            log_sensitive_read(
                Author(cast.hoa.account.pk, "Hoa"), NOW, subject="student:1", fields="x", **where
            )
    yield cast
    set_scope(NOTHING)


def test_every_table_about_people_has_a_fence(full: Cast) -> None:
    wanted = {
        "records_student",
        "records_guardian",
        "records_guardianship",
        "records_enrolment",
        "records_staff",
        "records_posting",
        "records_transfer",
        "records_registerentry",
        "gradebook_markrow",
        "ledger_entry",
        "ledger_sensitiveread",
        "intake_upload",
        "intake_planrow",
    }
    assert wanted <= set(fenced_tables())


def test_without_a_scope_nothing_is_seen(full: Cast) -> None:
    set_scope(NOTHING)
    seen = {name: rows(f"select count(*) from {name}")[0][0] for name in fenced_tables()}
    assert {name for name, count in seen.items() if count} == set()


def test_a_forgotten_filter_shows_only_the_own_school(full: Cast) -> None:
    with scoped(EVERYTHING):
        everyone = set(table("records.Student").objects.values_list("pk", flat=True))
    set_scope(scope_of(full.hoa.actor))
    seen = set(table("records.Student").objects.values_list("pk", flat=True))
    assert seen == {full.minh.student.pk, *(mate.pk for mate in full.classmates)}
    assert full.other_student.pk in everyone - seen


def test_raw_sql_shows_only_the_own_school_in_every_table(full: Cast) -> None:
    fenced = [(name, school_column(name)) for name in fenced_tables()]
    elsewhere = "select count(*) from {0} where {1} is distinct from {2}"
    set_scope(scope_of(full.hoa.actor))
    leaks = {
        name: count
        for name, column in fenced
        if column and (count := rows(elsewhere.format(name, column, int(full.school.pk)))[0][0])
    }
    assert leaks == {}


@pytest.mark.parametrize(
    "name",
    [
        "records_student",
        "records_enrolment",
        "records_staff",
        "records_posting",
        "gradebook_markrow",
        "ledger_entry",
        "ledger_sensitiveread",
    ],
)
def test_each_fence_has_something_on_either_side(full: Cast, name: str) -> None:
    with scoped(EVERYTHING):
        everything = rows(f"select count(*) from {name}")[0][0]
    set_scope(scope_of(full.hoa.actor))
    own = rows(f"select count(*) from {name}")[0][0]
    assert 0 < own < everything


def test_a_parent_s_session_sees_one_child(full: Cast) -> None:
    set_scope(scope_of(full.lan.actor))
    assert rows("select id from records_student") == [(full.minh.student.pk,)]
    assert rows("select distinct student_id from gradebook_markrow") == [(full.minh.student.pk,)]
    assert rows("select count(*) from records_staff") == [(0,)]
    assert rows("select count(*) from ledger_entry") == [(0,)]


def test_a_commune_sees_its_schools_and_a_department_its_province(full: Cast) -> None:
    set_scope(scope_of(full.ha.actor))
    assert rows("select distinct home_school_id from records_student") == [(full.school.pk,)]
    set_scope(scope_of(full.dung.actor))
    assert len(rows("select distinct home_school_id from records_student")) == 2


def test_a_row_is_not_written_into_another_school(full: Cast) -> None:
    set_scope(scope_of(full.hoa.actor))
    changed = rows(
        "with done as (update records_student set name = 'x' where id = %s returning 1)"
        " select count(*) from done",
        full.other_student.pk,
    )
    assert changed == [(0,)]
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        table("records.Enrolment").objects.create(
            student=full.other_student,
            school=full.other_school,
            province=full.department,
            year=2025,
            grade="07",
            status="studying",
            starts_on=NOW.date(),
        )


# --- the web role cannot take the fence down --------------------------------------------------


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


@pytest.mark.parametrize("name", LEDGER)
@pytest.mark.parametrize(
    "sql",
    [
        "update {0} set {1} = {1}",
        "delete from {0}",
        "truncate {0}",
        "drop table {0}",
        "alter table {0} disable row level security",
    ],
)
def test_the_ledger_is_only_appended_to(db: None, name: str, sql: str) -> None:
    column = "entry_id" if name == "ledger_leaf" else "id"
    with scoped(EVERYTHING):
        assert refused(sql.format(name, column))


@pytest.mark.parametrize(
    "sql",
    [
        "create table mine (id int)",
        "alter table records_student disable row level security",
        "drop policy records_student_read on records_student",
        "create policy mine on records_student using (true)",
        "truncate records_student",
        "select * from gradebook_markrow_2026",
        "select rolpassword from pg_authid",
        "create role another",
        "alter role khue_web superuser",
    ],
)
def test_the_web_role_owns_nothing(db: None, sql: str) -> None:
    with scoped(EVERYTHING):
        assert refused(sql)


def test_no_table_beside_its_fence_leads_around_it(db: None) -> None:
    """A partition has no policy of its own, so it must not be reached by its own name."""
    open_doors = rows(
        "select c.relname from pg_class c join pg_inherits i on i.inhrelid = c.oid"
        " join pg_class p on p.oid = i.inhparent where p.relrowsecurity"
        " and has_table_privilege('khue_web', c.oid, 'select')"
    )
    assert open_doors == []


# --- the scope belongs to one request ---------------------------------------------------------


def test_a_request_begins_with_nothing_whatever_the_one_before_saw(full: Cast, rf: Any) -> None:
    seen: list[object] = []

    def look(_request: Any) -> Any:
        seen.append((current_scope(), rows("select count(*) from records_student")[0][0]))

    set_scope(EVERYTHING)
    fence_closed(look)(rf.get("/"))
    assert seen == [(NOTHING, 0)]


def test_one_connection_serves_two_people_one_after_the_other(full: Cast) -> None:
    full.client("mai").get("/tai-khoan-cua-toi/")
    assert current_scope().schools == (full.school.pk,)
    full.client("nam").get("/tai-khoan-cua-toi/")
    assert current_scope().schools == (full.other_school.pk,)
    full.client("nobody").get("/dang-nhap/")
    assert current_scope() == NOTHING
    assert rows("select count(*) from records_student") == [(0,)]


def test_a_scope_opened_for_a_moment_closes_after_trouble(full: Cast) -> None:
    own = Scope(schools=(full.school.pk,))
    set_scope(own)

    def trouble() -> None:
        with transaction.atomic(), scoped(EVERYTHING):
            rows("select 1/0")

    with pytest.raises(DatabaseError, match="division by zero"):
        trouble()
    assert current_scope() == own
    beyond = "select count(*) from records_student where home_school_id <> %s"
    assert rows(beyond, full.school.pk) == [(0,)]


def test_trouble_inside_a_scope_keeps_its_own_name(full: Cast) -> None:
    def twice() -> None:
        with transaction.atomic(), scoped(EVERYTHING):
            table("records.Student").objects.create(
                pk=full.minh.student.pk, province=full.department, home_school=full.school
            )

    set_scope(NOTHING)
    with pytest.raises(IntegrityError):
        twice()
