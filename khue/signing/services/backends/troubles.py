"""Why a key does not sign. Every sentence may be shown; no one of them ever holds a PIN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class KeyTrouble(Exception):
    """The key did not sign; `sentence` tells what happened, why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class WrongSecret(KeyTrouble):
    """Sai mã PIN (or one-time code); `tries_left` is None where nobody knows it."""

    def __init__(self, tries_left: int | None = None, *, what: str = "Mã PIN") -> None:
        self.tries_left = tries_left
        super().__init__(f"{what} chưa đúng. {_tries(tries_left)}")


def _tries(left: int | None) -> str:
    if left is None:
        return "Hãy nhập lại; nhập sai nhiều lần thì khóa sẽ bị chặn."
    if left == 1:
        return "Chỉ còn một lần nhập; sai nữa thì khóa bị chặn. Hãy xem kỹ mã rồi nhập lại."
    return f"Còn {left} lần nhập. Hãy nhập lại."


class KeyLocked(KeyTrouble):
    """Khóa đã bị chặn: by the token itself, by the service, or by Khuê after wrong PINs."""


class TokenGone(KeyTrouble):
    """Mất kết nối với thiết bị ký in the middle; `done` are the values of the first documents."""

    def __init__(self, done: list[bytes], sentence: str = "") -> None:
        self.done = done
        super().__init__(
            sentence
            or "Không còn thấy thiết bị ký. Hãy cắm lại thiết bị rồi ký tiếp; "
            "những phần đã ký vẫn được giữ."
        )


class ServiceDown(KeyTrouble):
    """Dịch vụ ký (or the module of the token) does not answer; `done` as in TokenGone."""

    def __init__(self, sentence: str, done: list[bytes] | None = None) -> None:
        self.done = done or []
        super().__init__(sentence)


class KeyUnfit(KeyTrouble):
    """The key is there but must not or cannot sign this (wrong algorithm, demo key, no set-up)."""


@dataclass
class SignsElsewhere(KeyTrouble):
    """Khóa nằm trên máy của người ký: the browser must fetch the values from its agent.

    `settings` are those of the credential; the messages are in
    docs/reference/local-signing-agent.md.
    """

    settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(
            "Khóa nằm trong thiết bị cắm ở máy của thầy cô. Hãy mở phần mềm ký trên máy này "
            "rồi ký trên trang."
        )
