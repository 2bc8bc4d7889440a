"""Tệp nén ZIP of a stranger: read whole into memory, within limits, or refused with a reason."""

from __future__ import annotations

import stat
import zlib
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MEGABYTE = 1024 * 1024
MOST_TIMES_SMALLER = 200

NOT_A_ZIP = "Tệp không phải tệp nén ZIP đọc được. Hãy tải lại tệp hoặc xin lại tệp từ nơi gửi."
TOO_MANY = "Tệp nén có {count} tệp bên trong, nhiều hơn mức {most} tệp. Hãy chia thành nhiều lần."
TOO_BIG = "Nội dung tệp nén lớn hơn {most} MB khi giải nén nên không được mở. Hãy chia nhỏ tệp."
BOMB = "Tệp nén phình to bất thường khi giải nén nên không được mở. Hãy xin lại tệp từ nơi gửi."
BAD_NAME = "Tệp nén có tên tệp không an toàn: “{name}”. Hãy xin lại tệp từ nơi gửi."
TWICE = "Tệp nén có hai tệp cùng tên “{name}”. Hãy xin lại tệp từ nơi gửi."
ENCRYPTED = "Tệp nén có mật khẩu nên không mở được. Hãy nén lại không đặt mật khẩu."


class UnsafeArchive(ValueError):
    """An archive that is not opened; `sentence` tells the person why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files, how many bytes in all when unpacked."""

    files: int = 200
    bytes: int = 100 * MEGABYTE


def read_archive(content: bytes, limits: Limits) -> dict[str, bytes]:
    """The files of an archive by name; nothing is written to a disk.

    What the archive claims is looked at first and what comes out is counted again, so that a lie
    in its directory does not help. Raises UnsafeArchive.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            files = [one for one in archive.infolist() if not one.filename.endswith("/")]
            _require_harmless(files, limits)
            return _unpacked(archive, files, limits)
    except (BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        if isinstance(error, UnsafeArchive):
            raise
        raise UnsafeArchive(NOT_A_ZIP) from error


def _require_harmless(files: list[ZipInfo], limits: Limits) -> None:
    if len(files) > limits.files:
        raise UnsafeArchive(TOO_MANY.format(count=len(files), most=limits.files))
    if sum(one.file_size for one in files) > limits.bytes:
        raise UnsafeArchive(TOO_BIG.format(most=limits.bytes // MEGABYTE))
    seen: set[str] = set()
    for one in files:
        _require_harmless_file(one)
        if one.filename in seen:
            raise UnsafeArchive(TWICE.format(name=one.filename))
        seen.add(one.filename)


def _require_harmless_file(one: ZipInfo) -> None:
    if one.flag_bits & 0x1:
        raise UnsafeArchive(ENCRYPTED)
    if not _is_plain_name(one) or one.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise UnsafeArchive(BAD_NAME.format(name=one.filename[:80]))
    if one.file_size > MEGABYTE and one.file_size > MOST_TIMES_SMALLER * max(one.compress_size, 1):
        raise UnsafeArchive(BOMB)


def _is_plain_name(one: ZipInfo) -> bool:
    """No way out of the folder: relative, forward, no link, no control character."""
    name = one.orig_filename
    parts = name.split("/")
    return (
        name == one.filename
        and name.isprintable()
        and not any(sign in name for sign in "\\:")
        and not any(part in {"", ".", ".."} for part in parts)
        and not stat.S_ISLNK(one.external_attr >> 16)
    )


def _unpacked(archive: ZipFile, files: list[ZipInfo], limits: Limits) -> dict[str, bytes]:
    left = limits.bytes
    found: dict[str, bytes] = {}
    for one in files:
        found[one.filename] = _unpacked_file(archive, one, left)
        left -= len(found[one.filename])
    return found


def _unpacked_file(archive: ZipFile, one: ZipInfo, left: int) -> bytes:
    with archive.open(one) as source:
        content = source.read(left + 1)
    if len(content) > left:
        raise UnsafeArchive(BOMB)
    return content


def write_archive(files: dict[str, bytes]) -> bytes:
    """A ZIP file, the same bytes for the same files: no clock in it."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return out.getvalue()
