"""Nhịp gửi: a bucket of tokens that keeps to a provider's parts a second, and slows when told."""

from __future__ import annotations

from dataclasses import dataclass, field

LONGEST_PAUSE = 32.0
BURST_SECONDS = 0.1


@dataclass
class TokenBucket:
    """Holds a tenth of a second's worth of parts, and begins empty: no burst, not after a restart.

    Times are seconds of any steady clock. `rate` 0 means no limit.
    """

    rate: float
    tokens: float = 0.0
    seen: float | None = field(default=None)
    pause: float = 0.0

    def wait_for(self, parts: int, moment: float) -> float:
        """Take so many tokens; return how long to wait before sending."""
        if self.rate <= 0:
            return 0.0
        begun = moment if self.seen is None else self.seen
        most = self.rate * BURST_SECONDS
        self.tokens = min(most, self.tokens + max(moment - begun, 0.0) * self.rate)
        self.seen = max(moment, begun)
        self.tokens -= parts
        return max(-self.tokens / self.rate, 0.0)

    def throttled(self) -> float:
        """The provider said it was too fast: a growing pause, in seconds."""
        self.pause = min(max(self.pause * 2, 1.0), LONGEST_PAUSE)
        return self.pause

    def went_well(self) -> None:
        """Forget the pauses."""
        self.pause = 0.0
