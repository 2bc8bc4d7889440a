"""Every declared pair of colours is readable (WCAG 2.2 AA), in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "frontend" / "src" / "css" / "tokens.css"
TEXT, CONTROL = 4.5, 3.0
GROUNDS = ["paper", "sheet", "deep", "ink-wash"]
PAIRS = [
    *[("text", ground, TEXT) for ground in GROUNDS],
    *[("text-soft", ground, TEXT) for ground in GROUNDS],
    *[("ink", ground, TEXT) for ground in GROUNDS],
    *[("ink-strong", ground, TEXT) for ground in GROUNDS],
    *[(tone, ground, TEXT) for tone in ("red", "green", "amber", "blue") for ground in GROUNDS],
    *[(tone, f"{tone}-wash", TEXT) for tone in ("red", "green", "amber", "blue")],
    *[("text", f"{tone}-wash", TEXT) for tone in ("red", "green", "amber", "blue")],
    ("text", "rule", TEXT),
    ("text", "rule-strong", TEXT),
    ("red", "rule", TEXT),
    ("on-ink", "ink", TEXT),
    ("on-ink", "ink-strong", TEXT),
    ("on-red", "red", TEXT),
    ("on-red", "red-strong", TEXT),
    ("sheet", "text", TEXT),
    ("line-strong", "sheet", CONTROL),
    ("line-strong", "paper", CONTROL),
]


def themes() -> dict[str, dict[str, str]]:
    """Colours by theme: light, dark by the device's wish, dark by choice."""
    css = TOKENS.read_text("utf-8")
    blocks = re.findall(r"(:root[^{]*)\{([^}]*)\}", css)
    coloured = [body for _, body in blocks if "--paper:" in body]
    names = ["light", "dark by device", "dark by choice"]
    found = [dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", body)) for body in coloured]
    return dict(zip(names, found, strict=True))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", themes().values(), ids=themes().keys())
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colour_is_readable_on_its_ground(
    theme: dict[str, str], ink: str, ground: str, least: float
) -> None:
    assert contrast(theme[ink], theme[ground]) >= least


def test_both_ways_into_dark_show_the_same_colours() -> None:
    assert themes()["dark by device"] == themes()["dark by choice"]


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
