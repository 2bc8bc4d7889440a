"""Gọi lại: a provider tells of deliveries, or brings what phones sent; each thing counts once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from khue.messaging.rules.callbacks import (
    Callback,
    Headers,
    brought_in,
    is_theirs,
    read_callback,
    reports_in,
)
from khue.messaging.services.inbound import receive
from khue.messaging.services.providers import providers
from khue.messaging.services.recording import apply_report
from kit.fences import EVERYTHING, scoped


class NoSuchCallback(Exception):
    """No provider of this name calls back here."""


class NotTheirs(Exception):
    """The signature does not fit, or the call is not of this moment."""


def _callback_of(name: str) -> Callback:
    for one in providers():
        if one.name == name and "callback" in one.options:
            return read_callback(one.options["callback"])
    raise NoSuchCallback(name)


def _opened(name: str, headers: Headers, body: bytes, told: Any, now: datetime) -> Callback:
    callback = _callback_of(name)
    if not is_theirs(callback, headers, body, told, now.timestamp()):
        raise NotTheirs
    return callback


def take_reports(*, provider: str, headers: Headers, body: bytes, told: Any, now: datetime) -> int:
    """Nhận báo phát: states only move forward; return how many reports there were."""
    callback = _opened(provider, headers, body, told, now)
    reports = reports_in(callback, told)
    with scoped(EVERYTHING), transaction.atomic():
        for reference, report in reports:
            apply_report(provider=provider, reference=reference, report=report, now=now)
    return len(reports)


def take_texts(*, provider: str, headers: Headers, body: bytes, told: Any, now: datetime) -> int:
    """Nhận tin đến: each is treated once for its reference; return how many there were."""
    callback = _opened(provider, headers, body, told, now)
    texts = brought_in(callback, told)
    for one in texts:
        receive(
            provider=provider,
            sender=one.sender,
            number=one.number,
            text=one.text,
            now=now,
            reference=one.reference,
        )
    return len(texts)
