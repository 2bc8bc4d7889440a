"""How the writing of the gradebook comes in."""

from khue.gradebook.forms.grid import SaveRequest, SaveUnreadable, read_save

__all__ = ["SaveRequest", "SaveUnreadable", "read_save"]
