"""The glossary points at files that exist."""

import re
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
GLOSSARY = HOUSE / "docs" / "glossary.md"
_LINK = re.compile(r"\]\(\.\./([^)]+)\)")


def test_every_file_of_the_glossary_exists() -> None:
    links = _LINK.findall(GLOSSARY.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (HOUSE / link).exists()] == []
