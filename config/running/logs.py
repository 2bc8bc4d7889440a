"""Nhật ký có cấu trúc, không dữ liệu cá nhân: one JSON object a line, from a list of known fields.

Nothing of a request is written but the name of its route, its method, status and time. Of an error
the kind and the places in the program are written, never its text: the database puts the values of
a row into it. Long runs of digits are blotted out wherever they come from.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

FIELDS = ("route", "method", "status", "ms", "task", "count")
DIGITS = re.compile(r"\d(?:[ .-]?\d){7,}")
# These write the address, the query or the form into their text.
TALKATIVE = ("django.request", "django.security", "django.server", "granian.access")
Raised = tuple[type[BaseException], BaseException, TracebackType | None]


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": sentence_of(record),
            "process": record.process,
        }
        told |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = error_of(record.exc_info[1])
        return json.dumps(told, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """The same for a person at a screen."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname} {record.name}: {sentence_of(record)}"
        if record.exc_info and record.exc_info[1] is not None:
            found = error_of(record.exc_info[1])
            line += f" [{found['kind']} at {' < '.join(found['where'])}]"
        return line


def sentence_of(record: logging.LogRecord) -> str:
    """What is said; of those who would say an address only what happened."""
    if record.name.startswith(TALKATIVE):
        return f"{record.name} {getattr(record, 'status_code', '')}".strip()
    values = record.args if isinstance(record.args, tuple) else ()
    if any(isinstance(one, BaseException) for one in values):
        record.args = tuple(
            type(one).__name__ if isinstance(one, BaseException) else one for one in values
        )
    return DIGITS.sub("…", record.getMessage())


def error_of(raised: BaseException) -> dict[str, Any]:
    """The kind of an error, the kinds behind it, and where it was raised, innermost first."""
    frames = traceback.extract_tb(raised.__traceback__)
    where = [f"{_short(one.filename)}:{one.lineno} {one.name}" for one in reversed(frames)]
    causes: list[str] = []
    cause = raised.__cause__ or raised.__context__
    while cause is not None and len(causes) < 5:
        causes.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return {"kind": type(raised).__name__, "behind": causes, "where": where[:12]}


def _short(file: str) -> str:
    parts = file.split("/")
    return "/".join(parts[-3:])


def logging_of(style: str) -> dict[str, Any]:
    """The settings of logging: `json` for machines, anything else for a screen."""
    lines = "JsonLines" if style == "json" else "PlainLines"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": f"config.running.logs.{lines}"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "khue.requests": {"level": "INFO" if style == "json" else "WARNING"},
            # These bring handlers of their own, which would write past ours.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
