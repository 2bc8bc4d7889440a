"""What follows from the rows of a province: the live figures and the faults of every school."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from khue.oversight.services.counting import count_all_faults
from khue.statistics.services.following import count_again

FIGURES = "Đếm số liệu của lớp, trường, xã, Sở và Bộ"
FAULTS = "Soát lỗi dữ liệu của các trường"


def count_everything(*, now: datetime, say: Callable[[str], None]) -> None:
    """Đếm số liệu, soát lỗi: so that every page is full at once, also without a follower."""
    say(FIGURES)
    count_again(now=now)
    say(FAULTS)
    count_all_faults(now=now)
