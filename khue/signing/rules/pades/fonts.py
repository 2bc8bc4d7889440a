"""Phông chữ trong PDF: the letters of Tinos that a look shows, embedded, with their meaning."""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from khue.signing.rules.pades.syntax import UnfitPdf, dictionary
from khue.signing.rules.pades.update import Increment

FACE = Path(__file__).resolve().parents[3] / "papers" / "fonts" / "Tinos-Regular.ttf"
NO_FONT = "Thiếu bộ chữ Tinos để ghi chữ ký lên trang. Hãy báo người quản trị gõ: make ready"
# A look always tells a time, so that one set of letters serves all signatures of a person.
ALWAYS = "0123456789-:+T ."
EM = 1000
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Letters:
    """A part of the typeface: what stands for each character, how wide it is, and the file."""

    codes: dict[str, int]
    widths: dict[int, int]
    name: bytes
    file: bytes
    length: int
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    capitals: int

    def shown(self, text: str) -> bytes:
        return b"<" + b"".join(b"%04X" % self._code(one) for one in plain(text)) + b">"

    def width(self, text: str) -> int:
        """In thousandths of the size."""
        return sum(self.widths[self._code(one)] for one in plain(text))

    def _code(self, character: str) -> int:
        return self.codes.get(character, self.codes[UNKNOWN])


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
    options = Options(hinting=False, notdef_outline=True, drop_tables=["kern", "name"])
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    written = io.BytesIO()
    font.save(written)
    return _letters(font, written.getvalue())


def _letters(font: TTFont, file: bytes) -> Letters:
    unit = font["head"].unitsPerEm
    head, wide = font["head"], font["hhea"]
    names = font.getGlyphOrder()
    codes = {chr(code): names.index(glyph) for code, glyph in font.getBestCmap().items()}
    widths = {names.index(one): _em(font["hmtx"][one][0], unit) for one in names}
    tag = hashlib.sha256(file).digest()[:6]
    return Letters(
        codes=codes,
        widths=widths,
        name=b"/" + bytes(65 + one % 26 for one in tag) + b"+Tinos-Regular",
        file=zlib.compress(file, 9),
        length=len(file),
        box=(
            _em(head.xMin, unit),
            _em(head.yMin, unit),
            _em(head.xMax, unit),
            _em(head.yMax, unit),
        ),
        ascent=_em(wide.ascent, unit),
        descent=_em(wide.descent, unit),
        capitals=_em(getattr(font["OS/2"], "sCapHeight", 0) or wide.ascent, unit),
    )


def _em(value: int, unit: int) -> int:
    return round_half_up(value * EM, unit)


def round_half_up(value: int, by: int) -> int:
    return (2 * value + by) // (2 * by)


def embed(increment: Increment, letters: Letters) -> bytes:
    """The font as objects of the file; a reference to it."""
    file = increment.add_stream(
        {b"/Length1": b"%d" % letters.length, b"/Filter": b"/FlateDecode"}, letters.file
    )
    below = dictionary(
        {
            b"/Type": b"/Font",
            b"/Subtype": b"/CIDFontType2",
            b"/BaseFont": letters.name,
            b"/CIDSystemInfo": b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>",
            b"/FontDescriptor": increment.add(_descriptor(letters, file)),
            b"/CIDToGIDMap": b"/Identity",
            b"/W": b"[0 [" + b" ".join(b"%d" % one for one in _in_order(letters)) + b"]]",
        }
    )
    return increment.add(
        dictionary(
            {
                b"/Type": b"/Font",
                b"/Subtype": b"/Type0",
                b"/BaseFont": letters.name,
                b"/Encoding": b"/Identity-H",
                b"/DescendantFonts": b"[" + increment.add(below) + b"]",
                b"/ToUnicode": increment.add_stream({}, _meanings(letters)),
            }
        )
    )


def _in_order(letters: Letters) -> list[int]:
    return [letters.widths[code] for code in sorted(letters.widths)]


def _descriptor(letters: Letters, file: bytes) -> bytes:
    return dictionary(
        {
            b"/Type": b"/FontDescriptor",
            b"/FontName": letters.name,
            b"/Flags": b"4",
            b"/FontBBox": b"[%d %d %d %d]" % letters.box,
            b"/ItalicAngle": b"0",
            b"/Ascent": b"%d" % letters.ascent,
            b"/Descent": b"%d" % letters.descent,
            b"/CapHeight": b"%d" % letters.capitals,
            b"/StemV": b"80",
            b"/FontFile2": file,
        }
    )


def _meanings(letters: Letters) -> bytes:
    """ToUnicode: which character each code means, so that the text can be read and searched."""
    rows = [
        b"<%04X> <%s>" % (code, character.encode("utf-16-be").hex().upper().encode())
        for character, code in letters.codes.items()
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
