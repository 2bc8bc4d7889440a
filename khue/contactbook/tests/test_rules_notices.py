"""The pure rules of notices: links, names of files, fields, audiences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from khue.contactbook.rules.attachments import check_file, safe_name
from khue.contactbook.rules.audience import Audience, audience_of, audience_value, check_audience
from khue.contactbook.rules.links import linked_lines
from khue.contactbook.rules.notices import check_choices, fields_in, is_personal


@given(some.text())
def test_linking_loses_no_letter(text: str) -> None:
    lines = ["".join(shown for shown, _ in line) for line in linked_lines(text)]
    assert lines == text.splitlines()


@given(some.text())
def test_a_link_is_always_a_web_address(text: str) -> None:
    addresses = [one for line in linked_lines(f"{text} https://a.vn {text}") for _, one in line]
    assert all(one.lower().startswith(("http://", "https://")) for one in addresses if one)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Xem https://truong.vn/a.", "https://truong.vn/a"),
        ("(http://truong.vn/b)", "http://truong.vn/b"),
        ("HTTPS://TRUONG.VN/c!", "HTTPS://TRUONG.VN/c"),
        ("javascript:alert(1)", ""),
        ("https://", ""),
    ],
)
def test_what_becomes_a_link(text: str, address: str) -> None:
    [line] = linked_lines(text)
    assert [one for _, one in line if one] == ([address] if address else [])


@given(some.text(max_size=300))
def test_a_kept_name_has_no_folder_and_no_control_character(text: str) -> None:
    kept = safe_name(text)
    assert len(kept) <= 131
    assert not set(kept) & set('/\\<>:"|?*\r\n\x00')


def test_a_picture_is_known_by_what_is_inside() -> None:
    assert check_file("anh.PNG", b"\x89PNG\r\n\x1a\n...") == "image/png"
    assert check_file("anh.jpg", b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert "Không nhận tệp" in str(check_file("anh.jpg", b"GIF89a"))


def test_fields_that_differ_from_reader_to_reader() -> None:
    assert fields_in("Em {ho_ten} ngày {ngay}") == {"ho_ten", "ngay"}
    assert is_personal("Em {ho_ten}")
    assert not is_personal("Ngày {ngay}")


@pytest.mark.parametrize("choices", [(), ("Có", "Không"), tuple("abcdefghij")])
def test_choices_that_can_be_asked(choices: tuple[str, ...]) -> None:
    assert check_choices(choices) is None


@pytest.mark.parametrize("choices", [("Có",), tuple("abcdefghijk"), ("a", "a"), ("a", "b" * 101)])
def test_choices_that_cannot_be_asked(choices: tuple[str, ...]) -> None:
    assert check_choices(choices) is not None


@pytest.mark.parametrize(
    "audience",
    [
        Audience("classes", 1),
        Audience("grades", 1),
        Audience("chosen", 1),
        Audience("school", 1, sides=()),
        Audience("classes", 1, (2,), sides=("staff",)),
        Audience("chosen", 1, tuple(range(2001))),
        Audience("everybody", 1),
    ],
)
def test_nobody_is_meant(audience: Audience) -> None:
    assert check_audience(audience) is not None


def test_an_audience_is_kept_as_it_was() -> None:
    audience = Audience("chosen", 37, (1, 2), ("08",), (5,), ("guardians", "pupils"))
    assert audience_of(audience_value(audience)) == audience
    assert audience_of({"pupils": 3}) is None
