"""The check of the configuration: quiet when all is well, a sentence for each thing that is not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from config.running import check_database, check_settings
from config.running.findings import Finding, Level

GOOD: dict[str, Any] = {
    "DEMO": False,
    "SECRET_KEY": "vT9-Qm3xL0pRz8WcN5bYkE2hJ7sGdA4fUoi1VyX6-kH3nB7mZ0qTtC2w",
    "FIELD_KEY": "8f3c1d07a5b2e6940c7d1f8e2a6b3059" * 2,
    "SEAL_KEY": "1b6e0f92c4d87a35e19b6f0c2d8a4735" * 2,
    "ALLOWED_HOSTS": ["khue.example.vn"],
    "PUBLIC_ADDRESS": "https://khue.example.vn",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "TRUSTED_PROXIES": 1,
    "LOG_STYLE": "json",
}


@pytest.fixture
def good(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a site as it should be, whatever earlier tests left in the surroundings."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)
    tmp_path.chmod(0o750)
    for name, value in {**GOOD, "DATA_DIR": tmp_path}.items():
        setattr(settings, name, value)
    return settings


def of_settings() -> list[Finding]:
    return [one for check in check_settings.CHECKS for one in check()]


def bad(found: list[Finding]) -> str:
    return " ".join(one.line() for one in found if one.level != Level.GOOD)


def test_good_settings_leave_nothing_to_say(good: Settings) -> None:
    assert bad(of_settings()) == ""


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", True, "DEBUG đang bật"),
        ("DEMO", True, "KHUE_DEMO đang bật"),
        ("SECRET_KEY", "ngắn", "KHUE_SECRET_KEY quá ngắn"),
        ("FIELD_KEY", "11" * 32, "KHUE_FIELD_KEY phải là 64"),
        ("SEAL_KEY", GOOD["FIELD_KEY"], "trùng nhau"),
        ("ALLOWED_HOSTS", ["*"], "có dấu *"),
        ("ALLOWED_HOSTS", ["localhost"], "chỉ có máy này"),
        ("PUBLIC_ADDRESS", "http://khue.example.vn", "không bắt đầu bằng https://"),
        ("SECURE_HSTS_SECONDS", 0, "Cookie còn đi qua HTTP"),
        ("TRUSTED_PROXIES", 0, "KHUE_TRUSTED_PROXIES=0"),
        ("DATA_DIR", "/proc/khong-co", "Không ghi được vào"),
        ("LOG_STYLE", "plain", "KHUE_LOG"),
        ("SESSION_COOKIE_HTTPONLY", False, ""),
    ],
)
def test_each_wrong_setting_has_its_sentence(
    good: Settings, name: str, value: Any, said: str
) -> None:
    setattr(good, name, value)
    assert said in bad(of_settings())


def test_a_folder_that_everybody_reads_is_told(good: Settings, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert "chmod o-rwx" in bad(of_settings())


def of_database() -> dict[str, Finding]:
    found = [one for check in check_database.CHECKS for one in check()]
    return {one.title: one for one in found}


def test_the_role_of_the_site_stands_behind_the_fence(db: None) -> None:
    found = of_database()
    assert found["Vai khue_web chịu hàng rào dữ liệu"].level == Level.GOOD
    assert found["Vai khue_web không sở hữu bảng"].level == Level.GOOD
    assert found["Không khai báo phạm vi thì không thấy học sinh nào"].level == Level.GOOD
    assert found["Bảng dữ liệu đúng phiên bản"].level == Level.GOOD
    assert found["Đồng hồ hai máy khớp nhau"].level == Level.GOOD


def test_the_owner_is_told_not_to_serve(
    db: None, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_owner():
        told = bad(list(check_database.check_role()))
    assert "là chủ của bảng nên hàng rào không có hiệu lực" in told


def test_a_fence_that_is_off_is_named(
    db: None, as_owner: Callable[[], AbstractContextManager[None]]
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("alter table records_student disable row level security")
    assert "records_student" in bad(list(check_database.check_fence()))


def test_a_server_that_forgets_is_told(db: None) -> None:
    """The server of the tests writes nothing through, for speed; nobody may do so with people."""
    assert "mất điện là mất dữ liệu" in bad(list(check_database.check_durability()))


def test_of_several_servers_a_second_one_must_hold_the_rows(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not list(check_database.check_second_server()), "one server needs no other"
    monkeypatch.setitem(connection.settings_dict, "HOST", "pg1,pg2")
    leads, doubled = check_database.check_second_server()
    assert leads.level == Level.GOOD
    assert doubled.level == Level.WARNING
    assert "Chưa có máy nào giữ bản đồng bộ" in doubled.line()


def test_the_command_says_everything_and_ends_with_an_error(db: None) -> None:
    said = StringIO()
    with pytest.raises(CommandError, match="điều sai"):
        call_command("check_configuration", stdout=said)
    assert "KHUE_DEMO đang bật" in said.getvalue()
    assert "ĐẠT" in said.getvalue()
