"""A plan that is kept still asks the fence, the day and the session anew at every run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from khue.access.models import Account, Grant, Session
from khue.access.queries import actor_of_session, find_session, find_visit
from khue.access.services.sessions import open_session
from khue.access.tests.people import NOW
from khue.ledger.api import Author, Change, Operation, append_changes, changes_to
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, NOTHING, Scope, scoped, set_scope
from kit.statements import kept_rows, numbers_array
from tests.cast import TODAY, Cast

PUPILS = "select id from records_student where id > %s order by id"
TODAY_OF_TEST = vietnam_day(NOW)
BEFORE, AFTER = TODAY - timedelta(days=9), TODAY - timedelta(days=1)
Change_ = Callable[[Cast], Any]


def plans_of(statement: str) -> list[tuple[int, int]]:
    """(generic plans, custom plans) of a prepared statement on this connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select generic_plans, custom_plans from pg_prepared_statements where statement = %s",
            [statement.replace("%s", "$1")],
        )
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_the_plan_is_made_once_and_kept() -> None:
    for _ in range(12):
        kept_rows(PUPILS, [0])
    ((generic, custom),) = plans_of(PUPILS)
    assert generic + custom >= 10
    assert generic > 0


def test_a_kept_plan_opens_for_each_scope_only_its_own_rows(cast: Cast) -> None:
    with scoped(EVERYTHING):
        own = {row[0] for row in kept_rows(PUPILS, [0])}
    seen = []
    for _ in range(10):
        for scope in (Scope(schools=(cast.school.pk,)), Scope(schools=(cast.other_school.pk,))):
            set_scope(scope)
            seen.append({row[0] for row in kept_rows(PUPILS, [0])})
        set_scope(NOTHING)
        assert kept_rows(PUPILS, [0]) == []
    assert plans_of(PUPILS)
    assert seen[0::2] == [seen[0]] * 10
    assert seen[1::2] == [seen[1]] * 10
    assert seen[0]
    assert seen[1]
    assert not seen[0] & seen[1]
    assert seen[0] | seen[1] <= own


@pytest.mark.django_db
def test_kept_statements_are_counted_like_all_others() -> None:
    with CaptureQueriesContext(connection) as captured:
        kept_rows(PUPILS, [0])
    assert len(captured) == 1


@pytest.mark.django_db
def test_the_log_tells_the_text_of_a_kept_statement() -> None:
    with CaptureQueriesContext(connection) as captured:
        kept_rows(PUPILS, [0])
    assert captured[0]["sql"] == PUPILS


def test_numbers_of_any_size_are_the_same_statement(db: None) -> None:
    asked = "select %s::bigint[], pg_backend_pid()"
    for numbers in ([1], [2**40, None], [], [None]):
        assert kept_rows(asked, [numbers_array(numbers)])[0][0] == numbers
    assert len(plans_of(asked)) == 1


@pytest.mark.django_db
def test_trouble_of_a_kept_statement_is_the_trouble_that_django_knows() -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        kept_rows("select no_such_column from records_student where id = %s", [0])


# --- who asks, in one statement: as session and grants would say one after the other ------------


def ended(cast: Cast) -> None:
    Session.objects.update(ended_at=NOW)


def expired(cast: Cast) -> None:
    Session.objects.update(expires_at=NOW)


def idle(cast: Cast) -> None:
    Session.objects.update(seen_at=NOW - settings.SESSION_IDLE)


def closed(cast: Cast) -> None:
    Account.objects.filter(pk=cast.hoa.account.pk).update(closed_at=NOW)


def nothing_granted(cast: Cast) -> None:
    Grant.objects.filter(account=cast.hoa.account).update(ended_at=NOW)


def granted_for_later(cast: Cast) -> None:
    Grant.objects.filter(account=cast.hoa.account).update(valid_from=TODAY + timedelta(days=1))


def granted_until_yesterday(cast: Cast) -> None:
    Grant.objects.filter(account=cast.hoa.account).update(valid_from=BEFORE, valid_to=AFTER)


def lent_by_someone_who_lost_it(cast: Cast) -> None:
    own = Grant.objects.filter(account=cast.mai.account).order_by("id")[0]
    Grant.objects.filter(account=cast.hoa.account).update(delegated_from=own)
    Grant.objects.filter(pk=own.pk).update(valid_from=BEFORE, valid_to=AFTER)


def lent(cast: Cast) -> None:
    own = Grant.objects.filter(account=cast.mai.account).order_by("id")[0]
    Grant.objects.filter(account=cast.hoa.account).update(delegated_from=own)


def as_it_is(cast: Cast) -> None:
    """Nothing happened."""


@pytest.mark.parametrize(
    "happened",
    [
        as_it_is,
        ended,
        expired,
        idle,
        closed,
        nothing_granted,
        granted_for_later,
        granted_until_yesterday,
        lent,
        lent_by_someone_who_lost_it,
    ],
)
def test_one_statement_says_what_two_said(cast: Cast, happened: Change_) -> None:
    token = open_session(account_id=cast.hoa.account.pk, now=NOW, second_factor=True)
    happened(cast)
    session = find_session(token, NOW)
    visit = find_visit(token, now=NOW, today=TODAY_OF_TEST)
    assert (visit is None) == (session is None)
    if visit is not None and session is not None:
        found, actor = visit
        assert actor == actor_of_session(session, TODAY_OF_TEST)
        for name in ("pk", "seen_at", "second_factor_at", "address", "device"):
            assert getattr(found, name) == getattr(session, name)
        for name in ("pk", "name", "password", "totp_sealed", "totp_confirmed_at"):
            assert getattr(found.account, name) == getattr(session.account, name)


def test_an_unknown_token_is_nobody(cast: Cast) -> None:
    assert find_visit("no such token", now=NOW, today=TODAY_OF_TEST) is None


def test_the_values_of_a_kept_history_are_values(cast: Cast) -> None:
    subject, where = "mark:1.1.1", {"school_id": cast.school.pk, "province_id": cast.department.pk}
    told: list[Any] = ["7,5", None, {"thêm": [1, 2]}, 3]
    changes = [Change(subject, "correct", "Điểm", old=one, new="8", **where) for one in told]
    append_changes(Operation(Author(None, "Khuê"), NOW), changes)
    with scoped(EVERYTHING):
        lines = changes_to([subject, "mark:1.1.2"], action="correct")
        assert changes_to([], action="correct") == []
    assert [line.old for line in reversed(lines)] == told
    assert {(line.new, line.subject, line.at) for line in lines} == {("8", subject, NOW)}
