"""How a text becomes parts of an SMS: the published cases, and what holds for every text."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from khue.messaging.rules.masks import masked
from khue.messaging.rules.segments import (
    GSM7,
    PART,
    SINGLE,
    Segments,
    concatenation_header,
    decode_gsm,
    encode_gsm,
    encode_part,
    encoding_of,
    parts_of,
    segments_of,
    shortened,
    without_diacritics,
)

VECTORS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "sms.yaml").read_text(encoding="utf-8")
)["sms"]
GSM_LETTERS = st.sampled_from("aZ09 @£éèàùìòÇØΔΩñß\n[]{}^~|\\€")
VIETNAMESE = st.sampled_from("aăâđêôơưạảãáàĐỘ 😀[")
TEXTS = st.one_of(st.text(GSM_LETTERS, max_size=700), st.text(VIETNAMESE, max_size=400))


@pytest.mark.parametrize("case", VECTORS, ids=[case["id"] for case in VECTORS])
def test_published_case(case: dict[str, Any]) -> None:
    text = "".join(piece * times for piece, times in case["build"])
    found = segments_of(text)
    expected = (case["encoding"], case["units"], case["segments"])
    assert (found.encoding, found.units, found.segments) == expected


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("a" * 306, "GSM7", 2),
        ("a" * 459, "GSM7", 3),
        ("Đ", "UCS2", 1),
        ("ạ" * 71, "UCS2", 2),
        ("ạ" * 135, "UCS2", 3),
        ("😀" * 36, "UCS2", 2),
        ("", "GSM7", 1),
    ],
)
def test_the_table_of_the_standard(text: str, encoding: str, parts: int) -> None:
    found = segments_of(text)
    assert (found.encoding, found.segments) == (encoding, parts)


def test_a_decomposed_letter_counts_once() -> None:
    assert segments_of(unicodedata.normalize("NFD", "ạ" * 70)) == Segments("UCS2", 70, 1)


def test_an_extension_character_moves_to_the_next_part_whole() -> None:
    parts = parts_of("a" * 152 + "[" + "b" * 100)
    assert parts == ["a" * 152, "[" + "b" * 100]


def test_a_surrogate_pair_moves_to_the_next_part_whole() -> None:
    parts = parts_of("ạ" * 66 + "😀" + "ạ" * 10)
    assert [len(part.encode("utf-16-be")) // 2 for part in parts] == [66, 12]


@given(TEXTS)
def test_parts_are_the_text_and_none_is_too_long(text: str) -> None:
    parts, encoding = parts_of(text), encoding_of(text)
    assert "".join(parts) == unicodedata.normalize("NFC", text)
    assert len(parts) == segments_of(text).segments
    most = SINGLE[encoding] if len(parts) == 1 else PART[encoding]
    unit = 1 if encoding == GSM7 else 2
    assert all(len(encode_part(part, encoding)) <= most * unit for part in parts)


@given(st.text(GSM_LETTERS, max_size=300))
def test_octets_of_the_default_alphabet_read_back(text: str) -> None:
    assert decode_gsm(encode_gsm(text)) == text


@given(st.text(VIETNAMESE, max_size=200))
def test_diacritics_go_and_the_length_stays(text: str) -> None:
    plain = without_diacritics(text)
    assert len(plain) == len(unicodedata.normalize("NFC", text))
    assert not set(plain) & set("ăâđêôơưạảãáàĐỘ")


def test_a_vietnamese_notice_without_diacritics_is_one_part() -> None:
    text = "Trường Sao Khuê: em Đặng Thị Huế vắng buổi sáng 20/11, chưa có phép."
    assert segments_of(text * 2).segments == 3
    assert segments_of(without_diacritics(text) * 2) == Segments("GSM7", len(text) * 2, 1)


@given(TEXTS, st.integers(1, 3))
def test_a_shortened_text_fits(text: str, most: int) -> None:
    assert segments_of(shortened(text, most)).segments <= most


def test_the_header_of_a_part() -> None:
    assert concatenation_header(0x1FF, 3, 2) == bytes.fromhex("050003ff0302")


@pytest.mark.parametrize(
    ("channel", "address", "shown"),
    [
        ("sms", "0912345678", "•••••••678"),
        ("zns", "0912345678", "•••••••678"),
        ("email", "hoa.nguyen@truong.vn", "h•••@truong.vn"),
        ("app", "17", "ứng dụng"),
    ],
)
def test_addresses_are_masked(channel: str, address: str, shown: str) -> None:
    assert masked(channel, address) == shown
