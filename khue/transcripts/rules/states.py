"""Trạng thái học bạ số: the steps from a draft to a published year, as dictionaries.

The order is that of the law: complete, verified, reconciled, confirmed, signed by persons, signed
by the organisation, published. A published version is never changed: it can only be superseded by
a correction or cancelled. A version given up while it was being signed is kept, and is not used.
Law: NĐ 88/2026/NĐ-CP, Điều 8; TT 70/2026/TT-BGDĐT
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Trạng thái của một phiên bản."""

    DRAFT = "draft"
    COMPLETE = "complete"
    VERIFIED = "verified"
    RECONCILED = "reconciled"
    CONFIRMED = "confirmed"
    SIGNED_PERSONAL = "signed_personal"
    SIGNED_ORG = "signed_org"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"

    @property
    def name_vi(self) -> str:
        """As a page calls it."""
        return STATES[self]

    @property
    def is_out(self) -> bool:
        """Whether it has been published: from then on nothing of it changes."""
        return self in OUT


STATES: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "Bản thảo",
        State.COMPLETE: "Đủ dữ liệu",
        State.VERIFIED: "Đã kiểm tra",
        State.RECONCILED: "Đã đối soát",
        State.CONFIRMED: "Đã xác nhận, đang ký",
        State.SIGNED_PERSONAL: "Cá nhân đã ký đủ",
        State.SIGNED_ORG: "Nhà trường đã ký",
        State.PUBLISHED: "Đã phát hành",
        State.SUPERSEDED: "Đã có bản thay thế",
        State.CANCELLED: "Đã hủy",
        State.WITHDRAWN: "Đã bỏ khi đang ký",
    }
)
LINE = tuple(State)[:8]
OUT = frozenset({State.PUBLISHED, State.SUPERSEDED, State.CANCELLED})
ENDED = frozenset({State.SUPERSEDED, State.CANCELLED, State.WITHDRAWN})
# A version that nobody has begun to sign may be composed anew in place.
UNSIGNED = frozenset({State.DRAFT, State.COMPLETE, State.VERIFIED, State.RECONCILED})
SIGNING = frozenset({State.CONFIRMED, State.SIGNED_PERSONAL, State.SIGNED_ORG})


class Doer(StrEnum):
    """Người thực hiện một bước."""

    COMPOSER = "Giáo viên chủ nhiệm hoặc văn phòng"
    OFFICE = "Văn phòng"
    LEADER = "Hiệu trưởng hoặc phó hiệu trưởng"
    SIGNERS = "Người ký"
    SEAL = "Con dấu số của trường"
    SYSTEM = "Hệ thống"


class Act(StrEnum):
    """Việc làm đổi trạng thái; the values are the words of the ledger."""

    COMPLETE = "complete"
    VERIFY = "verify"
    RECONCILE = "reconcile"
    CONFIRM = "confirm"
    SIGN_LAST_PERSON = "sign_last_person"
    SEAL = "seal"
    PUBLISH = "publish"
    RECOMPOSE = "recompose"
    GIVE_UP = "give_up"
    SUPERSEDE = "supersede"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Step:
    """One way out of a state."""

    title: str
    after: State
    doer: Doer
    needs_reason: bool = False


_AGAIN = Step("Lập lại từ sổ", State.DRAFT, Doer.COMPOSER)
_NEW = Step("Bỏ bản đang ký", State.WITHDRAWN, Doer.LEADER, needs_reason=True)

# What has been signed in part is never composed anew: it is given up with its signatures kept, and
# the next draft is a new version.
STEPS: Mapping[State, Mapping[Act, Step]] = MappingProxyType(
    {
        State.DRAFT: {
            Act.COMPLETE: Step("Kiểm đủ dữ liệu", State.COMPLETE, Doer.COMPOSER),
            Act.RECOMPOSE: _AGAIN,
        },
        State.COMPLETE: {
            Act.VERIFY: Step("Kiểm tra với sổ", State.VERIFIED, Doer.OFFICE),
            Act.RECOMPOSE: _AGAIN,
        },
        State.VERIFIED: {
            Act.RECONCILE: Step("Đối soát với hồ sơ", State.RECONCILED, Doer.OFFICE),
            Act.RECOMPOSE: _AGAIN,
        },
        State.RECONCILED: {
            Act.CONFIRM: Step("Xác nhận, trình ký", State.CONFIRMED, Doer.LEADER),
            Act.RECOMPOSE: _AGAIN,
        },
        State.CONFIRMED: {
            Act.SIGN_LAST_PERSON: Step("Cá nhân cuối cùng ký", State.SIGNED_PERSONAL, Doer.SIGNERS),
            Act.GIVE_UP: _NEW,
        },
        State.SIGNED_PERSONAL: {
            Act.SEAL: Step("Nhà trường ký (đóng dấu số)", State.SIGNED_ORG, Doer.SEAL),
            Act.GIVE_UP: _NEW,
        },
        State.SIGNED_ORG: {
            Act.PUBLISH: Step("Phát hành", State.PUBLISHED, Doer.LEADER),
            Act.GIVE_UP: _NEW,
        },
        State.PUBLISHED: {
            Act.SUPERSEDE: Step("Thay bằng bản chỉnh sửa", State.SUPERSEDED, Doer.SYSTEM),
            Act.CANCEL: Step("Hủy", State.CANCELLED, Doer.LEADER, needs_reason=True),
        },
        State.SUPERSEDED: {},
        State.CANCELLED: {},
        State.WITHDRAWN: {},
    }
)


def step_of(state: State, act: Act) -> Step | None:
    """The step that an act takes from a state, if there is one."""
    return STEPS[state].get(act)


def before(act: Act) -> tuple[State, ...]:
    """The states from which an act may be done."""
    return tuple(state for state, steps in STEPS.items() if act in steps)


def title_of(act: Act) -> str:
    """What the button of an act says."""
    return next(steps[act].title for steps in STEPS.values() if act in steps)


def target_of(act: Act) -> State:
    """Where an act leads; it leads to the same place from everywhere."""
    return next(steps[act].after for steps in STEPS.values() if act in steps)


def names_of(states: Iterable[State]) -> str:
    """The states as a sentence lists them."""
    return " hoặc ".join(f"“{state.name_vi}”" for state in states)


def why_not(state: State, act: Act) -> str:
    """Vì sao chưa làm được bước này; nothing when it may be done."""
    if step_of(state, act) is not None:
        return ""
    return (
        f"Bước “{title_of(act)}” chỉ làm được khi học bạ ở trạng thái {names_of(before(act))}; "
        f"bản này đang ở trạng thái “{state.name_vi}”."
    )


def diagram() -> str:
    """The dictionary drawn as a state diagram (Mermaid), for the documentation."""
    return "\n".join(["stateDiagram-v2", *_drawn_states(), *_drawn_steps()]) + "\n"


def _drawn_states() -> Iterator[str]:
    for state in State:
        yield f'    state "{state.name_vi}" as {state.name}'
    yield f"    [*] --> {State.DRAFT.name}"


def _drawn_steps() -> Iterator[str]:
    for state, steps in STEPS.items():
        for step in steps.values():
            reason = "; có lý do" if step.needs_reason else ""
            who = step.doer.value.lower()
            yield f"    {state.name} --> {step.after.name}: {step.title} ({who}{reason})"
        if not steps:
            yield f"    {state.name} --> [*]"
