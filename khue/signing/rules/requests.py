"""Việc chờ ký: what one request for a signature is, and which states it may pass through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from khue.signing.rules.shapes import (
    CertificateFacts,
    Format,
    Holder,
    Level,
    PdfLook,
    XmlPlace,
)


class State(StrEnum):
    """Trạng thái của một việc chờ ký."""

    BLOCKED = "blocked"
    WAITING = "waiting"
    PREPARED = "prepared"
    UNFINISHED = "unfinished"
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    State.BLOCKED: "Chờ người ký trước",
    State.WAITING: "Chờ ký",
    State.PREPARED: "Đang ký",
    State.UNFINISHED: "Chờ hoàn tất",
    State.SIGNED: "Đã ký",
    State.REFUSED: "Từ chối ký",
    State.WITHDRAWN: "Đã thu hồi",
}
_SIGNING = {
    State.SIGNED: "Ký, đủ những gì mức chữ ký đòi hỏi",
    State.UNFINISHED: "Ký, chưa lấy được dấu thời gian hoặc bằng chứng",
    State.REFUSED: "Từ chối (có lý do)",
    State.WITHDRAWN: "Thu hồi đề nghị",
}
TRANSITIONS: dict[State, dict[State, str]] = {
    State.BLOCKED: {
        State.WAITING: "Mọi bước trước đã ký",
        State.WITHDRAWN: "Thu hồi, hoặc bước trước bị từ chối",
    },
    State.WAITING: {State.PREPARED: "Gửi giá trị băm tới thiết bị của người ký", **_SIGNING},
    State.PREPARED: {State.WAITING: "Quá 10 phút, hoặc giá trị không đúng", **_SIGNING},
    State.UNFINISHED: {
        State.SIGNED: "Đã lấy đủ",
        State.WAITING: "Chứng thư bị thu hồi trong lúc chờ",
        State.WITHDRAWN: "Thu hồi đề nghị",
    },
    State.SIGNED: {},
    State.REFUSED: {},
    State.WITHDRAWN: {},
}
"""From which state to which, and by what."""
OPEN = tuple(one for one in State if TRANSITIONS[one])
"""The states in which a request still asks for something."""
MINE = (State.WAITING, State.PREPARED)
"""The states in which the signer herself has something to do."""
PREPARED_FOR = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


def diagram() -> str:
    """The states and steps as a picture for the documentation (mermaid)."""
    named = [f'    state "{name}" as {state.name}' for state, name in STATE_NAMES.items()]
    begins = [f"    [*] --> {one.name}" for one in (State.BLOCKED, State.WAITING)]
    steps = [
        f"    {old.name} --> {new.name}: {why}"
        for old, following in TRANSITIONS.items()
        for new, why in following.items()
    ]
    return "\n".join(["stateDiagram-v2", *named, *begins, *steps]) + "\n"


def may_become(old: State, new: State) -> bool:
    return new in TRANSITIONS[old]


def wait_before_attempt(attempts_made: int) -> timedelta:
    """The pause before a timestamp is asked for again: 1, 2, 4 … minutes, at most an hour."""
    doublings = min(max(attempts_made - 1, 0), 10)
    return min(FIRST_WAIT * int(2**doublings), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Ask:
    """One signature that is asked for; exactly one of `account_id` and `seal_of` is given.

    `kind` and `key` name what is signed, once among the requests that are not refused or taken
    back. `bundle`: requests that wait for each other by `step`. `group`: one line of the inbox.
    """

    kind: str
    key: str
    bundle: str
    group: str
    group_title: str
    title: str
    format: Format
    level: Level
    step: int = 1
    position: int = 0
    account_id: int | None = None
    seal_of: int | None = None
    role: str = ""
    school_id: int | None = None
    province_id: int | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is about to sign, as the certificate and its registration say; for the look of a PDF."""

    holder: Holder
    name: str
    title: str = ""
    organisation: str = ""
    image: bytes = b""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that is being signed: its kind opens the document for it."""

    id: int
    kind: str
    key: str
    bundle: str
    step: int
    format: Format
    level: Level
    role: str
    account_id: int | None
    seal_of: int | None
    signer: Signer
    at: datetime


@dataclass(frozen=True, slots=True)
class Signable:
    """What is to be signed. XAdES needs `place`, PAdES `look`; `parts` (id, canonical bytes) is
    the fast way of XAdES: then `content` may be empty."""

    content: bytes
    place: XmlPlace | None = None
    look: PdfLook | None = None
    parts: Sequence[tuple[str, bytes]] | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A finished signature. `result`: XAdES the ds:Signature element, PAdES the whole PDF, CMS
    the DER of this signer alone."""

    request_id: int
    key: str
    result: bytes
    signer: CertificateFacts
    account_id: int
    signer_name: str
    at: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class RefusedRequest:
    """A request that its signer refused; later steps of the bundle have been taken back."""

    request_id: int
    key: str
    bundle: str
    reason: str
    account_id: int
    name: str
    at: datetime
