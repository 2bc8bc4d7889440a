"""What KHUE_MESSAGING may say: one entry per provider, checked before anything starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from khue.messaging.rules.callbacks import read_callback

# kind -> the channels it may serve, and what it cannot do without
KINDS: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "smpp": (frozenset({"sms"}), ("host", "port", "system_id", "password", "sender")),
    "http": (frozenset({"sms"}), ("url", "body")),
    "zns": (frozenset({"zns"}), ("access_token",)),
    "email": (frozenset({"email"}), ("host", "from")),
    "push": (frozenset({"push"}), ("private_key", "contact")),
    "app": (frozenset({"app"}), ()),
    "trial": (frozenset({"sms", "zns", "email", "push"}), ()),
}
SENDER_NAME = re.compile(r"(?=.*[^0-9])[A-Za-z0-9_. -]{1,11}|[0-9]{3,15}")
APP: dict[str, dict[str, Any]] = {"trong-ung-dung": {"kind": "app", "channel": "app"}}
# A demonstration sends nothing out, and shows a price so that one sees where it stands.
DEMONSTRATION: dict[str, dict[str, Any]] = {
    "thu-sms": {"kind": "trial", "channel": "sms", "price": 300},
    "thu-zalo": {"kind": "trial", "channel": "zns", "price": 200},
    "thu-dien-tu": {"kind": "trial", "channel": "email"},
    "thu-thong-bao": {"kind": "trial", "channel": "push"},
}


def messaging_providers(
    told: Mapping[str, dict[str, Any]], *, demo: bool
) -> dict[str, dict[str, Any]]:
    """The providers by name; messages inside the product need none."""
    wanted: dict[str, dict[str, Any]] = dict(told) or (dict(DEMONSTRATION) if demo else {})
    for name, one in wanted.items():
        _check(name, one, demo=demo)
    return {**wanted, **APP}


def _check(name: str, one: Mapping[str, Any], *, demo: bool) -> None:
    kind = one.get("kind")
    if kind not in KINDS or (kind == "trial" and not demo):
        _refuse(name, f"có “kind” là “{kind}”, nhưng chỉ nhận {', '.join(sorted(KINDS))}")
    channels, needed = KINDS[str(kind)]
    if one.get("channel") not in channels:
        _refuse(name, f"có “channel” phải là một trong: {', '.join(sorted(channels))}")
    missing = [key for key in needed if not one.get(key)]
    if missing:
        _refuse(name, f"thiếu: {', '.join(missing)}")
    _check_sender(name, one)
    _check_numbers(name, one)
    _check_callback(name, one)


def _check_sender(name: str, one: Mapping[str, Any]) -> None:
    """Tên định danh (NĐ 91/2020/NĐ-CP), or a short number."""
    if "sender" in one and not SENDER_NAME.fullmatch(str(one["sender"])):
        _refuse(name, "có “sender” phải gồm tối đa 11 chữ cái không dấu, chữ số, dấu cách, - _ .")


def _check_numbers(name: str, one: Mapping[str, Any]) -> None:
    for key in ("rate", "price", "most_parts", "port", "window", "timeout"):
        value = one.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            _refuse(name, f"có “{key}” phải là một số không âm")


def _check_callback(name: str, one: Mapping[str, Any]) -> None:
    """How the provider calls back, when it does; its name stands in the address then."""
    if "callback" not in one:
        return
    if not re.fullmatch(r"[-a-zA-Z0-9_]+", name):
        _refuse(name, "nhận gọi lại thì tên chỉ gồm chữ không dấu, chữ số, - và _")
    try:
        read_callback(one["callback"])
    except (ValueError, TypeError, AttributeError) as trouble:
        _refuse(name, f"có lời gọi lại chưa đúng: {trouble}")


def _refuse(name: str, why: str) -> None:
    raise ImproperlyConfigured(f"KHUE_MESSAGING, mục “{name}” {why}.")
