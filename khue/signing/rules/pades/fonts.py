"""Phông chữ trong PDF: the letters of Tinos that a look shows, embedded, with their meaning."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from khue.signing.rules.pades.syntax import Entries, UnfitPdf
from khue.signing.rules.pades.update import Increment

FACE = Path(__file__).resolve().parents[3] / "papers" / "fonts" / "Tinos-Regular.ttf"
NO_FONT = "Thiếu bộ chữ Tinos để ghi chữ ký lên trang. Hãy báo người quản trị gõ: make ready"
# A look always tells a time, so that one set of letters serves all signatures of a person.
ALWAYS = "0123456789-:+T ."
EM = 1000
UNKNOWN = "?"


@dataclass(frozen=True, eq=False)
class Letters:
    """A part of the typeface: what stands for each character, how wide it is, and the file.

    `described`, `listed` and `meanings` are the same in every PDF, so they are written once.
    """

    codes: dict[str, bytes]
    widths: dict[str, int]
    ascent: int
    length: int
    name: bytes
    file: bytes
    described: bytes
    listed: bytes
    meanings: bytes

    def shown(self, text: str) -> bytes:
        unknown = self.codes[UNKNOWN]
        return b"<" + b"".join([self.codes.get(one, unknown) for one in plain(text)]) + b">"

    def width(self, text: str) -> int:
        """In thousandths of the size."""
        return _width(self, text)


@lru_cache(maxsize=8192)
def _width(letters: Letters, text: str) -> int:
    unknown = letters.widths[UNKNOWN]
    return sum([letters.widths.get(one, unknown) for one in plain(text)])


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def letters_for(lines: tuple[str, ...]) -> Letters:
    """The letters of some lines, made once for each set of letters."""
    return _subset("".join(sorted({*plain("".join(lines)), *ALWAYS, UNKNOWN})))


@lru_cache(maxsize=256)
def _subset(characters: str) -> Letters:
    if not FACE.is_file():
        raise UnfitPdf(NO_FONT)
    font = TTFont(FACE, recalcTimestamp=False)
    from fontTools.subset import Options, Subsetter  # slow to load, and few processes draw

    options = Options(hinting=False, notdef_outline=True, drop_tables=["kern", "name"])
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    written = io.BytesIO()
    font.save(written)
    return _letters(font, written.getvalue())


def _letters(font: TTFont, file: bytes) -> Letters:
    unit, names = font["head"].unitsPerEm, font.getGlyphOrder()
    numbers = {chr(code): names.index(glyph) for code, glyph in font.getBestCmap().items()}
    across = [_em(font["hmtx"][one][0], unit) for one in names]
    tag = bytes(65 + one % 26 for one in hashlib.sha256(file).digest()[:6])
    name = b"/" + tag + b"+Tinos-Regular"
    return Letters(
        codes={character: b"%04X" % number for character, number in numbers.items()},
        widths={character: across[number] for character, number in numbers.items()},
        ascent=_em(font["hhea"].ascent, unit),
        length=len(file),
        name=name,
        file=zlib.compress(file, 9),
        described=_described(font, unit, name),
        listed=b"[0 [" + b" ".join(b"%d" % one for one in across) + b"]]",
        meanings=_meanings(numbers),
    )


def _em(value: int, unit: int) -> int:
    """In thousandths of the size, halves upwards."""
    return (2 * value * EM + unit) // (2 * unit)


def _described(font: TTFont, unit: int, name: bytes) -> bytes:
    """The measures of the typeface, without the end of the dictionary."""
    head, wide = font["head"], font["hhea"]
    box = [_em(side, unit) for side in (head.xMin, head.yMin, head.xMax, head.yMax)]
    capitals = getattr(font["OS/2"], "sCapHeight", 0) or wide.ascent
    measures = [_em(one, unit) for one in (wide.ascent, wide.descent, capitals)]
    return (
        b"<</Type /FontDescriptor/FontName " + name + b"/Flags 4/ItalicAngle 0/StemV 80"
        b"/FontBBox [%d %d %d %d]"
        % (box[0], box[1], box[2], box[3])
        + b"/Ascent %d/Descent %d/CapHeight %d" % (measures[0], measures[1], measures[2])
        + b"/FontFile2 "
    )


def embed(increment: Increment, letters: Letters) -> bytes:
    """The font as objects of the file; a reference to it."""
    told: Entries = {b"/Length1": b"%d" % letters.length, b"/Filter": b"/FlateDecode"}
    file = increment.add_stream(told, letters.file)
    described = increment.add(letters.described + file + b">>")
    below = increment.add(
        b"<</Type /Font/Subtype /CIDFontType2/BaseFont %s"
        b"/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)/Supplement 0>>"
        b"/FontDescriptor %s/CIDToGIDMap /Identity/W %s>>"
        % (letters.name, described, letters.listed)
    )
    meanings = increment.add_stream({}, letters.meanings)
    return increment.add(
        b"<</Type /Font/Subtype /Type0/BaseFont %s/Encoding /Identity-H"
        b"/DescendantFonts [%s]/ToUnicode %s>>" % (letters.name, below, meanings)
    )


def _meanings(numbers: dict[str, int]) -> bytes:
    """ToUnicode: which character each code means, so that the text can be read and searched."""
    rows = [
        b"<%04X> <%s>" % (number, character.encode("utf-16-be").hex().upper().encode())
        for character, number in numbers.items()
    ]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    told = [b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks]
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + b"\n".join(told)
        + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
