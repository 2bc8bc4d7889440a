"""Xác thực hai lớp: which steps of a time-based code (RFC 6238) may still be used."""

from __future__ import annotations

from collections.abc import Mapping

SECONDS_OF_A_STEP = 30
STEPS_OF_DRIFT = 1
RECOVERY_CODES = 10


def step_of(seconds: int) -> int:
    return seconds // SECONDS_OF_A_STEP


def steps_to_try(step: int, last_used: int | None) -> tuple[int, ...]:
    """The steps whose code is accepted now: one of drift each way, never one used before."""
    window = range(step - STEPS_OF_DRIFT, step + STEPS_OF_DRIFT + 1)
    return tuple(one for one in window if last_used is None or one > last_used)


def matching_step(typed: str, codes: Mapping[int, str]) -> int | None:
    """The step whose code was typed; every code is compared, so that time tells nothing."""
    digits = "".join(letter for letter in typed if letter.isdigit())
    found = [step for step, code in codes.items() if code == digits]
    return found[0] if found else None


def grouped(secret: str) -> str:
    """A key in groups of four, to be typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
