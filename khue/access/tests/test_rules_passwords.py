"""What makes a password too easy to guess."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.access.rules.passwords import LONGEST, SHORTEST, check_password, normalised

ABOUT = ["Nông Thị Hoa", "gv.hoa", "Trường THCS Sao Khuê"]
COMMON = {"iloveyou1", "football1"}


@pytest.mark.parametrize(
    ("password", "key"),
    [
        ("mực tím", "TOO_SHORT"),
        ("x" * 129 + "y", "TOO_LONG"),
        ("aaaaaaaaaa", "REPEATED"),
        ("abcabcabc", "REPEATED"),
        ("abcdefghij", "RUN"),
        ("87654321", "RUN"),
        ("qwertyuiop", "RUN"),
        ("19051985", "BIRTH_DATE"),
        ("19850519", "BIRTH_DATE"),
        ("0912345678", "PHONE"),
        ("ILoveYou1", "COMMON"),
        ("Hoa@1985!!", "CONTEXT"),
        ("nongthihoa1", "CONTEXT"),
        ("GV.Hoa2026", "CONTEXT"),
        ("saokhue2026", "CONTEXT"),
        ("Khuê@2026", "CONTEXT"),
        ("matkhau123", "CONTEXT"),
    ],
)
def test_an_easy_password_is_refused_with_its_reason(password: str, key: str) -> None:
    refusal = check_password(password, common=COMMON, about=ABOUT)
    assert refusal is not None
    assert refusal.key == key
    assert refusal.sentence.endswith(".")


@pytest.mark.parametrize(
    "password",
    ["con mèo trèo cây cau", "hoa-mèo-xanh-lá", "92847561", "Xin chào buổi sáng", "mực tím giấy"],
)
def test_a_phrase_without_digits_or_capitals_will_do(password: str) -> None:
    assert check_password(password, common=COMMON, about=ABOUT) is None


@given(st.text(min_size=0, max_size=SHORTEST - 1))
def test_nothing_shorter_than_eight_passes(password: str) -> None:
    refusal = check_password(password)
    assert refusal is not None
    assert refusal.key == "TOO_SHORT"


@given(st.text(min_size=LONGEST + 1, max_size=LONGEST + 40).map(normalised))
def test_nothing_is_cut_off_in_silence(password: str) -> None:
    if len(password) > LONGEST:
        refusal = check_password(password)
        assert refusal is not None


@given(st.text(max_size=60))
def test_two_keyboards_give_one_password(password: str) -> None:
    taken_apart = unicodedata.normalize("NFD", password)
    assert normalised(taken_apart) == normalised(password)
    assert check_password(taken_apart) == check_password(password)
