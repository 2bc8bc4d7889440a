"""Trong ứng dụng, and the trial channel of a demonstration: nothing leaves the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from khue.messaging.rules.outcomes import Letter, Outcome, Verdict
from khue.messaging.services.providers import Provider, Sender


class PlainSender:
    """Every letter has arrived as soon as it is written down."""

    window = 500

    def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
        return {letter.id: Outcome(Verdict.DELIVERED) for letter in letters}

    def ask(self, letter: Letter) -> Outcome | None:
        return Outcome(Verdict.DELIVERED)

    def listen(self, seconds: float) -> None:
        return

    def close(self) -> None:
        return


def open_plain(provider: Provider) -> Sender:
    """The way that leads nowhere; it may be taken twice without harm."""
    del provider
    return PlainSender()
