"""Stretches of days in the database, both ends inclusive; a missing end is open."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField, RangeBoundary
from django.db.models import Func


class Days(Func):
    """The range of days between two columns."""

    function = "daterange"
    output_field = DateRangeField()


def days_between(first: str, last: str) -> Days:
    """The days from one column to another, for an exclusion constraint."""
    return Days(first, last, RangeBoundary(inclusive_lower=True, inclusive_upper=True))
