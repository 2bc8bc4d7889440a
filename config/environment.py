"""The one table of settings that come from outside; a missing one says what to type."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent

# name -> what to type when it is missing
REQUIRED = {
    "DATABASE_URL": "export DATABASE_URL=postgresql://khue@127.0.0.1:5432/khue",
    "KHUE_SECRET_KEY": "export KHUE_SECRET_KEY=$(python3 -c 'import secrets; "
    "print(secrets.token_urlsafe(48))')",
    "KHUE_FIELD_KEY": "export KHUE_FIELD_KEY=$(python3 -c 'import secrets; "
    "print(secrets.token_hex(32))')",
    "KHUE_SEAL_KEY": "export KHUE_SEAL_KEY=$(python3 -c 'import secrets; "
    "print(secrets.token_hex(32))')",
    "KHUE_HOSTS": "export KHUE_HOSTS=khue.example.vn",
}

# Commands that read files and rules only; they run where no site is set up.
WITHOUT_A_SITE = {"check_rules"}


def stand_in() -> None:
    """Give missing settings a value that nothing uses, for a command without a site."""
    for name in REQUIRED:
        os.environ.setdefault(name, secrets.token_hex(32))
    os.environ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"


def required(name: str) -> str:
    """Return the setting, or raise ImproperlyConfigured with the line to type."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Thiếu cấu hình {name}. Hãy gõ: {REQUIRED[name]}")
    return value


def optional(name: str, default: str) -> str:
    return os.environ.get(name, default)


def switched_on(name: str) -> bool:
    return os.environ.get(name, "") in {"1", "true", "yes", "on"}


def named_values(name: str) -> dict[str, str]:
    """A setting of the form `name=value,other=value`."""
    pairs = [one.partition("=") for one in os.environ.get(name, "").split(",") if one.strip()]
    if any(not key.strip() or not value.strip() for key, _, value in pairs):
        raise ImproperlyConfigured(f"{name} phải có dạng tên=giá-trị,tên=giá-trị.")
    return {key.strip(): value.strip() for key, _, value in pairs}


def json_table(name: str) -> dict[str, dict[str, Any]]:
    """A setting that is a JSON object of objects."""
    try:
        read = json.loads(os.environ.get(name, "") or "{}")
    except ValueError as trouble:
        raise ImproperlyConfigured(f"{name} không phải JSON đọc được: {trouble}") from None
    if not isinstance(read, dict) or not all(isinstance(one, dict) for one in read.values()):
        raise ImproperlyConfigured(f"{name} phải là một đối tượng JSON gồm các đối tượng.")
    return read
