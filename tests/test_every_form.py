"""Every address that writes: refused without its token, and unharmed by whatever is sent."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve

from kit.fences import EVERYTHING, NOTHING, scoped, set_scope
from tests.places import World
from tests.walks import routes

ALWAYS = ("reason", "ids", "on", "place", "role", "version", "seen", "plan", "key", "next", "year")
FIELD = re.compile(r'<(?:input|select|textarea)[^>]*?\bname="([^"]+)"')
RUBBISH = {
    "a null byte": "a\x00b",
    "a number without end": "9" * 5000,
    "a figure that is no number": "²",
    "a web page": "<script>alert(1)</script>",
    "ten thousand letters": "x" * 10_000,
}
# Written without an entry of the ledger, by design: the own session, files on their way in.
UNTOLD = {
    "access_session",
    "access_loginattempt",
    "intake_run",
    "intake_upload",
    "intake_planrow",
    "background_task",
    "contactbook_threadseen",
    "ledger_sensitiveread",
    "procrastinate_jobs",
    "procrastinate_events",
}
PARTS = 6

WRITES_ONLY = {
    "access.logout",
    "access.end_session",
    "access.end_other_sessions",
    "access.end_all_sessions",
    "access.renew_recovery_codes",
    "access.slips",
    "access.end_grant",
    "access.close_account",
    "access.reopen_account",
    "access.reset_second_factor",
    "access.take_back",
    "background.cancel",
    "background.retry",
    "gradebook.apply_import",
    "gradebook.read_import_again",
    "gradebook.save",
    "gradebook.undo_import",
    "gradebook.answer_correction",
    "gradebook.approve",
    "gradebook.class_step",
    "gradebook.clear_window",
    "gradebook.finish_book",
    "gradebook.reopen_book",
    "gradebook.close_term",
    "gradebook.reopen_term",
    "intake.answer",
    "intake.apply",
    "intake.undo",
    "organisations.close_class",
    "organisations.follow_programme",
    "organisations.add_subject",
    "organisations.remove_subject",
    "organisations.new_year",
    "records.save_sensitive",
    "records.student_account",
    "records.guardian_step",
    "records.write_register",
    "records.turn_down",
    "records.call_off",
    "records.split",
    "records.join_staff_account",
    "records.staff_account",
    "signing.add_trust",
    "signing.preview_trust",
    "signing.remove_trust",
    "timetable.end_teaching",
    "timetable.transfer",
}


def every_address(world: World) -> Iterator[str]:
    """Every address at the cast's own school.

    A new key of the second factor is kept, sealed, before it is confirmed: nothing to tell of it.
    """
    for route in routes():
        if route.name != "access.second_factor_setup":
            yield from route.addresses(world.own)


def content(only: Collection[str] | None = None) -> dict[str, str]:
    """A fingerprint of every table of ours, or of some of them."""
    tables = watched() if only is None else sorted(only)
    if not tables:
        return {}
    parts = [
        f"select '{name}', count(*) || ':' || coalesce(sum(hashtext(t::text)), 0) from {name} t"
        for name in tables
    ]
    with scoped(EVERYTHING), connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts))
        return dict(cursor.fetchall())


def watched() -> list[str]:
    """Our tables; proof about certificates is a cache of public answers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind = 'r' and relname !~ '^(django|procrastinate)_'"
            " and relname <> 'signing_keptevidence' and has_table_privilege(oid, 'select')"
        )
        return sorted(name for (name,) in cursor.fetchall())


def acts() -> dict[str, int]:
    """How often each table was written in the running transaction, kept or taken back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_user_tables"
        )
        return dict(cursor.fetchall())


class Vandal:
    """Sends rubbish to every address; whatever it did is taken back before the next."""

    def __init__(self, person: str, world: World) -> None:
        self.client: Client = world.cast.client(person)
        self.client.raise_request_exception = False
        self.before = content()
        self.acts: dict[str, int] = {}
        self.wrong: list[str] = []

    def attack(self, address: str) -> None:
        """All rubbish into one address, unless it takes none."""
        if self.post(address, "nothing", {}).status_code in {403, 404, 405}:
            return
        fields = self.fields_of(address)
        for what, value in RUBBISH.items():
            self.post(address, what, dict.fromkeys(fields, value))

    def fields_of(self, address: str) -> list[str]:
        with self.taken_back():
            page = self.client.get(address).content.decode(errors="ignore")
        return sorted({*FIELD.findall(page), *ALWAYS} - {"csrfmiddlewaretoken"})

    def post(self, address: str, what: str, data: Any) -> Any:
        with self.taken_back():
            answer = self.client.post(address, data)
            if answer.status_code != 405:
                self.judge(address, what, answer)
        return answer

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """The session's cookie and the database stand afterwards as before."""
        kept = dict(self.client.cookies)
        with transaction.atomic():
            self.acts = acts()
            yield
            transaction.set_rollback(True)
        self.client.cookies = SimpleCookie({name: one.value for name, one in kept.items()})
        delattr(connection, "khue_scope")
        set_scope(NOTHING)

    def judge(self, address: str, what: str, answer: Any) -> None:
        if answer.status_code >= 500:
            self.wrong.append(f"{answer.status_code} for {what}: {address}")
            return
        if connection.needs_rollback:
            self.wrong.append(f"a broken transaction for {what}: {address}")
            return
        changed = self.changed() - UNTOLD
        if changed and answer.status_code >= 400:
            self.wrong.append(f"{answer.status_code} but wrote {changed} for {what}: {address}")
        if changed and "ledger_entry" not in changed:
            self.wrong.append(f"wrote {changed} without a word for {what}: {address}")

    def changed(self) -> set[str]:
        """Only tables that were written at all since the act began are read again."""
        now = acts()
        touched = {one for one in self.before if now.get(one, 0) != self.acts.get(one, 0)}
        after = content(touched)
        return {name for name in after if after[name] != self.before[name]}


@pytest.mark.parametrize("part", range(PARTS))
def test_rubbish_harms_nothing(world: World, part: int) -> None:
    """In parts that workers share; each address meets every rubbish in one of them."""
    vandal = Vandal("mai", world)
    for address in list(every_address(world))[part::PARTS]:
        vandal.attack(address)
    assert not vandal.wrong, "\n".join(vandal.wrong)


def test_what_is_written_is_seen(world: World) -> None:
    """The fingerprint sees every table, and the short way to it sees what the long way does."""
    vandal = Vandal("mai", world)
    kinds = {name.partition("_")[0] for name in vandal.before}
    assert {"attendance", "contactbook", "diary", "messaging", "transcripts"} <= kinds
    with vandal.taken_back():
        with scoped(EVERYTHING), connection.cursor() as cursor:
            cursor.execute("update records_student set name = name || ' '")
        assert vandal.changed() == {"records_student"}
    assert content() == vandal.before


def test_the_grid_takes_no_rubbish(world: World) -> None:
    client = world.cast.client("hoa")
    book = world.own.ids["class_subject_id"]
    student, other = world.own.ids["student_id"], world.neighbour.ids["student_id"]
    before = content()
    for body in rubbish_of_the_grid(student, other):
        answer = client.post(f"/so-diem/{book}/1/luu/", body, content_type="application/json")
        assert answer.status_code < 500, body
    after = content()
    counted = {"access_session", "gradebook_progress"}
    assert {name for name in after if after[name] != before[name]} <= counted


def rubbish_of_the_grid(student: int, other: int) -> Iterator[str]:
    yield from ("", "[]", "null", "{", '"x"', "\x00", '{"operation": "1", "changes": []}')
    cell = {"student": student, "slot": "tx1", "base": None, "text": "7"}
    for spoiled in (
        {"text": "77,77"},
        {"text": "\x00"},
        {"text": {"a": 1}},
        {"slot": "tx99"},
        {"slot": "\x00"},
        {"student": other},
        {"student": 10**30},
        {"student": -1},
        {"base": 10**30, "text": "x"},
    ):
        yield json.dumps({"operation": str(uuid4()), "changes": [cell | spoiled]})


def test_nothing_is_written_without_the_token_of_the_page(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = world.cast.client("mai").cookies
    before, answers = content(), set()
    for address in every_address(world):
        answer = client.post(address, {"reason": "lý do"})
        if getattr(answer.resolver_match.func, "csrf_exempt", False):
            # No cookie speaks for these; without their own key they do nothing.
            assert answer.status_code in {400, 401, 403, 404, 405}, address
        else:
            answers.add(answer.status_code)
    assert answers == {403}
    after = content()
    assert {name for name in after if after[name] != before[name]} <= {"access_session"}


def takes_posts_only(address: str) -> bool:
    """Whether the view behind an address says so of itself."""
    view: Any = resolve(address).func
    while view is not None:
        told = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if list(told.get("request_method_list", ())) == ["POST"]:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_what_only_writes_is_not_read(world: World) -> None:
    client = world.cast.client("mai")
    before = content()
    firsts = {one.name: one.addresses(world.own)[0] for one in routes()}
    asked = {name for name, first in firsts.items() if takes_posts_only(first)}
    assert len(asked) > len(WRITES_ONLY)
    for name, method in product(sorted(asked | WRITES_ONLY), ["get", "head", "options"]):
        answer = getattr(client, method)(firsts[name])
        assert answer.status_code in {401, 403, 404, 405}, (method, name)
    after = content()
    wrote = {name for name in after if after[name] != before[name]}
    assert wrote <= {"access_session", "ledger_sensitiveread"}
