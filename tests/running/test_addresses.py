"""DATABASE_URL of a house with several database servers, and of a province in a schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from pytest_django.plugin import DjangoDbBlocker

from config.database.address import PATIENCE, database_of
from config.database.base import DatabaseWrapper
from kit import silence
from kit.postgres import THROW_AWAY, Cluster
from kit.tests.test_silence import hanging
from tests.database import Server

SEEN = "select current_user::text, current_setting('search_path'), inet_server_port()"


@pytest.fixture
def speaking(
    database_server: Server, template_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Any]:
    """Opens a session of the product through an address and asks who it is and where."""
    opened: list[DatabaseWrapper] = []

    def ask(url: str, role: str) -> Any:
        wanted = {**connection.settings_dict, **database_of(url, role=role)}
        opened.append(DatabaseWrapper(wanted))
        with opened[-1].cursor() as cursor:
            cursor.execute(SEEN)
            return cursor.fetchone()

    with django_db_blocker.unblock():
        yield ask
        for one in opened:
            one.close()


def test_a_server_that_is_gone_is_passed_over(
    speaking: Any, database_server: Server, template_database: str
) -> None:
    given = urlsplit(database_server.url_of(template_database))
    places = f"{given.username}:{given.password}@127.0.0.1:1,127.0.0.1:{given.port}"
    url = f"postgresql://{places}{given.path}?target_session_attrs=read-write"
    assert speaking(url, "khue_web") == ("khue_web", '"$user", public', given.port)


def test_the_schema_of_a_province_stands_beside_the_role(
    speaking: Any, database_server: Server, template_database: str
) -> None:
    url = f"{database_server.url_of(template_database)}?options=-csearch_path%3Dtinh_20,public"
    who, path, _port = speaking(url, "khue_web")
    assert (who, path) == ("khue_web", "tinh_20,public")
    who, path, _port = speaking(url, "owner")
    assert (who, path) == (urlsplit(url).username, "tinh_20,public")


def test_only_where_another_server_can_take_over_a_silent_one_is_given_up_soon() -> None:
    alone = database_of("postgresql://khue@pg1/khue", role="khue_web")["OPTIONS"]
    several = database_of("postgresql://khue@pg1,pg2/khue?connect_timeout=9", role="khue_web")
    assert not PATIENCE.keys() & alone.keys()
    assert several["HOST"] == "pg1,pg2"
    assert several["OPTIONS"]["tcp_user_timeout"] == PATIENCE["tcp_user_timeout"]
    assert several["OPTIONS"]["connect_timeout"] == "9", "what the address says goes first"


def test_one_of_several_servers_that_hangs_is_away_for_the_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    monkeypatch.setattr(silence, "ASK_AFTER", 0.3)
    monkeypatch.setattr(silence, "KNOCK_FOR", 0.3)
    with Cluster(tmp_path / "server", settings=THROW_AWAY) as server, django_db_blocker.unblock():
        given = urlsplit(server.url())
        place = f"127.0.0.1:{given.port}"
        url = f"postgresql://{given.username}:{given.password}@{place},{place}{given.path}"
        ours = DatabaseWrapper({**connection.settings_dict, **database_of(url, role="owner")})
        with ours.cursor() as cursor, hanging(server):
            with pytest.raises(OperationalError, match="hangs"):
                cursor.execute("select 1")
            assert not ours.is_usable()
        ours.close()


@pytest.mark.parametrize("url", ["mysql://khue@pg1/khue", "postgresql://khue:a@b@c:x:y/khue?z"])
def test_an_address_that_nobody_can_read_says_what_to_write(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Dạng đúng: postgresql://"):
        database_of(url, role="khue_web")
