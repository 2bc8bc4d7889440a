"""Why an act about a submission cannot be done."""

from __future__ import annotations


class SectorRefused(Exception):
    """The text is the Vietnamese sentence for the person."""
