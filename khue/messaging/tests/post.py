"""What tests of the outbox need: an author, texts, a channel that does as it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from khue.ledger.api import Author, Operation
from khue.messaging.api import Letter, Outcome, Outgoing, Provider, Sender, Verdict, order_messages
from khue.messaging.services.sending import Drain, drain
from kit.fences import EVERYTHING, scoped
from tests.cast import table as any_table

# A Friday morning at nine in Vietnam.
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SMS = {"mang": {"kind": "obedient", "channel": "sms", "price": 300}}
SCHOOL, PROVINCE = 37, 2


def message_table() -> Any:
    return any_table("messaging.Message")


def table(name: str) -> Any:
    return any_table(f"messaging.{name}")


def phone(number: int) -> str:
    return f"09{number:08}"


def outgoing(number: int = 1, **more: Any) -> Outgoing:
    facts: dict[str, Any] = {
        "intent": f"test:{number}",
        "channel": "sms",
        "text": f"Em số {number} vắng sáng nay.",
        "address": phone(number),
        "school_id": SCHOOL,
        "province_id": PROVINCE,
        "kind": "absence",
        **more,
    }
    return Outgoing(**facts)


def order(messages: Sequence[Outgoing], *, now: datetime = NOW, **more: Any) -> int:
    operation = Operation(Author(7, "Nguyễn Thị Hoa"), now)
    return order_messages(operation=operation, now=now, title="Báo vắng", outgoing=messages, **more)


def send(*, now: datetime = NOW, seconds: float = 20.0, listen: float = 0.0) -> Counter[str]:
    return drain(Drain(clock=lambda: now), seconds=seconds, listen=listen)


def states() -> Counter[str]:
    with scoped(EVERYTHING):
        return Counter(message_table().objects.values_list("state", flat=True))


def message(intent: str = "test:1") -> Any:
    with scoped(EVERYTHING):
        return message_table().objects.get(intent=intent)


Answer = Callable[[Letter], Outcome]


class Obedient:
    """A channel that answers as the test wants and remembers what it was given."""

    def __init__(self) -> None:
        self.window = 50
        self.sent: list[Letter] = []
        self.groups: list[int] = []
        self.answer: Answer = lambda letter: Outcome(
            Verdict.ACCEPTED, {f"ref-{letter.id}": "underway"}
        )
        self.memory: Mapping[str, Outcome] | None = None
        self.opened: list[str] = []

    def open(self, provider: Provider) -> Sender:
        self.opened.append(provider.name)
        return self

    def send(self, letters: Sequence[Letter]) -> Mapping[int, Outcome]:
        self.groups.append(len(letters))
        self.sent.extend(letters)
        return {letter.id: self.answer(letter) for letter in letters}

    def ask(self, letter: Letter) -> Outcome | None:
        return None if self.memory is None else self.memory.get(letter.reference)

    def listen(self, seconds: float) -> None:
        return

    def close(self) -> None:
        return

    def texts(self) -> Iterable[str]:
        return [letter.text for letter in self.sent]
