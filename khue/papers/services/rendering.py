"""In ra tệp: a template and its data become a PDF file that archives keep (PDF/A-2a, PDF/UA-1)."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import typst

from khue.papers.rules.texts import pattern_of_unprintable, printable

PRODUCT = Path(__file__).resolve().parents[2]
FONTS = PRODUCT / "papers" / "fonts"
PLACES = "<place-to-sign>"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
VIETNAM = timezone(timedelta(hours=7))
NO_FONTS = "Thiếu bộ chữ Tinos để in sổ. Hãy gõ: make ready"

EMPTY = PRODUCT / "papers" / "look" / "empty.typ"
# The compiler keeps what it laid out for ten more papers, for a book 150 MB each time. Empty papers
# push a big one out, in a sixth of the time that it took; the reader does not wait for that.
BIG_DATA = 100_000
FORGETS_AFTER = 11

# The compiler may be used by one thread at a time.
_alone = threading.Lock()


class FontsMissing(Exception):
    """The typefaces have not been built."""


class PaperBroken(Exception):
    """A template failed; the text says where. A mistake of the house, never of the person."""


def render_pdf(template: Path, data: object, *, title: str, at: datetime) -> bytes:
    """The file of a template, the same bytes for the same data and time.

    `data` is plain values and dataclasses; every text in it is shown as it is, never read as
    markup. `template` stands inside the product and reads `json(bytes(sys.inputs.data))`.
    """
    pages = _compiled(template, data, title, at, format="pdf", pdf_standards=STANDARDS)
    return pages if isinstance(pages, bytes) else b"".join(pages)


@dataclass(frozen=True, slots=True)
class SigningPlace:
    """Chỗ ký: under which words somebody signs; page from 0, box in points from the lower left."""

    who: str
    page: int
    box: tuple[float, float, float, float]


def render_to_sign(
    template: Path, data: object, *, title: str, at: datetime
) -> tuple[bytes, tuple[SigningPlace, ...]]:
    """The same file, and where people sign on it, in the order of the pages."""
    given = _given(data, title)
    with _alone, _naming(template):
        pages = _made(template, given, at, format="pdf", pdf_standards=STANDARDS)
        found = json.loads(_compiler().query(PLACES, field="value"))
    content = pages if isinstance(pages, bytes) else b"".join(pages)
    return content, tuple(_place(one) for one in found)


def _place(told: dict[str, Any]) -> SigningPlace:
    left, top = told["x"], told["paper"] - told["y"]
    box = (left, top - told["height"], left + told["width"], top)
    return SigningPlace(told["who"], told["page"] - 1, box)


def render_pages(
    template: Path, data: object, *, title: str, at: datetime, dots_per_inch: float = 72
) -> list[bytes]:
    """The pages as pictures (PNG), to look at."""
    pages = _compiled(template, data, title, at, format="png", ppi=dots_per_inch)
    return [pages] if isinstance(pages, bytes) else pages


def _compiled(
    template: Path, data: object, title: str, at: datetime, **wanted: Any
) -> bytes | list[bytes]:
    given = _given(data, title)
    with _alone, _naming(template):
        return _made(template, given, at, **wanted)


def _given(data: object, title: str) -> dict[str, str]:
    return {"data": as_shown(data), "title": json.loads(as_shown(title))}


@contextmanager
def _naming(template: Path) -> Iterator[None]:
    """A mistake in a template tells its name."""
    try:
        yield
    except typst.TypstError as broken:
        raise PaperBroken(f"{template.name}: {broken.diagnostic or broken.message}") from broken


def _made(
    template: Path, given: dict[str, str], at: datetime, **wanted: Any
) -> bytes | list[bytes]:
    stamp = at.astimezone(VIETNAM).replace(microsecond=0)
    made = _compiler().compile(input=template, sys_inputs=given, timestamp=stamp, **wanted)
    if len(given["data"]) > BIG_DATA:
        threading.Thread(target=_forget, name="khue-papers-forget").start()
    return made or []


def _forget() -> None:
    with _alone:
        for _ in range(FORGETS_AFTER):
            _compiler().compile(input=EMPTY, sys_inputs={}, format="pdf")


def as_shown(data: object) -> str:
    """The data as JSON that the typefaces can show."""
    return printable(json.dumps(data, ensure_ascii=False, default=vars), _unprintable())


@cache
def _compiler() -> typst.Compiler:
    if not list(FONTS.glob("*.ttf")):
        raise FontsMissing(NO_FONTS)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(root=PRODUCT, font_paths=fonts, ignore_system_fonts=True)


@cache
def _unprintable() -> re.Pattern[str]:
    coverage = FONTS / "coverage.txt"
    if not coverage.exists():
        raise FontsMissing(NO_FONTS)
    return pattern_of_unprintable(int(code, 16) for code in coverage.read_text().split())
