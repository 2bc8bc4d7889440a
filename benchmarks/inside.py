"""What needs the product itself, each in a process of its own, answered as JSON.

`python -m benchmarks.inside build` makes the school; `python -m benchmarks.inside queries` reads
addresses from standard input and counts the statements that each page sends to the database.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django
from django.db import connection
from django.test import Client
from django.utils import timezone

from kit.fences import EVERYTHING, scoped


def build() -> dict[str, Any]:
    """Make the school; its imports wait until Django stands."""
    from benchmarks.school import build as build_school

    with scoped(EVERYTHING):
        return build_school(timezone.now())


def queries() -> list[int]:
    """How many statements each wanted page needs, in the order of the question."""
    return [count(one["session"], one["path"]) for one in json.load(sys.stdin)]


def count(session: str, path: str) -> int:
    """Count the statements of one page on a warm connection."""
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies["khue_session"] = session
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    for _ in range(2):
        statements.clear()
        with connection.execute_wrapper(note):
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    if "--show" in sys.argv:
        print(*statements, sep="\n\n", file=sys.stderr)
    return len(statements)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    json.dump({"build": build, "queries": queries}[sys.argv[1]](), sys.stdout)
