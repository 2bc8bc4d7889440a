"""Gọi lại của nhà cung cấp: is it truly theirs, and what does it say? Pure of clock and settings.

Three ways to sign, chosen by `scheme` in the settings of a provider:
`hmac-sha256`: hex of HMAC-SHA256 over `<timestamp>.<body>`, the timestamp (seconds) in a header;
`shared`: the secret itself in a header; `zalo`: `mac=` and hex SHA-256 over
app_id + body + timestamp + secret, the timestamp (milliseconds) in the body.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from khue.messaging.rules.filling import find
from khue.messaging.rules.outcomes import Report

SCHEMES = ("hmac-sha256", "shared", "zalo")
SHORTEST_SECRET = 16
FRESH_SECONDS = 300
MOST_AT_ONCE = 1000
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Callback:
    """How one provider calls back; the words of its states are settings."""

    secret: str
    scheme: str = "hmac-sha256"
    signature_header: str = "X-Signature"
    timestamp_header: str = "X-Timestamp"
    app_id: str = ""
    id_path: str = "id"
    status_path: str = "status"
    delivered: tuple[str, ...] = ("delivered",)
    failed: tuple[str, ...] = ("failed",)
    sender_path: str = "from"
    number_path: str = "to"
    text_path: str = "text"
    reference_path: str = "id"


@dataclass(frozen=True, slots=True)
class Brought:
    """A text that a phone sent, as a provider brings it."""

    sender: str
    number: str
    text: str
    reference: str


ZALO = {
    "signature_header": "X-ZEvent-Signature",
    "id_path": "message.msg_id",
    "status_path": "event_name",
    "delivered": ["user_received_message"],
    "failed": [],
}
_LISTS = ("delivered", "failed")


def read_callback(told: Mapping[str, Any]) -> Callback:
    """The settings of a callback; raises ValueError with what is wrong, in Vietnamese."""
    scheme = str(told.get("scheme", "hmac-sha256"))
    if scheme not in SCHEMES:
        raise ValueError(f"“callback.scheme” phải là một trong: {', '.join(SCHEMES)}")
    if len(str(told.get("secret", ""))) < SHORTEST_SECRET:
        raise ValueError(f"“callback.secret” phải dài ít nhất {SHORTEST_SECRET} ký tự")
    given = {**(ZALO if scheme == "zalo" else {}), **told}
    unknown = sorted(set(given) - set(Callback.__dataclass_fields__))
    if unknown:
        raise ValueError(f"“callback” có mục lạ: {', '.join(unknown)}")
    plain = {key: str(one) for key, one in given.items() if key not in _LISTS}
    words = {key: tuple(map(str, given[key])) for key in _LISTS if key in given}
    return Callback(**plain, **words)  # type: ignore[arg-type]


def is_theirs(callback: Callback, headers: Headers, body: bytes, told: Any, now: float) -> bool:
    """Whether the signature fits, compared in constant time, and the call is of this moment."""
    said = headers.get(callback.signature_header, "").strip()
    if callback.scheme == "shared":
        return hmac.compare_digest(said.encode(), callback.secret.encode())
    if callback.scheme == "zalo":
        at = str(find(told, "timestamp") or "")
        wanted = "mac=" + _zalo(callback, body, at)
        return hmac.compare_digest(said.encode(), wanted.encode()) and _fresh(at, now, 1000)
    at = headers.get(callback.timestamp_header, "")
    signed = at.encode() + b"." + body
    mac = hmac.new(callback.secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(said.lower().encode(), mac.encode()) and _fresh(at, now, 1)


def _zalo(callback: Callback, body: bytes, at: str) -> str:
    signed = callback.app_id.encode() + body + at.encode() + callback.secret.encode()
    return hashlib.sha256(signed).hexdigest()


def _fresh(at: str, now: float, parts: int) -> bool:
    if not (at.isascii() and at.isdigit() and len(at) < 16):
        return False
    return abs(now - int(at) / parts) <= FRESH_SECONDS


def _each(told: Any) -> list[Any]:
    return (told if isinstance(told, list) else [told])[:MOST_AT_ONCE]


def _text(told: Any, path: str) -> str:
    found = find(told, path)
    return "" if found is None or isinstance(found, dict | list) else str(found).strip()


def reports_in(callback: Callback, told: Any) -> list[tuple[str, Report]]:
    """(reference, what became of it) for each report; a state that nobody named is passed over."""
    known = dict.fromkeys(callback.failed, Report.FAILED)
    known |= dict.fromkeys(callback.delivered, Report.DELIVERED)
    pairs = [
        (_text(one, callback.id_path), _text(one, callback.status_path)) for one in _each(told)
    ]
    return [(ref[:100], known[state]) for ref, state in pairs if ref and state in known]


def brought_in(callback: Callback, told: Any) -> list[Brought]:
    """The texts of phones in a call; one without a sender is none."""
    found = [
        Brought(
            _text(one, callback.sender_path),
            _text(one, callback.number_path),
            _text(one, callback.text_path),
            _text(one, callback.reference_path)[:100],
        )
        for one in _each(told)
    ]
    return [one for one in found if one.sender]
