"""Thông điệp: the records of a school as the sector's fields; what is not held is left out."""

from khue.sector.queries.messages.composing import Composed, compose

__all__ = ["Composed", "compose"]
