"""How a closing of the year comes in: the first day, and where each pupil goes."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from khue.gradebook.forms.evidence import day_field

PREFIX = "em-"
CHOICES = {"ra-truong": 0, "de-sau": -1}


class ClosingForm(forms.Form):
    """Ngày vào lớp mới."""

    first_day = day_field("Ngày vào lớp mới")


def read_choices(given: Mapping[str, str]) -> dict[int, int]:
    """Where each pupil goes: a class, out of school, or not yet; what is unreadable is left out."""
    found = {}
    for name, value in given.items():
        student = name.removeprefix(PREFIX)
        wanted = CHOICES.get(value, _number(value))
        if name.startswith(PREFIX) and _number(student) is not None and wanted is not None:
            found[int(student)] = wanted
    return found


def _number(text: str) -> int | None:
    plain = text.isascii() and text.isdecimal() and len(text) <= 18
    return int(text) if plain else None
