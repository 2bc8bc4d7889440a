"""Tệp đính kèm: which kinds are taken, by what is inside and not by what a browser says."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath

from kit.refusal import Refusal

MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_FILES = 5 * MEGABYTE, 5
OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".xlsx": f"{OFFICE}spreadsheetml.sheet",
    ".pptx": f"{OFFICE}presentationml.presentation",
}
_BEGINS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".pptx": "ppt/presentation.xml"}
TOO_LARGE = "Tệp “{name}” lớn hơn 5 MB. Hãy thu nhỏ tệp hoặc gửi đường dẫn."
EMPTY = "Tệp “{name}” không có nội dung. Hãy chọn tệp khác."
FORBIDDEN = (
    "Không nhận tệp “{name}”. Chỉ đính kèm được PDF, ảnh JPEG, PNG và tệp Word, Excel, PowerPoint"
    " không có macro."
)
TOO_MANY = f"Mỗi thông báo có tối đa {MOST_FILES} tệp."


def safe_name(name: str) -> str:
    """The name without a folder, without control characters, short enough to keep."""
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(one for one in last if one.isprintable() and one not in '<>:"|?*').strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    return f"{stem[:120]}{dot}{suffix[:10]}" if dot else plain[:130]


def check_file(name: str, content: bytes) -> str | Refusal:
    """The media type of a file that may be sent on, or why it may not."""
    suffix = PurePath(name.lower()).suffix
    said = {"name": name[:60] or "không tên"}
    if not content:
        return Refusal("EMPTY", EMPTY.format(**said))
    if len(content) > MOST_BYTES:
        return Refusal("TOO_LARGE", TOO_LARGE.format(**said))
    if suffix not in KINDS or not _is_what_it_says(suffix, content):
        return Refusal("FORBIDDEN", FORBIDDEN.format(**said))
    return KINDS[suffix]


def _is_what_it_says(suffix: str, content: bytes) -> bool:
    if suffix in _PARTS:
        return _is_office(content, _PARTS[suffix])
    return content.startswith(_BEGINS[KINDS[suffix]])


def _is_office(content: bytes, part: str) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return part in names and not any(name.lower().endswith("vbaproject.bin") for name in names)
