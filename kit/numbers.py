"""Numbers as Vietnamese schools write them: marks in tenths, exact rounding, printing."""

import re

from kit.refusal import Refusal

_MARK = re.compile(r"(\d{1,3})(?:[.,](\d+))?", re.ASCII)
HIGHEST_MARK = 100
_FIRST_SHORTENED = 20

_EMPTY = "Ô điểm đang trống."
_NOT_A_NUMBER = "“{text}” không phải là điểm. Hãy nhập số từ 0 đến 10, ví dụ 7,5."
_AMBIGUOUS = "“{text}” chưa rõ là điểm nào. Hãy viết đủ dấu phẩy, ví dụ 0,5 hoặc 5,0."
_TOO_MANY_DECIMALS = (
    "“{text}” có quá một chữ số sau dấu phẩy. Điểm chỉ lấy đến một chữ số thập phân."
)
_OUT_OF_RANGE = "“{text}” nằm ngoài thang điểm. Điểm phải từ 0 đến 10."
_JUST_ABOVE = (
    "“{text}” lớn hơn 10, ngoài thang điểm. Nếu là {meant}, hãy viết đủ dấu phẩy; "
    "cách viết tắt bỏ dấu phẩy chỉ dùng từ 20 (2,0) trở lên."
)


def _refuse(key: str, sentence: str, text: str) -> Refusal:
    return Refusal(key, sentence.format(text=text), {"text": text})


def _integer_in_tenths(digits: str) -> int | Refusal:
    """7 is 7,0; 10 and 100 are 10,0; from 20 to 99 the comma was left out: 85 is 8,5.

    11 to 19 are refused: far oftener a slip on 1 or 10, or a mark of another scale, than
    the rare 1,1 to 1,9, which must be written in full.
    """
    number = int(digits)
    if len(digits) > 1 and digits[0] == "0":
        return _refuse("AMBIGUOUS", _AMBIGUOUS, digits)
    if number <= 10:
        return number * 10
    if number < _FIRST_SHORTENED:
        meant = print_mark(number)
        return Refusal(
            "OUT_OF_RANGE", _JUST_ABOVE.format(text=digits, meant=meant), {"text": digits}
        )
    if number <= HIGHEST_MARK:
        return number
    return _refuse("OUT_OF_RANGE", _OUT_OF_RANGE, digits)


def _decimal_in_tenths(whole: str, decimals: str, text: str) -> int | Refusal:
    if decimals.rstrip("0")[1:]:
        return _refuse("TOO_MANY_DECIMALS", _TOO_MANY_DECIMALS, text)
    tenths = int(whole) * 10 + int(decimals[0])
    if tenths > HIGHEST_MARK:
        return _refuse("OUT_OF_RANGE", _OUT_OF_RANGE, text)
    return tenths


def _as_typed(value: str | float) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip(" \t\u00a0")


def parse_mark(value: str | float) -> int | Refusal:
    """Read one mark into tenths: "8,5", "8.5" and the quick form "85" are all 85."""
    text = _as_typed(value)
    if not text:
        return Refusal("EMPTY", _EMPTY)
    found = _MARK.fullmatch(text)
    if found is None:
        out_of_scale = re.fullmatch(r"-?\d+([.,]\d+)?", text, re.ASCII)
        if out_of_scale:
            return _refuse("OUT_OF_RANGE", _OUT_OF_RANGE, text)
        return _refuse("NOT_A_NUMBER", _NOT_A_NUMBER, text)
    whole, decimals = found.groups()
    return _decimal_in_tenths(whole, decimals, text) if decimals else _integer_in_tenths(whole)


def print_mark(tenths: int, *, whole_with_decimal: bool = True) -> str:
    """Print 75 as "7,5" and 80 as "8,0" (or "8" where a book wants it short)."""
    whole, decimal = divmod(tenths, 10)
    if decimal == 0 and not whole_with_decimal:
        return str(whole)
    return f"{whole},{decimal}"


def round_half_up_ratio(numerator: int, denominator: int) -> int:
    """The integer nearest to numerator/denominator; a tie goes up. Exact, no floats."""
    if denominator <= 0:
        msg = "the denominator must be positive"
        raise ValueError(msg)
    return (2 * numerator + denominator) // (2 * denominator)


def print_integer(number: int) -> str:
    """Print 1280 as "1.280"."""
    return f"{number:,}".replace(",", ".")


def print_ratio(numerator: int, denominator: int, *, decimals: int = 1) -> str:
    """Print a share of a hundred, half up: 39 of 40 is "97,5"."""
    if denominator == 0:
        return "0" if decimals == 0 else "0," + "0" * decimals
    scale = 10**decimals
    whole, rest = divmod(round_half_up_ratio(numerator * 100 * scale, denominator), scale)
    return print_integer(whole) + (f",{rest:0{decimals}d}" if decimals else "")


def whole_number(text: str, *, digits: int = 18) -> int | None:
    """Number of an address or a form: plain figures only, so that nothing else reaches a query."""
    short = text.isascii() and text.isdecimal() and len(text) <= digits
    return int(text) if short else None
