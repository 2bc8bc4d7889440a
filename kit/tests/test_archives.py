"""An archive of a stranger: read whole within limits, or refused with a reason."""

import stat
import struct
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.archives import MEGABYTE, Limits, UnsafeArchive, read_archive, write_archive

SMALL = Limits(files=3, bytes=2 * MEGABYTE)


def packed(*files: tuple[str, bytes], link: bool = False) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files:
            info = ZipInfo(name)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = (stat.S_IFLNK | 0o777) << 16 if link else 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()


def refusal(content: bytes) -> str:
    with pytest.raises(UnsafeArchive) as refused:
        read_archive(content, SMALL)
    return refused.value.sentence


def test_what_was_written_is_read() -> None:
    files = {"a.xml": "học bạ".encode(), "b/c.pdf": b"%PDF" * 1000}
    assert read_archive(write_archive(files), SMALL) == files
    assert write_archive(files) == write_archive(files)


@pytest.mark.parametrize(
    "name", ["../a", "/etc/passwd", "a/../../b", "C:\\a", "a\\b", "a//b", "./a", "a\n", "c:a"]
)
def test_no_name_leads_out_of_the_archive(name: str) -> None:
    assert "tên tệp không an toàn" in refusal(packed((name, b"x")))


def test_a_link_is_no_file() -> None:
    assert "không an toàn" in refusal(packed(("a", b"/etc/passwd"), link=True))


def test_a_bomb_is_not_opened() -> None:
    assert "phình to" in refusal(packed(("a", bytes(2 * MEGABYTE))))
    assert "lớn hơn 2 MB" in refusal(packed(("a", bytes(3 * MEGABYTE))))


def test_a_bomb_that_lies_about_its_size_is_not_opened() -> None:
    content = packed(("a", bytes(9 * MEGABYTE)))
    lying = content.replace(struct.pack("<L", 9 * MEGABYTE), struct.pack("<L", 1000))
    assert refusal(lying)


def test_too_many_files_two_of_one_name_and_noise() -> None:
    assert "4 tệp" in refusal(packed(*((str(one), b"") for one in range(4))))
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = packed(("a", b"1"), ("a", b"2"))
    assert "cùng tên" in refusal(twice)
    assert "không phải tệp nén" in refusal(b"PK\x03\x04 noise")


@given(st.data())
def test_damage_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    content = bytearray(write_archive({"a.xml": b"abc" * 50, "b.pdf": b"x"}))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255))
    with suppress(UnsafeArchive):
        assert isinstance(read_archive(bytes(content), SMALL), dict)
