"""Năm học đang chạy: the year that lists without a year of their own are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from khue.access.api import Actor, reach
from khue.interchange.rules.scopes import permissions_of
from khue.organisations.api import current_year, school_year_of


def running_year(actor: Actor, scopes: Iterable[str], today: date) -> int:
    """The year that runs in the province of the first place where a scope holds."""
    paths = [path for one in permissions_of(scopes) for path in reach(actor, one).paths]
    provinces = [int(path.strip("/").split("/")[1]) for path in paths]
    card = current_year(provinces[0], today) if provinces else None
    return card.start_year if card else school_year_of(today)
