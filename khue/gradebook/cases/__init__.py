"""Trường hợp kiểm tra của sổ điểm: the sections whose rules this context owns."""

from khue.gradebook.cases import old_years, primary, results, subjects, years


def register() -> None:
    """Make every section of the gradebook known to `manage.py check_rules`."""
    for part in (subjects, results, years, primary, old_years):
        part.register()
