"""The documents lead where they say, and the table of settings is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from machinery.surroundings import ROOT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SETTING = re.compile(
    r"(?:required|optional|switched_on|named_values|json_table|environ\.get)"
    r"""\(\s*"([A-Z0-9_]+)"|environ\["([A-Z0-9_]+)"\]"""
)
SPEAKING = ["config", "kit", "khue", "machinery", "tests/database.py", "tests/site.py"]
NOT_OURS = {"PATH", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
MOST_BYTES = 200 * 1024


def documents() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    missing = [
        target
        for target in LINK.findall(document.read_text())
        if "://" not in target
        and not target.startswith(("#", "mailto:"))
        and not (document.parent / target.partition("#")[0]).exists()
    ]
    assert not missing


def settings_in_code() -> set[str]:
    places = [ROOT / name for name in SPEAKING]
    files = [
        file for place in places for file in ([place] if place.suffix else place.rglob("*.py"))
    ]
    found = {
        first or second
        for file in files
        if "tests" not in file.relative_to(ROOT).parts[1:-1]
        for first, second in SETTING.findall(file.read_text())
    }
    return found - NOT_OURS


def test_the_table_of_settings_names_every_setting_and_no_other() -> None:
    table = (ROOT / "docs" / "reference" / "settings.md").read_text()
    told = set(re.findall(r"^\| `([A-Z0-9_]+)`", table, re.MULTILINE))
    assert told == settings_in_code()


def test_pictures_are_light_and_shown_somewhere() -> None:
    shown = "\n".join(document.read_text() for document in documents())
    for picture in (ROOT / "docs" / "images").glob("*.png"):
        assert picture.stat().st_size <= MOST_BYTES, picture.name
        assert picture.name in shown
