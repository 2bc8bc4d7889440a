"""Merge the web subsets of Tinos into whole TrueType files for papers.

python -m machinery.fonts SOURCE TARGET

The registry delivers each face cut into subsets for browsers; a document needs one file a face.
Tinos has the widths of Times New Roman. Licence: SIL Open Font License 1.1.
"""

import sys
from pathlib import Path

from fontTools.merge import Merger, Options
from fontTools.ttLib import TTFont

FACES = {
    "Regular": "400-normal",
    "Bold": "700-normal",
    "Italic": "400-italic",
    "BoldItalic": "700-italic",
}
SUBSETS = ("latin", "latin-ext", "vietnamese")
# Layout tables speak of glyphs by subset; an accented letter is one glyph, so nothing is lost.
LEFT_OUT = ("GSUB", "GPOS", "GDEF", "BASE", "fpgm", "prep", "cvt ", "gasp", "hdmx", "VDMX", "DSIG")
FAMILY = "Tinos"
NAME_RECORDS = {"family": 1, "style": 2, "whole": 4, "postscript": 6}
STYLES = {"Regular": "Regular", "Bold": "Bold", "Italic": "Italic", "BoldItalic": "Bold Italic"}
FONT_EPOCH = 3_786_912_000  # 2024-01-01 in seconds since 1904: the same bytes on every machine


def build_fonts(source: Path, target: Path) -> list[Path]:
    """Write the four faces, and coverage.txt: the code points that all of them can show."""
    target.mkdir(parents=True, exist_ok=True)
    made = [_build(source, target, face) for face in FACES]
    covered = [set(TTFont(face).getBestCmap()) for face in made]
    codes = sorted(set.intersection(*covered))
    (target / "coverage.txt").write_text("".join(f"{code:x}\n" for code in codes))
    return made


def _build(source: Path, target: Path, face: str) -> Path:
    parts = [_part(source, target, subset, face) for subset in SUBSETS]
    merged = Merger(Options(drop_tables=list(LEFT_OUT))).merge([str(part) for part in parts])
    _name(merged, face)
    made = target / f"{FAMILY}-{face}.ttf"
    merged.save(made)
    for part in parts:
        part.unlink()
    return made


def _part(source: Path, target: Path, subset: str, face: str) -> Path:
    """One subset, unpacked: the merger reads plain TrueType."""
    font = TTFont(source / f"tinos-{subset}-{FACES[face]}.woff")
    for table in LEFT_OUT:
        if table in font:
            del font[table]
    for name in font.getGlyphOrder():
        if hasattr(font["glyf"][name], "program"):
            font["glyf"][name].removeHinting()
    font.flavor = None
    part = target / f".{subset}-{face}.ttf"
    font.save(part)
    return part


def _name(font: TTFont, face: str) -> None:
    told = {
        "family": FAMILY,
        "style": STYLES[face],
        "whole": f"{FAMILY} {STYLES[face]}",
        "postscript": f"{FAMILY}-{face}",
    }
    for key, record in NAME_RECORDS.items():
        font["name"].setName(told[key], record, 3, 1, 0x409)
    font["head"].created = font["head"].modified = FONT_EPOCH
    font.recalcTimestamp = False


if __name__ == "__main__":
    build_fonts(Path(sys.argv[1]), Path(sys.argv[2]))
