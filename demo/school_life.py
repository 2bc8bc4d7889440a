"""Every school day of the demonstration: attendance, the class diary, messages, the gate."""

from __future__ import annotations

from datetime import datetime

from demo.acting import acting_login
from demo.attending import tell_attendance
from demo.cast import Member
from demo.diary import tell_diary
from demo.gate import tell_gate
from demo.letters import tell_letters
from demo.places import Places
from khue.ledger.api import seal_new_entries

SEED = 20


def tell_school_life(
    members: list[Member], places: Places, now: datetime, seed: int = SEED
) -> None:
    """What happened on the days up to now, so that every first page has something to tell."""
    people = {member.key: acting_login(member.login, now) for member in members}
    tell_attendance(places, people, now, seed)
    tell_diary(places, people, now, seed)
    tell_gate(places, people, now, seed)
    tell_letters(places, people, now, seed)
    seal_new_entries(now=now)
