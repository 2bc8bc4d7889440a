"""Hình thức chữ ký trên trang PDF: an image in its own proportions, or text that fits its box.

Law: NĐ 30/2020/NĐ-CP, phụ lục I.
"""

from __future__ import annotations

from khue.signing.rules.pades.fonts import Letters, embed, letters_for
from khue.signing.rules.pades.images import Picture, embed_picture, picture_of
from khue.signing.rules.pades.syntax import Entries, dictionary
from khue.signing.rules.pades.update import Increment
from khue.signing.rules.shapes import Holder, PdfLook

BLUE, RED, BLACK = b"0.04 0.20 0.62", b"0.80 0.07 0.09", b"0 0 0"
LARGEST, SMALLEST, STEP = 10.0, 4.0, 0.5
LEADING = 1.2
PADDING, FRAME = 5.0, 0.8
# Letters without marks below stand a little high in their line; this centres them to the eye.
RISE = 0.96
PICTURE_SHARE = 0.62
EM = 1000

Size = tuple[float, float]
Place = tuple[float, float, float, float]


def draw(increment: Increment, look: PdfLook, matrix: bytes) -> bytes:
    """The look as a form of the file; a reference to it."""
    left, bottom, right, top = look.box
    size = (right - left, top - bottom)
    resources: Entries = {}
    content = _content(increment, look, size, resources)
    told: Entries = {
        b"/Type": b"/XObject",
        b"/Subtype": b"/Form",
        b"/BBox": b"[0 0 %.2f %.2f]" % size,
        b"/Matrix": matrix,
        b"/Resources": dictionary(resources),
    }
    return increment.add_stream(told, content)


def _content(increment: Increment, look: PdfLook, size: Size, resources: Entries) -> bytes:
    if look.image and look.lines:
        picture, words = _shared(size)
    else:
        picture = words = (0, 0, *size)
    parts = []
    if look.image:
        parts.append(_picture(increment, look.image, picture, resources))
    if look.lines:
        parts.append(_words(increment, look, words, resources))
    return b"\n".join(parts)


def _shared(size: Size) -> tuple[Place, Place]:
    """The image above and the text below it; in a wide box side by side."""
    width, height = size
    if width > 2 * height:
        edge = width * (1 - PICTURE_SHARE)
        return (0, 0, edge, height), (edge, 0, width, height)
    edge = height * (1 - PICTURE_SHARE)
    return (0, edge, width, height), (0, 0, width, edge)


def _picture(increment: Increment, image: bytes, place: Place, resources: Entries) -> bytes:
    made = picture_of(image)
    resources[b"/XObject"] = dictionary({b"/Anh": embed_picture(increment, made)})
    return b"q %.2f 0 0 %.2f %.2f %.2f cm /Anh Do Q" % _fitted(made, place)


def _fitted(picture: Picture, place: Place) -> Place:
    """Width, height, left and bottom of an image in the middle of its place."""
    left, bottom, right, top = place
    scale = min((right - left) / picture.width, (top - bottom) / picture.height)
    width, height = picture.width * scale, picture.height * scale
    return width, height, (left + right - width) / 2, (bottom + top - height) / 2


def _words(increment: Increment, look: PdfLook, place: Place, resources: Entries) -> bytes:
    letters = letters_for(look.lines)
    resources[b"/Font"] = dictionary({b"/Chu": embed(increment, letters)})
    left, bottom, right, top = place
    room = (right - left - 2 * PADDING, top - bottom - 2 * PADDING)
    size, shown = _set_in(letters, look.lines, room)
    block = _block(place, _widest(letters, shown) * size / EM, len(shown) * size * LEADING)
    if look.plain:
        block = (left, top - block[3] + block[1], left + block[2] - block[0], top)
    frame = b"" if look.plain or look.image else _frame(block, _colour(look))
    return frame + _text(letters, shown, size, block, _colour(look))


def _block(place: Place, width: float, height: float) -> Place:
    """The text with its padding, in the middle of its place."""
    left, bottom, right, top = place
    across, down = width + 2 * PADDING, height + 2 * PADDING
    start, floor = (left + right - across) / 2, (bottom + top - down) / 2
    return start, floor, start + across, floor + down


def _widest(letters: Letters, lines: list[str]) -> int:
    return max(letters.width(line) for line in lines)


def _colour(look: PdfLook) -> bytes:
    if look.plain:
        return BLACK
    return BLUE if look.holder is Holder.PERSON else RED


def _frame(block: Place, colour: bytes) -> bytes:
    left, bottom, right, top = block
    half = FRAME / 2
    sides = (left + half, bottom + half, right - left - FRAME, top - bottom - FRAME)
    return b"q %.1f w %s RG %.2f %.2f %.2f %.2f re S Q\n" % (FRAME, colour, *sides)


def _text(letters: Letters, lines: list[str], size: float, block: Place, colour: bytes) -> bytes:
    first = block[3] - PADDING - size * (letters.ascent / EM + (LEADING - 1) / 2) * RISE
    rows = b" T*\n".join(letters.shown(line) + b" Tj" for line in lines)
    start = (size, size * LEADING, colour, block[0] + PADDING, first)
    return b"q BT /Chu %.1f Tf %.2f TL %s rg %.2f %.2f Td\n%s ET Q" % (*start, rows)


def _set_in(letters: Letters, lines: tuple[str, ...], room: Size) -> tuple[float, list[str]]:
    """The largest size in which the lines, broken between words, fit their room."""
    size = LARGEST
    while True:
        shown = [part for line in lines for part in _broken(letters, line, room[0] * EM / size)]
        low = len(shown) * size * LEADING <= room[1]
        fits = low and all(width * size <= room[0] * EM for _, width in shown)
        if fits or size <= SMALLEST:
            return size, [part for part, _ in shown]
        size -= STEP


def _broken(letters: Letters, line: str, room: float) -> list[tuple[str, int]]:
    """A line in parts that fit the room if they can, and how wide each part is."""
    found: list[tuple[str, int]] = []
    space = letters.width(" ")
    for word in line.split():
        width = letters.width(word)
        if found and found[-1][1] + space + width <= room:
            before, wide = found.pop()
            found.append((f"{before} {word}", wide + space + width))
        else:
            found.append((word, width))
    return found
