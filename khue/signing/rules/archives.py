"""Gói .zip đưa từ ngoài vào: opened in memory, with limits, so that no bomb unpacks."""

from __future__ import annotations

import io
import zipfile
import zlib

MEGABYTE = 1024 * 1024
MOST_MEMBERS = 500
MOST_BYTES = 100 * MEGABYTE


class UnfitArchive(ValueError):
    """Gói không đọc được hoặc không an toàn; `sentence` is for the user."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


BROKEN = UnfitArchive("Gói .zip bị hỏng hoặc có mật khẩu nên không mở được. Hãy xin lại gói.")
TOO_BIG = UnfitArchive(
    f"Gói .zip bung ra quá {MOST_BYTES // MEGABYTE} MB hoặc quá {MOST_MEMBERS} tệp, không phải gói "
    "hồ sơ bình thường nên không được mở."
)


def members_of(content: bytes) -> dict[str, bytes]:
    """The files of an archive by their path. Raises UnfitArchive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError):
        raise BROKEN from None


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = [one for one in archive.infolist() if not one.is_dir()]
    if len(infos) > MOST_MEMBERS or sum(one.file_size for one in infos) > MOST_BYTES:
        raise TOO_BIG
    if len({one.filename for one in infos}) != len(infos):
        raise BROKEN
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for info in infos:
        with archive.open(info) as member:
            found[info.filename] = member.read(left + 1)
        left -= len(found[info.filename])
        if left < 0:
            raise TOO_BIG
    return found
