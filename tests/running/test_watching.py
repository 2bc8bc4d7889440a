"""Health, figures and logs: what watchers are told, and what nobody is told."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import StringIO

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import Settings

from config.running.logs import JsonLines, PlainLines, logging_of
from config.running.state import figures, readiness
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, Cast

FIGURES = "/suc-khoe/so-do/"
NAME, NUMBER, PHONE = "Nông Thị Bí Mật", "020213000999", "0912 345 678"


# --- health -----------------------------------------------------------------------------------


def test_the_process_answers_whatever_the_host_and_asks_no_database() -> None:
    told = Client(headers={"host": "10.9.8.7:8000"}).get("/suc-khoe/")
    assert (told.status_code, told.content) == (200, b"ok\n")


def test_readiness_names_the_part_that_is_not_well(db: None) -> None:
    told = Client().get("/suc-khoe/san-sang/")
    assert told.status_code == 200
    assert told.json() == {
        "ready": True,
        "well": False,
        "parts": {"database": True, "migrations": True, "worker": False, "disk": True},
    }


@pytest.mark.parametrize(("ago", "well"), [("5 seconds", True), ("5 minutes", False)])
def test_a_worker_lives_as_long_as_its_heart_beats(db: None, ago: str, well: bool) -> None:  # noqa: FBT001
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - %s::interval)",
            [ago],
        )
    assert readiness()["worker"] is well


@pytest.mark.parametrize(("ago", "well"), [(100, True), (400, False)])
def test_a_worker_that_gives_out_no_minute_is_not_well(db: None, ago: int, well: bool) -> None:  # noqa: FBT001
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
        cursor.execute(
            "insert into procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)"
            " values ('seal', '', extract(epoch from now())::bigint - %s)",
            [ago],
        )
    assert readiness()["worker"] is well


def test_a_missing_migration_means_not_ready(
    db: None, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'answers'")
    told = Client().get("/suc-khoe/san-sang/")
    assert told.status_code == 503
    assert told.json()["parts"]["migrations"] is False


# --- figures ----------------------------------------------------------------------------------


def test_figures_count_requests_by_route_and_never_by_address(cast: Cast) -> None:
    client = cast.client("mai")
    client.get(f"/hoc-sinh/{cast.minh.student.pk}/?q={NUMBER}")
    client.get(f"/khong-co-trang-nay/{NUMBER}/")
    told = Client().get(FIGURES).content.decode()
    assert re.search(r'khue_request_seconds_count{.*route="records.student".*} \d', told)
    assert 'route="(none)"' in told
    assert NUMBER not in told
    assert str(cast.minh.student.pk) not in re.findall(r'route="([^"]*)"', told)


def test_figures_tell_the_queues_and_the_lag_of_the_ledger(cast: Cast) -> None:
    from khue.ledger.api import Author, Change, Operation, append_changes, seal_new_entries

    with scoped(EVERYTHING):
        seal_new_entries(now=NOW)
        append_changes(Operation(Author(None, "x"), NOW), [Change("trial:1", "try")])
    found = figures()
    assert found.ledger_unsealed == 1
    assert found.ledger_lag_seconds != 0
    assert found.feed_unnumbered >= 1
    assert 1 <= found.connections <= found.connections_most
    told = Client().get(FIGURES).content.decode()
    assert "khue_ledger_unsealed_entries 1.0" in told
    assert "khue_database_up 1.0" in told


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"x-forwarded-for": "203.0.113.9"}, 403),
        ({"forwarded": "for=203.0.113.9"}, 403),
    ],
)
def test_without_a_token_only_this_machine_reads_figures(
    db: None, headers: dict[str, str], status: int
) -> None:
    assert Client(headers=headers).get(FIGURES).status_code == status
    assert Client(headers=headers, REMOTE_ADDR="10.0.0.7").get(FIGURES).status_code == 403


def test_a_token_opens_the_figures_from_anywhere(db: None, settings: Settings) -> None:
    settings.METRICS_TOKEN = "mực-tím"
    right = Client(headers={"authorization": "Bearer mực-tím"}, REMOTE_ADDR="10.0.0.7")
    assert right.get(FIGURES).status_code == 200
    for wrong in ("", "Bearer", "Bearer mực", "mực-tím-tím"):
        client = Client(headers={"authorization": wrong}, REMOTE_ADDR="10.0.0.7")
        assert client.get(FIGURES).status_code == 403
    assert Client().get(FIGURES).status_code == 403, "this machine needs it too then"


# --- logs -------------------------------------------------------------------------------------


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Everything that the product writes at the level of production, and more."""
    held = StringIO()
    handler = logging.StreamHandler(held)
    handler.setFormatter(JsonLines())
    root, requests = logging.getLogger(), logging.getLogger("khue.requests")
    before = root.level, requests.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    requests.setLevel(logging.INFO)
    yield held
    root.removeHandler(handler)
    root.setLevel(before[0])
    requests.setLevel(before[1])


def test_no_name_number_or_phone_of_a_request_is_written(cast: Cast, written: StringIO) -> None:
    client = cast.client("thu")
    client.raise_request_exception = False
    given = {"name": NAME, "personal_number": NUMBER, "phone": PHONE, "q": NAME}
    for address in ("/hoc-sinh/", "/hoc-sinh/them/", "/khong-co/", "/dang-nhap/", "/tra-cuu/"):
        client.get(address, given)
        client.post(address, given)
        client.post(f"{address}?q={NAME}&sdt={PHONE}", given)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    told = json.dumps(lines, ensure_ascii=False)
    for secret in (NAME, NUMBER, PHONE, PHONE.replace(" ", ""), "khong-co"):
        assert secret not in told
    asked = [one for one in lines if one["logger"] == "khue.requests"]
    assert {"records.students", "access.login", "(none)"} <= {one["route"] for one in asked}
    assert all(one["ms"] >= 0 and one["status"] for one in asked)


def record(
    message: str, *values: object, name: str = "khue", error: bool = False
) -> logging.LogRecord:
    info = None
    if error:
        try:
            _fail()
        except DatabaseError as trouble:
            info = (type(trouble), trouble, trouble.__traceback__)
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, values, info)


def _fail() -> None:
    try:
        raise ValueError(f"Key (personal_number)=({NUMBER}) already exists")
    except ValueError as cause:
        raise DatabaseError(f"{NAME} {NUMBER}") from cause


@pytest.mark.parametrize("lines", [JsonLines(), PlainLines()])
def test_an_error_tells_its_kind_and_its_place_but_not_its_text(lines: logging.Formatter) -> None:
    told = lines.format(record("could not save", error=True))
    assert "DatabaseError" in told
    assert "test_watching.py" in told
    assert NUMBER not in told
    assert NAME not in told


@pytest.mark.parametrize("lines", [JsonLines(), PlainLines()])
def test_an_error_inside_a_sentence_is_only_named(lines: logging.Formatter) -> None:
    told = lines.format(record("lost: %s", DatabaseError(f"{NAME} {NUMBER}")))
    assert "DatabaseError" in told
    assert NAME not in told


@pytest.mark.parametrize(
    "name", ["django.request", "django.security.csrf", "granian.access", "django.server"]
)
def test_those_who_would_tell_addresses_do_not(name: str) -> None:
    told = JsonLines().format(record("Not Found: %s", f"/hoc-sinh/?q={NAME}", name=name))
    assert NAME not in told


@pytest.mark.parametrize("number", [NUMBER, PHONE, "84912345678", "0912.345.678"])
def test_long_numbers_are_blotted_out_wherever_they_come_from(number: str) -> None:
    told = PlainLines().format(record(f"calls {number} now"))
    assert number not in told
    assert told.endswith("calls … now")


def test_short_numbers_and_counts_stay() -> None:
    assert PlainLines().format(record("took %s of %s", 1234, 9999999)).endswith("1234 of 9999999")


def test_both_styles_of_logging_can_be_set_up() -> None:
    assert logging_of("json")["loggers"]["khue.requests"]["level"] == "INFO"
    assert logging_of("")["formatters"]["lines"]["()"].endswith("PlainLines")
