"""What KHUE_SECTOR may say: the receiving gateway of each province, by the department's code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

NEEDED = ("url", "account")
NUMBERS = ("timeout", "chunk", "per_minute")
LARGEST_CHUNK = 1000
OWN_MACHINE = {"127.0.0.1", "::1", "localhost"}


def sector_gateways(told: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The gateways by the code of the department; none means that nothing is pushed."""
    for code, one in told.items():
        _check(code, one)
    return dict(told)


def _check(code: str, one: Mapping[str, Any]) -> None:
    missing = [key for key in NEEDED if not one.get(key)]
    if missing:
        _refuse(code, f"thiếu: {', '.join(missing)}")
    address = urlsplit(str(one["url"]))
    own = address.scheme == "http" and address.hostname in OWN_MACHINE
    if not own and (address.scheme != "https" or not address.hostname):
        _refuse(code, "có “url” phải bắt đầu bằng https://")
    for key in NUMBERS:
        _check_number(code, key, one)
    if one.get("chunk", 1) > LARGEST_CHUNK:
        _refuse(code, f"có “chunk” không được quá {LARGEST_CHUNK} bản ghi")


def _check_number(code: str, key: str, one: Mapping[str, Any]) -> None:
    value = one.get(key, 1)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        _refuse(code, f"có “{key}” phải là một số dương")


def _refuse(code: str, why: str) -> None:
    raise ImproperlyConfigured(f"KHUE_SECTOR, mục “{code}” {why}.")
