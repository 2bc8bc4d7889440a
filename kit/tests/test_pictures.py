"""A portrait is small, upright and clean; what is no picture is refused in words."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kit.pictures import HEIGHT, WIDTH, NotAPicture, portrait

ORIENTATION, GPS = 0x0112, 0x8825


def picture(width: int = 600, height: int = 900, kind: str = "JPEG", **more: object) -> bytes:
    made = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    out = BytesIO()
    made.save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_portrait_is_three_by_four(kind: str) -> None:
    with Image.open(BytesIO(portrait(picture(kind=kind)))) as made:
        assert (made.format, made.size, made.mode) == ("JPEG", (WIDTH, HEIGHT), "RGB")


def test_place_time_and_camera_are_left_behind() -> None:
    told = Image.Exif()
    told[0x010F] = "May anh cua ai do"
    told.get_ifd(GPS)[1] = "N"
    content = picture(exif=told.tobytes(), comment=b"nha rieng")
    assert b"May anh cua ai do" in content
    made = portrait(content)
    assert b"May anh" not in made
    assert b"Exif" not in made
    assert b"nha rieng" not in made


def test_a_picture_taken_lying_down_stands_up() -> None:
    told = Image.Exif()
    told[ORIENTATION] = 6
    lying = Image.new("RGB", (800, 600), "white")
    lying.paste("black", (0, 0, 400, 600))
    out = BytesIO()
    lying.save(out, "JPEG", exif=told.tobytes())
    with Image.open(BytesIO(portrait(out.getvalue()))) as made:
        top, bottom = made.getpixel((WIDTH // 2, 20)), made.getpixel((WIDTH // 2, HEIGHT - 20))
    assert (top, bottom) == ((0, 0, 0), (255, 255, 255))


def test_what_can_be_seen_through_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (300, 400), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(portrait(out.getvalue()))) as made:
        assert made.getpixel((100, 100)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "không phải ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không phải ảnh"),
        (picture()[:2000], "không phải ảnh"),
        (picture(100, 100), "mờ"),
        (picture(kind="GIF"), "không phải ảnh"),
    ],
)
def test_what_is_no_portrait_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(NotAPicture) as refused:
        portrait(content)
    assert words in refused.value.sentence


def test_a_picture_of_far_too_many_points_is_not_decoded() -> None:
    out = BytesIO()
    Image.new("1", (40_000, 40_000)).save(out, "PNG")
    with pytest.raises(NotAPicture):
        portrait(out.getvalue())


@given(st.binary(max_size=400), st.integers(0, 3000))
def test_nothing_but_a_refusal_comes_of_damage(noise: bytes, at: int) -> None:
    content = picture()
    broken = content[:at] + noise + content[at + len(noise) :]
    with suppress(NotAPicture):
        assert portrait(broken)[:2] == b"\xff\xd8"
