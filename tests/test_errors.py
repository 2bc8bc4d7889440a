"""Trouble ends in a Vietnamese page that says what to do; never a trace, never nothing."""

from __future__ import annotations

import psycopg
import pytest
from django.core.signals import request_started
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config.urls import urlpatterns as every_page
from khue.access.api import actor_of, page, permit, public
from tests.cast import Cast

SECRET = "mật khẩu trong bụng máy"


@public
def stumble(_request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError(SECRET)


@page("access.use_own_account")
def enter_school(request: HttpRequest, place: str) -> HttpResponse:
    permit(actor_of(request), "access.manage_accounts", f"/{place}/")
    return HttpResponse("mở")


@page("access.use_own_account")
def read_rows(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from records_student")
    return HttpResponse("đọc được")


@public
def meet_a_full_disk(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("do $$ begin raise exception 'full' using errcode = '53100'; end $$")
    return HttpResponse("ghi được")


@public
def write_rows(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("update records_student set name = name where false")
    return HttpResponse("ghi được")


urlpatterns = [
    *every_page,
    path("trouble/stumble/", stumble),
    path("trouble/school/<path:place>/", enter_school),
    path("trouble/rows/", read_rows),
    path("trouble/disk/", meet_a_full_disk),
    path("trouble/write/", write_rows),
]
handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
here = pytest.mark.urls(__name__)


@here
def test_inside_without_the_right_is_403_with_the_reason(cast: Cast) -> None:
    school = cast.school.organisation.path.strip("/")
    response = cast.client("hoa").get(f"/trouble/school/{school}/")
    assert response.status_code == 403
    assert "Thầy cô chưa có quyền “Quản lý tài khoản và quyền” ở đây" in response.text


@here
def test_outside_the_own_place_is_404(cast: Cast) -> None:
    school = cast.other_school.organisation.path.strip("/")
    response = cast.client("hoa").get(f"/trouble/school/{school}/")
    assert response.status_code == 404
    assert cast.other_school.organisation.name not in response.text


@here
def test_an_unknown_address_is_404_in_vietnamese(cast: Cast) -> None:
    response = cast.client("hoa").get("/khong-co-trang-nay/")
    assert response.status_code == 404
    assert "Làm gì bây giờ" in response.text


@here
def test_an_instrument_gets_the_sentence_as_json(cast: Cast) -> None:
    school = cast.school.organisation.path.strip("/")
    address = f"/trouble/school/{school}/"
    response = cast.client("hoa").get(address, headers={"Accept": "application/json"})
    assert response.status_code == 403
    assert "chưa có quyền" in response.json()["error"]


@here
def test_a_stumble_tells_nothing_of_the_inside(cast: Cast) -> None:
    client = cast.client("hoa")
    client.raise_request_exception = False
    response = client.get("/trouble/stumble/")
    assert response.status_code == 500
    assert SECRET not in response.text
    assert "ZeroDivisionError" not in response.text
    assert "Nông Thị Hoa" not in response.text
    assert "Làm gì bây giờ" in response.text


@here
def test_every_answer_carries_the_strict_policy(cast: Cast) -> None:
    client = cast.client("hoa")
    client.raise_request_exception = False
    for address in ["/tai-khoan-cua-toi/", "/khong-co/", "/trouble/stumble/"]:
        policy = client.get(address)["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


@here
def test_a_database_that_went_away_is_503_and_comes_back(committed_database: str) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["khue_session"] = "some-token"
    assert client.get("/dang-nhap/").status_code == 200
    _end_every_session(committed_database)
    response = client.get("/dang-nhap/")
    assert response.status_code == 503
    assert "Dữ liệu cũ vẫn nguyên vẹn" in response.text
    connection.close()
    assert client.get("/dang-nhap/").status_code == 200


@here
def test_a_living_connection_is_not_asked_whether_it_lives(committed_database: str) -> None:
    client = Client()
    client.get("/trouble/rows/")
    held, seen = connection.connection, _statements_of(committed_database)
    for _ in range(3):
        client.get("/dang-nhap/")
    assert connection.connection is held
    assert "SELECT 1" not in {seen, _statements_of(committed_database)}


@here
def test_a_connection_that_the_server_ended_is_made_anew(committed_database: str) -> None:
    client = Client()
    client.cookies["khue_session"] = "some-token"
    assert client.get("/dang-nhap/").status_code == 200
    held = connection.connection
    _end_every_session(committed_database)
    request_started.send(sender=None)
    assert client.get("/dang-nhap/").status_code == 200
    assert connection.connection is not held


@here
def test_a_full_disk_is_not_told_as_a_pause(committed_database: str) -> None:
    """What a really full disk does to an import stands in khue/intake/tests/test_full_disk.py."""
    client = Client(raise_request_exception=False)
    shown = client.get("/trouble/disk/")
    told = client.get("/trouble/disk/", headers={"Accept": "application/json"})
    assert (shown.status_code, told.status_code) == (503, 503)
    assert "Máy chủ đã hết chỗ lưu" in shown.text
    assert "báo bộ phận kĩ thuật" in told.json()["error"]


@here
def test_a_server_that_only_reads_is_left_for_the_one_that_leads(committed_database: str) -> None:
    """As after a change of the leader: the session lives, but its server takes no writes."""
    _let_it_write(committed_database, writes=False)
    connection.close()
    client = Client(raise_request_exception=False)
    refused = client.get("/trouble/write/")
    assert refused.status_code == 503
    assert "Dữ liệu cũ vẫn nguyên vẹn" in refused.text
    _let_it_write(committed_database, writes=True)
    held = connection.connection
    request_started.send(sender=None)
    assert client.get("/trouble/write/").text == "ghi được"
    assert connection.connection is not held


@here
def test_a_server_that_is_down_is_503_too(committed_database: str) -> None:
    connection.close()
    port = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = "1"
    try:
        client = Client(raise_request_exception=False)
        client.cookies["khue_session"] = "some-token"
        response = client.get("/trouble/rows/")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port
    assert response.status_code == 503
    assert "đợi một phút" in response.text


def _statements_of(owner_address: str) -> str:
    """What the other session of this database sent last."""
    with psycopg.connect(owner_address, autocommit=True) as session:
        found = session.execute(
            "select query from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and backend_type = 'client backend'"
        ).fetchone()
    return str(found[0]) if found else ""


def _let_it_write(owner_address: str, *, writes: bool) -> None:
    """For sessions that begin from now on; those that stand keep what they had."""
    with psycopg.connect(owner_address, autocommit=True) as session:
        session.execute("set default_transaction_read_only = off")
        name = session.info.dbname
        value = "off" if writes else "on"
        session.execute(f'alter database "{name}" set default_transaction_read_only = {value}')


def _end_every_session(owner_address: str) -> None:
    with psycopg.connect(owner_address, autocommit=True) as session:
        session.execute(
            "select pg_terminate_backend(pid, 60000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
