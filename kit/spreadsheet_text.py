"""Text that leaves the house in a spreadsheet must stay text and never run as a formula."""

import re

_STARTS_A_FORMULA = re.compile(r"^[\s\u00a0]*[=+\-@|%＝＋－＠\t\r]")
_PLAIN_NUMBER = re.compile(r"[+\-]?\d+([.,]\d+)?", re.ASCII)


def neutralise_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run; numbers stay as they are."""
    if _STARTS_A_FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text
