"""Vietnamese mobile numbers: one form to keep, one to print, one for networks."""

import re

from kit.refusal import Refusal

# Eleven-digit prefixes were shortened in 2018; lists still hold them.
_OLD_PREFIXES = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039", "0120": "070", "0121": "079",
    "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084",
    "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058",
    "0199": "059",
}  # fmt: skip
_MOBILE = re.compile(r"0[35789]\d{8}", re.ASCII)

_EMPTY = "Số điện thoại đang để trống."
_NOT_A_PHONE = (
    "“{text}” không phải là số điện thoại di động Việt Nam. "
    "Hãy nhập đủ 10 chữ số, ví dụ 0912 345 678."
)


def _national(text: str) -> str:
    digits = re.sub(r"[\s.\-()\u00a0]", "", text)
    digits = re.sub(r"^(\+84|0084|84(?=\d{9,10}$))", "0", digits)
    digits = "0" + digits[2:] if digits.startswith("00") else digits
    if len(digits) == 11:
        return _OLD_PREFIXES.get(digits[:4], digits[:4]) + digits[4:]
    return "0" + digits if re.fullmatch(r"[35789]\d{8}", digits, re.ASCII) else digits


def parse_phone(value: str | float) -> str | Refusal:
    """Read a mobile number into ten digits; a spreadsheet's lost zero is put back."""
    is_number = isinstance(value, float) and value.is_integer()
    text = str(int(value)) if is_number else str(value).strip()
    if not text:
        return Refusal("EMPTY", _EMPTY)
    number = _national(text)
    if _MOBILE.fullmatch(number):
        return number
    return Refusal("NOT_A_PHONE", _NOT_A_PHONE.format(text=text), {"text": text})


def print_phone(number: str) -> str:
    """Print 0912345678 as "0912 345 678"."""
    return f"{number[:4]} {number[4:7]} {number[7:]}"


def phone_e164(number: str) -> str:
    """The international form for networks: +84912345678."""
    return "+84" + number.removeprefix("0")
