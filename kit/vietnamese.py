"""Vietnamese writing: tidy text, search without diacritics, dictionary order, same names.

The order is that of ICU's `vi` locale, packed into an ASCII key, so that any PostgreSQL sorts
it with COLLATE "C". The key compares letters first, then tones, then capitals.
"""

import unicodedata
from functools import lru_cache

_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_OTHER_MARK = "6"
# "~" stands above every letter: ă is "a~", so it follows az and precedes b.
_LETTER_WITH_MARK = {
    ("a", _BREVE): "a~",
    ("a", _CIRCUMFLEX): "a~~",
    ("e", _CIRCUMFLEX): "e~",
    ("o", _CIRCUMFLEX): "o~",
    ("o", _HORN): "o~~",
    ("u", _HORN): "u~",
}
_PUNCTUATION = "_-,;:!?./'‘’\"“”()[]{}§@*\\&#%`^+<=>|~$"
_LEVEL, _PART, _SPACE = "!", " ", "$"


def tidy(text: str) -> str:
    """Compose the diacritics (NFC) and leave single spaces between words."""
    return " ".join(unicodedata.normalize("NFC", text).split()) if text else ""


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in "đĐ":
        return "d" if character == "đ" else "D"
    parts = unicodedata.normalize("NFD", character)
    return "".join(part for part in parts if not unicodedata.combining(part))


def fold(text: str) -> str:
    """Take the diacritics away and keep the case: "Đặng Thị Huế" becomes "Dang Thi Hue"."""
    return "".join(map(_plain, unicodedata.normalize("NFC", text)))


def search_key(text: str) -> str:
    """What two spellings of one word share when typed without diacritics."""
    return fold(tidy(text)).lower()


def _other_letter(character: str) -> str:
    place = _PUNCTUATION.find(character)
    if place >= 0:
        return "*" + chr(ord("A") + place)
    return "{" + format(ord(character), "06x")


def _letter(base: str, marks: str) -> tuple[str, str]:
    """The letter's place in the alphabet, and the marks that remain as tones."""
    if base == "đ":
        return "d~", marks
    for mark in marks:
        if (base, mark) in _LETTER_WITH_MARK:
            return _LETTER_WITH_MARK[base, mark], marks.replace(mark, "", 1)
    if base == " ":
        return _SPACE, marks
    return (base if base.isascii() and base.isalnum() else _other_letter(base)), marks


@lru_cache(maxsize=4096)
def _weights(character: str) -> tuple[str, str, str]:
    decomposed = unicodedata.normalize("NFD", character)
    base, marks = decomposed[0], decomposed[1:]
    letter, tones = _letter(base.lower()[:1], marks)
    tone = "0" + "".join(_TONES.get(mark, _OTHER_MARK) for mark in tones)
    return letter, tone, "1" if base.isupper() else "0"


def alphabet_key(text: str) -> str:
    """The place of a text in Vietnamese alphabetical order, as ASCII."""
    weights = [_weights(character) for character in tidy(text)]
    letters = "".join(weight[0] for weight in weights)
    tones = "".join(weight[1] for weight in weights).rstrip("0")
    capitals = "".join(weight[2] for weight in weights).rstrip("0")
    return f"{letters}{_LEVEL}{tones}{_LEVEL}{capitals}"


def given_name(full_name: str) -> str:
    """Tên: the last word of a Vietnamese name."""
    return tidy(full_name).rpartition(" ")[2]


def family_and_middle_name(full_name: str) -> str:
    """Họ và tên đệm: every word before the given name."""
    return tidy(full_name).rpartition(" ")[0]


def given_name_key(full_name: str) -> str:
    """The place in a class list: by given name, then by family and middle name."""
    family = family_and_middle_name(full_name)
    return alphabet_key(given_name(full_name)) + _PART + alphabet_key(family)


def _letters_and_tones(word: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFD", word)
    letters = "".join(part for part in decomposed if part not in _TONES)
    return letters, "".join(part for part in decomposed if part in _TONES)


def same_name(one: str, other: str) -> bool:
    """Equal with diacritics, whatever the case and the place of the tone: Hòa is Hoà.

    The letters i and y stay different: Lý is not Lí.
    """
    words, others = tidy(one).upper().split(), tidy(other).upper().split()
    return [_letters_and_tones(word) for word in words] == [
        _letters_and_tones(word) for word in others
    ]


def _capitalise(word: str) -> str:
    pieces = word.replace("’", "'").split("'")
    return "'".join("-".join(part.capitalize() for part in piece.split("-")) for piece in pieces)


def capitalise_name(text: str) -> str:
    """Write each word of a person's name with a capital: "nguyễn THỊ lan", "h'mông y-ni"."""
    return " ".join(_capitalise(word) for word in tidy(text).split())
