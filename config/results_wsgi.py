"""The WSGI entry of results day: neither Django nor the database is loaded.

Its surroundings tell it where the published files lie, the key that opens them, and how much one
process lets through.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

from khue.answers.rules.keys import derived_key
from khue.answers.serving.desk import Desk, Limits

ROOT = Path(__file__).resolve().parent.parent


def answers_key() -> str:
    """The key of look-ups: given, or made from the key of fields where a process may know both."""
    return os.environ.get("KHUE_ANSWERS_KEY") or derived_key(os.environ["KHUE_FIELD_KEY"])


def limits() -> Limits:
    """How much one process lets through."""
    rate = float(os.environ.get("KHUE_ANSWERS_RATE") or Limits.per_second)
    guesses = int(os.environ.get("KHUE_ANSWERS_GUESSES") or Limits.guesses)
    return Limits(per_second=rate, at_once=max(1, int(rate)), guesses=guesses)


application = Desk(
    folder=Path(os.environ.get("KHUE_DATA_DIR") or ROOT / "var" / "data") / "answers",
    key_hex=answers_key(),
    limits=limits(),
    proxies=int(os.environ.get("KHUE_TRUSTED_PROXIES") or 0),
)
# What stands after the start stays for good: the collector need not walk through it again.
gc.collect()
gc.freeze()
