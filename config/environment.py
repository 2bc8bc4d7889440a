"""The one table of settings that come from outside; a missing one says what to type."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

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
