"""Mã để chọn: the codes that the fields of added data draw from, on a day."""

from __future__ import annotations

from datetime import date

from khue.organisations.api import code_choices
from khue.sector.queries.lists import supplement_fields


def codes_for(part: str, on: date) -> dict[str, list[tuple[str, str]]]:
    """The choices of every list that a part's added data needs."""
    lists = {one.codes for one in supplement_fields(part) if one.codes}
    return {name: code_choices(name, on=on) for name in sorted(lists)}
