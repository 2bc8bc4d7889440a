"""Row-level security as the second fence: one way to write policies, one way to set the scope.

A scope says which rows a database session may see: whole provinces, some schools, some
students, or (for migrations, jobs and the login itself) everything. An unset scope sees nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, migrations
from psycopg.pq import TransactionStatus

from kit.statements import kept_rows

REACH = "(select current_setting('khue.reach', true)) = 'all'"


def _listed(setting: str) -> str:
    text = f"nullif(current_setting('khue.{setting}', true), '')"
    return f"(select string_to_array({text}, ','))::bigint[]"


SCHOOLS = _listed("schools")
PROVINCES = _listed("provinces")
STUDENTS = _listed("students")
SET_SCOPE = """
select set_config('khue.reach', %s, false), set_config('khue.provinces', %s, false),
  set_config('khue.schools', %s, false), set_config('khue.students', %s, false)
"""


@dataclass(frozen=True)
class Scope:
    """What a database session may see; ids of departments, schools and students."""

    provinces: tuple[int, ...] = ()
    schools: tuple[int, ...] = ()
    students: tuple[int, ...] = ()
    everything: bool = False


NOTHING = Scope()
EVERYTHING = Scope(everything=True)


def _joined(ids: tuple[int, ...]) -> str:
    return ",".join(str(one) for one in ids)


def _write(scope: Scope) -> None:
    kept_rows(
        SET_SCOPE,
        [
            "all" if scope.everything else "",
            _joined(scope.provinces),
            _joined(scope.schools),
            _joined(scope.students),
        ],
    )


def current_scope() -> Scope:
    """The scope of this thread's database session (NOTHING on a fresh connection)."""
    held = getattr(connection, "khue_scope", None)
    if held is None or connection.connection is None or held[0] is not connection.connection:
        return NOTHING
    scope: Scope = held[1]
    return scope


def set_scope(scope: Scope) -> None:
    """Set what this thread's database session may see from now on; free when nothing changes."""
    if current_scope() == scope:
        return
    _write(scope)
    connection.khue_scope = (connection.connection, scope)  # type: ignore[attr-defined]


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """See with another scope for a moment; the caller has passed the gate for exactly this."""
    before = current_scope()
    set_scope(scope)
    try:
        yield
    finally:
        _give_back(before)


def _give_back(before: Scope) -> None:
    """Return to the scope from before; in a failed transaction the rollback itself does it."""
    held = connection.connection
    if held is None or held.closed:
        return
    if connection.needs_rollback or held.info.transaction_status == TransactionStatus.INERROR:
        connection.khue_scope = (held, before)  # type: ignore[attr-defined]
    else:
        set_scope(before)


def fence(table: str, *conditions: str, free_insert: bool = False) -> migrations.RunSQL:
    """Enable row-level security on a table: a row is seen and written where a condition holds.

    `free_insert` lets a new row in that becomes visible only through others (a guardian before
    the link to the child).
    """
    test = " or ".join([REACH, *conditions])
    return migrations.RunSQL(
        sql=[
            f"alter table {table} enable row level security",
            f"create policy {table}_read on {table} for select using ({test})",
            f"create policy {table}_write on {table} for insert"
            f" with check ({'true' if free_insert else test})",
            f"create policy {table}_change on {table} for update using ({test})",
            f"create policy {table}_remove on {table} for delete using ({test})",
        ],
        reverse_sql=[
            *[
                f"drop policy {table}_{act} on {table}"
                for act in ["read", "write", "change", "remove"]
            ],
            f"alter table {table} disable row level security",
        ],
    )


def by_school(column: str = "school_id") -> str:
    return f"{column} = any({SCHOOLS})"


def by_province(column: str = "province_id") -> str:
    return f"{column} = any({PROVINCES})"


def by_student(column: str = "student_id") -> str:
    return f"{column} = any({STUDENTS})"
