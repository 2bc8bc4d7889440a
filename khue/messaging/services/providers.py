"""Nhà cung cấp: the registry of kinds of channels, and which provider serves which channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

from khue.messaging.rules.outcomes import Letter, Outcome

Told = Callable[[Letter, Outcome], None]


class Sender(Protocol):
    """An open way to a provider; it is used by one thread at a time."""

    window: int
    """How many letters it takes at once."""

    def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
        """Hand over; every letter gets its outcome, whatever happens on the way."""

    def ask(self, letter: Letter) -> Outcome | None:
        """What became of an earlier attempt; None when the provider cannot say."""

    def listen(self, seconds: float) -> None:
        """Take what the provider brings: delivery reports, incoming messages."""

    def close(self) -> None:
        """Give the way back."""


@dataclass(frozen=True)
class Provider:
    """One entry of KHUE_MESSAGING."""

    name: str
    kind: str
    channel: str
    rate: float
    """Parts a second; 0 means no limit."""
    price: int
    """Đồng for one part."""
    most_parts: int
    options: Mapping[str, Any]


Open = Callable[[Provider], Sender]
_OPENERS: dict[str, Open] = {}


class KindTwice(Exception):
    """Two functions claim the same kind of channel."""


def register_channel(kind: str, opener: Open) -> None:
    """Make a kind of channel known; called at start-up."""
    if _OPENERS.setdefault(kind, opener) is not opener:
        raise KindTwice(kind)


def open_sender(provider: Provider) -> Sender:
    """A way to this provider; what cannot be reached is told by `send`."""
    return _OPENERS[provider.kind](provider)


def providers() -> tuple[Provider, ...]:
    """Every provider of the settings, in their order."""
    return tuple(_provider(name, one) for name, one in settings.MESSAGING.items())


def provider_of(channel: str) -> Provider | None:
    """Who serves this channel, or None."""
    return next((one for one in providers() if one.channel == channel), None)


def _provider(name: str, told: Mapping[str, Any]) -> Provider:
    return Provider(
        name=name,
        kind=told["kind"],
        channel=told["channel"],
        rate=float(told.get("rate", 0)),
        price=int(told.get("price", 0)),
        most_parts=int(told.get("most_parts", 3)),
        options=told,
    )
