"""Trạng thái sổ điểm: the steps from an open book to a locked one, and back, as a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from khue.gradebook.rules.slots import SPOKEN_TERMS

POINT_NAMES = {
    1: "giữa học kì I",
    2: "cuối học kì I",
    3: "giữa học kì II",
    4: "cuối năm học",
    5: "đánh giá lại trong hè",
}
# Windows of primary classes stand beside those of terms: point 2 of a year is not term II.
_PRIMARY_WINDOW = 10


class State(StrEnum):
    """Trạng thái của sổ điểm một môn ở một lớp trong một học kì."""

    OPEN = "open"
    TEACHER_DONE = "teacher_done"
    HOMEROOM_CONSOLIDATED = "homeroom_consolidated"
    PRINCIPAL_APPROVED = "principal_approved"
    LOCKED = "locked"

    @property
    def name_vi(self) -> str:
        """As a page calls it."""
        return _NAMES[self]


_NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.OPEN: "Đang nhập",
        State.TEACHER_DONE: "Giáo viên đã xong",
        State.HOMEROOM_CONSOLIDATED: "Chủ nhiệm đã tổng hợp",
        State.PRINCIPAL_APPROVED: "Hiệu trưởng đã duyệt",
        State.LOCKED: "Đã khóa sổ",
    }
)
ORDER = tuple(State)


class Doer(StrEnum):
    """Người thực hiện (TT 22/2021, Điều 18 đến 20)."""

    SUBJECT_TEACHER = "Giáo viên bộ môn"
    HOMEROOM_TEACHER = "Giáo viên chủ nhiệm"
    LEADER = "Lãnh đạo trường"


class Act(StrEnum):
    """Việc làm đổi trạng thái; the values are the words of the ledger."""

    FINISH = "finish"
    REOPEN = "reopen"
    CONSOLIDATE = "consolidate"
    GIVE_BACK = "give_back"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    LOCK = "lock"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Step:
    """One way out of a state. `after` None: back to the state from before the lock."""

    title: str
    after: State | None
    doers: frozenset[Doer]
    needs_reason: bool = False


_TEACHER = frozenset({Doer.SUBJECT_TEACHER})
_HOMEROOM = frozenset({Doer.HOMEROOM_TEACHER})
_LEADER = frozenset({Doer.LEADER})
_LOCK = Step("Khóa sổ toàn trường", State.LOCKED, _LEADER)

# Law: TT 22/2021/TT-BGDĐT, Điều 18, Điều 19, Điều 20
STEPS: Mapping[State, Mapping[Act, Step]] = MappingProxyType(
    {
        State.OPEN: {
            Act.FINISH: Step("Xác nhận đã nhập xong", State.TEACHER_DONE, _TEACHER),
            Act.LOCK: _LOCK,
        },
        State.TEACHER_DONE: {
            Act.CONSOLIDATE: Step("Tổng hợp lớp", State.HOMEROOM_CONSOLIDATED, _HOMEROOM),
            Act.REOPEN: Step(
                "Mở lại cho giáo viên bộ môn", State.OPEN, _HOMEROOM | _LEADER, needs_reason=True
            ),
            Act.LOCK: _LOCK,
        },
        State.HOMEROOM_CONSOLIDATED: {
            Act.APPROVE: Step("Duyệt", State.PRINCIPAL_APPROVED, _LEADER),
            Act.GIVE_BACK: Step(
                "Trả lại để tổng hợp lại",
                State.TEACHER_DONE,
                _HOMEROOM | _LEADER,
                needs_reason=True,
            ),
            Act.LOCK: _LOCK,
        },
        State.PRINCIPAL_APPROVED: {
            Act.LOCK: _LOCK,
            Act.WITHDRAW: Step(
                "Thu hồi duyệt", State.HOMEROOM_CONSOLIDATED, _LEADER, needs_reason=True
            ),
        },
        State.LOCKED: {
            Act.UNLOCK: Step("Mở sổ toàn trường", None, _LEADER, needs_reason=True),
        },
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


def target_of(act: Act) -> State | None:
    """Where an act leads; it leads to the same place from everywhere."""
    return next(steps[act].after for steps in STEPS.values() if act in steps)


def is_at_least(state: State, least: State) -> bool:
    """Whether a book has come as far as `least`."""
    return ORDER.index(state) >= ORDER.index(least)


def state_of_class(states: Iterable[State]) -> State:
    """Trạng thái của lớp: that of the book that is least far; open without books."""
    return min(states, key=ORDER.index, default=State.OPEN)


def with_lock(state: State, *, locked: bool) -> State:
    """Khóa sổ of the school closes every book, however far it has come."""
    return State.LOCKED if locked else state


def needs_consent(state: State) -> bool:
    """Whether a correction waits for the principal too: approved books and locked ones."""
    return is_at_least(state, State.PRINCIPAL_APPROVED)


def spoken_period(period: int, *, primary: bool) -> str:
    """As a sentence says it: "học kì I", "giữa học kì II"."""
    return (POINT_NAMES if primary else SPOKEN_TERMS)[period]


def term_of(period: int, *, primary: bool) -> int:
    """The term whose lock holds for a period: points 1 and 2 lie in term I."""
    return (period + 1) // 2 if primary else period


def window_period(period: int, *, primary: bool) -> int:
    """How a window names the period."""
    return period + _PRIMARY_WINDOW if primary else period


def diagram() -> str:
    """The dictionary drawn as a state diagram (Mermaid), for the documentation."""
    return "\n".join(["stateDiagram-v2", *_drawn_states(), *_drawn_steps()]) + "\n"


def _drawn_states() -> Iterator[str]:
    for state in State:
        yield f'    state "{state.name_vi}" as {state.name}'
    yield f"    [*] --> {State.OPEN.name}"


def _drawn_steps() -> Iterator[str]:
    for state, steps in STEPS.items():
        for step in steps.values():
            who = ", ".join(one.value.lower() for one in Doer if one in step.doers)
            reason = "; có lý do" if step.needs_reason else ""
            after = step.after.name if step.after else State.PRINCIPAL_APPROVED.name
            back = "; về trạng thái trước khi khóa" if step.after is None else ""
            yield f"    {state.name} --> {after}: {step.title} ({who}{reason}{back})"


def window_periods(levels: Iterable[str]) -> tuple[int, ...]:
    """The windows that schools of these levels need: terms, points of primary classes, or both."""
    kinds = set(levels)
    points = tuple(window_period(point, primary=True) for point in (1, 2, 3, 4))
    return (*((1, 2) if kinds - {"01", "02"} else ()), *(points if "02" in kinds else ()))


def spoken_window(period: int) -> str:
    """As a sentence names the period of a window: "học kì I", "tiểu học, giữa học kì II"."""
    if period > _PRIMARY_WINDOW:
        return f"tiểu học, {spoken_period(period - _PRIMARY_WINDOW, primary=True)}"
    return spoken_period(period, primary=False)
