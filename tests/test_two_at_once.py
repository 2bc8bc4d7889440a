"""Two people on one record at the same moment: one is done, the other is told in a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from khue.access.api import Role, open_session
from khue.access.services.passwords import PasswordStands, choose_first_password
from khue.attendance.api import Entry, Taken, take_attendance
from khue.attendance.tests.test_pages import kept, school_day
from khue.organisations.api import ClassFacts, create_class
from khue.organisations.services.work import OrganisationRefused
from khue.records.api import RecordRefused, change_student, request_transfer
from khue.records.services.family_access import open_student_account
from khue.records.services.merges import merge_students
from khue.records.services.transfers import accept_transfer
from khue.records.services.versions import ChangedMeanwhile
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, make_account, make_cast, make_grant, table

DAY = date(2026, 11, 23)


@pytest.fixture
def living(committed_database: str) -> Cast:
    with scoped(EVERYTHING):
        return make_cast()


def at_once(act: Callable[..., Any], *given: dict[str, Any], scope: Scope) -> list[Any]:
    """One act in two threads that start together; an exception is a result too."""
    results: list[Any] = [None] * len(given)
    gate = threading.Barrier(len(given))

    def run(place: int) -> None:
        try:
            with scoped(scope):
                gate.wait(timeout=60)
                results[place] = act(**given[place])
        except Exception as trouble:  # noqa: BLE001
            results[place] = trouble
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(given))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def one_of(results: list[Any], refusal: type[Exception]) -> Any:
    """Exactly one was refused, with words for a person; return what the other got."""
    refused = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [refusal], results
    assert len(str(refused[0])) > 20
    return next(one for one in results if not isinstance(one, Exception))


def here(cast: Cast) -> Scope:
    return Scope(schools=(cast.school.pk,))


def test_two_clerks_change_one_telephone(living: Cast) -> None:
    cast, student = living, living.minh.student.pk
    common = {"now": NOW, "student_id": student, "version": 1, "seen": {"phone": ""}}
    given = [
        {"actor": cast.thu.actor, "wanted": {"phone": "0912000111"}, **common},
        {"actor": cast.mai.actor, "wanted": {"phone": "0912000222"}, **common},
    ]
    results = at_once(change_student, *given, scope=here(cast))
    assert one_of(results, ChangedMeanwhile) == 2
    winner = next(place for place, one in enumerate(results) if one == 2)
    with scoped(EVERYTHING):
        kept = table("records.Student").objects.get(pk=student).phone
    assert kept == ["0912000111", "0912000222"][winner]


def test_a_transfer_is_received_once(living: Cast) -> None:
    cast, school = living, living.other_school
    with scoped(EVERYTHING):
        clerks = [make_account(f"vp.{name}", f"Hoàng Thị {name}", "staff") for name in ("a1", "b1")]
        for clerk in clerks:
            path, name = school.organisation.path, school.organisation.name
            make_grant(clerk, Role.OFFICE, path, name, school=school, province=cast.department)
    with scoped(here(cast)):
        transfer = request_transfer(
            actor=cast.thu.actor,
            now=NOW,
            student_id=cast.minh.student.pk,
            to_school_id=school.pk,
            effective_on=DAY,
        )
    actors = [type(cast.minh)(one.name, one).actor for one in clerks]
    common = {"now": NOW, "transfer_id": transfer, "class_id": cast.other_class.pk, "on": DAY}
    given = [{"actor": actor, **common} for actor in actors]
    results = at_once(accept_transfer, *given, scope=Scope(schools=(school.pk,)))
    assert one_of(results, RecordRefused) == cast.minh.student.pk
    with scoped(EVERYTHING):
        seats = table("records.Enrolment").objects.filter(student=cast.minh.student)
        lines = table("records.RegisterEntry").objects.filter(student=cast.minh.student)
        assert seats.filter(school=school).count() == 1
        assert lines.filter(school=school).count() == 1


def test_a_file_that_was_merged_away_takes_no_change_any_more(living: Cast) -> None:
    cast, (kept, gone, _) = living, living.classmates
    with scoped(EVERYTHING):
        table("records.Enrolment").objects.filter(student=gone).delete()
    common: dict[str, Any] = {"actor": cast.thu.actor, "now": NOW}
    with scoped(here(cast)):
        merge_students(**common, kept_id=kept.pk, gone_id=gone.pk, reason="Trùng")
        with pytest.raises(RecordRefused, match="gộp vào một hồ sơ khác"):
            change_student(**common, student_id=gone.pk, version=1, wanted={"phone": "0912000111"})


def test_one_slip_sets_one_password(living: Cast) -> None:
    cast = living
    account = cast.hoa.account
    tokens = [open_first(account) for _ in range(2)]
    sessions = list(table("access.Session").objects.filter(account=account))
    actors = [replace(cast.hoa.actor, session_key=one.token_digest) for one in sessions]
    words = ["sông lô nước trong veo", "đồi chè xanh mát lạnh"]
    given = [
        {"actor": actor, "now": NOW, "password": word}
        for actor, word in zip(actors, words, strict=True)
    ]
    results = at_once(choose_first_password, *given, scope=EVERYTHING)
    assert [type(one) for one in results if one] == [PasswordStands]
    assert [status_of(token) for token in tokens].count(200) == 1


def open_first(account: Any) -> str:
    """A session that came in with the code of a slip."""
    kept = table("access.Account").objects
    kept.filter(pk=account.pk).update(password="", first_code_digest="x" * 64)
    return open_session(account_id=account.pk, now=timezone.now())


def status_of(token: str) -> int:
    client = Client()
    client.cookies["khue_session"] = token
    return client.get("/tai-khoan-cua-toi/").status_code


def test_a_class_name_and_an_account_are_given_once(living: Cast) -> None:
    cast = living
    common = {"now": NOW, "school_id": cast.school.pk, "year": YEAR}
    given = [
        {"actor": one.actor, "facts": ClassFacts(name="6A", grades=("06",)), **common}
        for one in (cast.mai, cast.thu)
    ]
    made = one_of(at_once(create_class, *given, scope=here(cast)), OrganisationRefused)
    assert made.name == "6A"
    mate = cast.classmates[0].pk
    given = [{"actor": one.actor, "now": NOW, "student_id": mate} for one in (cast.mai, cast.thu)]
    assert one_of(at_once(open_student_account, *given, scope=here(cast)), RecordRefused) > 0


def test_two_teachers_take_one_class(living: Cast) -> None:
    """Both saw an empty list: one is kept whole, the other is shown it and writes nothing."""
    cast, (duong, an, _) = living, living.classmates
    common = {"now": NOW, "class_id": cast.school_class.pk, "day": TODAY, "session": "am"}
    given = [
        {"actor": who.actor, "entries": [Entry(child.pk, kind)], "base_version": 0, **common}
        for who, child, kind in ((cast.hoa, duong, "k"), (cast.binh, an, "p"))
    ]
    results: list[Taken] = at_once(take_attendance, *given, scope=here(cast))
    assert sorted(one.status for one in results) == ["conflict", "saved"]
    first = next(place for place, one in enumerate(results) if one.status == "saved")
    lost = results[1 - first]
    assert lost.taking.by == (cast.hoa, cast.binh)[first].name
    assert lost.standing == results[first].standing
    assert kept(cast) == [{duong.name: "k"}, {an.name: "p"}][first]
    with scoped(EVERYTHING):
        assert table("attendance.Taking").objects.get().version == 1
        told = table("ledger.Entry").objects.filter(subject__startswith="attendance:")
        assert told.count() == 1


def test_two_pages_of_one_class_are_sent_together(living: Cast) -> None:
    """The page of who comes second answers 409, with what she tapped and what stands."""
    cast, children = living, living.classmates[:2]
    day = school_day(cast)
    path = reverse("attendance.take", args=[cast.school_class.pk])
    given = [
        {
            "path": f"{path}?on={day.isoformat()}&session=am",
            "client": cast.client(who),
            "sent": {"version": "0", f"k{child.pk}": "k"},
        }
        for who, child in zip(("hoa", "binh"), children, strict=True)
    ]
    answers = at_once(post, *given, scope=EVERYTHING)
    assert sorted(one.status_code for one in answers) == [302, 409]
    lost = next(place for place, one in enumerate(answers) if one.status_code == 409)
    page = answers[lost].content.decode()
    assert f"{(cast.binh, cast.hoa)[lost].name} vừa lưu danh sách khác" in page
    assert f'name="k{children[lost].pk}" value="k" data-name="Nghỉ không phép" checked' in page
    assert kept(cast) == {children[1 - lost].name: "k"}


def post(*, client: Client, path: str, sent: dict[str, str]) -> Any:
    return client.post(path, sent)
