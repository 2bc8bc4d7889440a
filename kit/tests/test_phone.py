"""Phone numbers of families come in many forms and are kept in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.phone import parse_phone, phone_e164, print_phone
from kit.refusal import Refusal


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "(091) 234-5678",
        "+84912345678",
        "+84 (0)912345678",
        "84912345678",
        "0084912345678",
        "912345678",
        912345678,
        912345678.0,
    ],
)
def test_one_number_in_many_forms(typed: str | float) -> None:
    assert parse_phone(typed) == "0912345678"


def test_an_eleven_digit_number_of_before_2018_is_shortened() -> None:
    assert parse_phone("01681234567") == "0381234567"


@pytest.mark.parametrize(
    "typed",
    ["", "113", "091234567", "09123456789", "0212345678", "số của mẹ", "０９１２３４５６７８"],
)
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    refusal = parse_phone(typed)
    assert isinstance(refusal, Refusal)
    assert refusal.key == ("EMPTY" if not typed else "NOT_A_PHONE")


@given(st.from_regex(r"\A0[35789][0-9]{8}\Z"))
def test_every_printed_form_reads_back(number: str) -> None:
    assert parse_phone(print_phone(number)) == number
    assert parse_phone(phone_e164(number)) == number


@given(st.text(max_size=14))
def test_what_is_kept_has_ten_digits(text: str) -> None:
    number = parse_phone(text)
    assert isinstance(number, Refusal) or (len(number) == 10 and number.isascii())
