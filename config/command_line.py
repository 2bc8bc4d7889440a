"""Gõ lệnh: where the surroundings of a command are wrong, a sentence says what to do.

`--traceback` shows where it happened, as it does for every command of Django.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, OperationalError

from config.environment import WITHOUT_A_SITE, stand_in

# Of PostgreSQL: a table, a column or a function is not there.
NOT_MIGRATED = frozenset({"42P01", "42703", "42883"})


def run(argv: Sequence[str]) -> None:
    """Run the command; end with a sentence where settings, database or tables are missing."""
    if WITHOUT_A_SITE & set(argv[1:2]):
        stand_in()
    try:
        execute_from_command_line([*argv])
    except (ImproperlyConfigured, DatabaseError) as error:
        sentence = _sentence_for(error)
        if "--traceback" in argv or not sentence:
            raise
        sys.exit(sentence)


def _sentence_for(error: Exception) -> str:
    """What is wrong and what to type; empty where it is a fault of ours."""
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    first, *_ = str(error).splitlines() or [""]
    state = getattr(error.__cause__, "sqlstate", None)
    if state in NOT_MIGRATED:
        return (
            f"Cơ sở dữ liệu chưa có đủ bảng cho lệnh này ({first}). "
            "Hãy gõ: manage.py migrate, rồi gõ lại lệnh."
        )
    if isinstance(error, OperationalError) and state is None:
        return (
            f"Không mở được cơ sở dữ liệu ở DATABASE_URL ({first}). "
            "Hãy xem PostgreSQL có đang chạy, địa chỉ có đúng và đã gõ manage.py migrate chưa, "
            "rồi gõ lại lệnh."
        )
    return ""
