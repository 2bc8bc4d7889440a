"""Trạng thái của tin: which step may follow which."""

from __future__ import annotations

from khue.messaging.rules.outcomes import Verdict

STEPS: dict[str, frozenset[str]] = {
    "waiting": frozenset({"claimed", "refused", "cancelled", "failed"}),
    "claimed": frozenset(
        {"waiting", "sent", "delivered", "failed", "unknown", "refused", "cancelled"}
    ),
    "sent": frozenset({"delivered", "failed", "unknown"}),
    "unknown": frozenset({"delivered", "failed", "sent"}),
    "delivered": frozenset(),
    "failed": frozenset(),
    "refused": frozenset(),
    "cancelled": frozenset(),
}
OF_VERDICT = {
    Verdict.ACCEPTED: "sent",
    Verdict.DELIVERED: "delivered",
    Verdict.LATER: "waiting",
    Verdict.FAILED: "failed",
    Verdict.UNKNOWN: "unknown",
}
OPEN = frozenset({"waiting", "claimed", "sent"})
AGAIN = frozenset({"failed", "unknown", "refused"})
"""States after which a person may order the same text once more."""


def may_become(state: str, wanted: str) -> bool:
    """Whether a message in this state may take that one."""
    return wanted in STEPS[state]
