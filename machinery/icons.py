"""Draw the icons of the installed app from the logo: round ones, and full ones for masks.

Typed once after a change of the logo: .venv/bin/python -m machinery.icons; the files are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image, ImageDraw

BRAND = Path(__file__).resolve().parent.parent / "frontend" / "src" / "brand"
SIZES = (192, 512)
VIEW, FINER = 32, 8
# A mask may cut a fifth away on each side; the star stays within.
SAFE = 0.72
STEP = re.compile(r"([MLz])([\d.]+)?(?: ([\d.]+))?")


def main() -> None:
    ink, star = _read_logo((BRAND / "khue.svg").read_text("utf-8"))
    for size in SIZES:
        _save(_round(ink, star, size), f"khue-{size}.png", size)
        _save(_full(ink, star, size), f"khue-maskable-{size}.png", size)


def _read_logo(svg: str) -> tuple[str, list[tuple[float, float]]]:
    """The ink of the disc and the corners of the star."""
    ink = re.search(r'<circle[^>]*fill="(#\w+)"', svg)
    path = re.search(r'\sd="([^"]+)"', svg)
    if ink is None or path is None:
        raise ValueError("The logo has no disc or no star.")
    corners = [(float(x), float(y)) for act, x, y in STEP.findall(path[1]) if act != "z"]
    return ink[1], corners


def _round(ink: str, star: list[tuple[float, float]], size: int) -> Image.Image:
    drawn = Image.new("RGBA", (size * FINER, size * FINER), (0, 0, 0, 0))
    scale = size * FINER / VIEW
    pen = ImageDraw.Draw(drawn)
    pen.ellipse([scale, scale, scale * (VIEW - 1), scale * (VIEW - 1)], fill=ink)
    pen.polygon([(x * scale, y * scale) for x, y in star], fill="#ffffff")
    return drawn


def _full(ink: str, star: list[tuple[float, float]], size: int) -> Image.Image:
    drawn = Image.new("RGB", (size * FINER, size * FINER), ink)
    scale, middle = size * FINER / VIEW * SAFE, size * FINER / 2
    placed = [(middle + (x - VIEW / 2) * scale, middle + (y - VIEW / 2) * scale) for x, y in star]
    ImageDraw.Draw(drawn).polygon(placed, fill="#ffffff")
    return drawn


def _save(drawn: Image.Image, name: str, size: int) -> None:
    small = drawn.resize((size, size), Image.Resampling.LANCZOS)
    small.save(BRAND / "installed" / name, optimize=True)


if __name__ == "__main__":
    main()
