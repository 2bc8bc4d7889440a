"""Files stay short, pages stay strict, lock files stay silent about where things come from."""

import re
from pathlib import Path

import pytest

from machinery.surroundings import ROOT
from tests.architecture.house import OURS, calls, place, python_files

LONGEST, LONGEST_TEST = 400, 600
INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style\b|<script(?![^>]*\ssrc=)[^>]*>|javascript:""",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|\"resolved\"")
LOCKS = ["requirements/bootstrap.txt", "requirements/base.txt", "requirements/dev.txt"]


def _sources() -> list[Path]:
    scripts = [
        path for path in (ROOT / "frontend").rglob("*.ts") if "node_modules" not in str(path)
    ]
    return [path for path in python_files(*OURS) if "migrations" not in path.parts] + scripts


def _templates() -> list[Path]:
    shell = (ROOT / "frontend" / "templates").rglob("*.html")
    return sorted([*(ROOT / "khue").rglob("*.html"), *shell])


def test_no_file_outgrows_a_reader() -> None:
    long = {}
    for path in _sources():
        limit = LONGEST_TEST if "tests" in path.parts else LONGEST
        lines = len(path.read_text().splitlines())
        if lines > limit:
            long[place(path)] = lines
    assert long == {}


def test_no_template_carries_style_or_script() -> None:
    found = [
        place(path, number)
        for path in _templates()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("lock", [*LOCKS, "frontend/package-lock.json"])
def test_lock_file_names_no_registry(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if ADDRESS.search(line) and '"url"' not in line] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^[a-z0-9._-]+==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)) > 0


def test_no_test_is_put_aside() -> None:
    aside = {"skip", "skipif", "xfail", "importorskip"}
    tests = [path for path in python_files(*OURS) if path.name.startswith("test_")]
    found = [place(path, line) for path in tests for name, line in calls(path) if name in aside]
    assert found == []
