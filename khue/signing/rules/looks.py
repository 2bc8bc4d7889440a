"""Hình thức chữ ký số trên văn bản: blue for a person, red for an organisation.

A person's image stands alone between title and name; the seal covers about a third of it, on the
left. An attachment in another file carries text only, at the top right of its first page.

Law: NĐ 30/2020/NĐ-CP, phụ lục I.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

from PIL import Image

from khue.signing.rules.shapes import Holder, PdfLook

Box = tuple[float, float, float, float]

VIETNAM = timezone(timedelta(hours=7))
A4 = (595.28, 841.89)
POINTS_PER_INCH = 72
THIRD = 3
# Text at the top of a page stands in its margin: 15 mm from the right, 4 mm from the top.
RIGHT_MARGIN, TOP_MARGIN, TEXT_WIDTH, TEXT_HEIGHT = 42.5, 11.3, 170.0, 34.0
COPY_HEIGHT = 46.0


def signing_time(at: datetime) -> str:
    """Thời gian ký: date, hours, minutes, seconds, Vietnam's zone, ISO 8601."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


def personal_look(
    image: bytes | None,
    name: str,
    title: str,
    at: datetime,
    *,
    box: Box,
    page: int = -1,
    field_name: str = "",
    reason: str = "",
    location: str = "",
) -> PdfLook:
    """Chữ ký của người có thẩm quyền: her blue image, or text in a blue frame when she has none."""
    told = (f"Người ký: {name}", f"Chức vụ: {title}" if title else "", _when(at))
    return PdfLook(
        visible=True,
        page=page,
        box=box,
        image=image or b"",
        lines=() if image else tuple(line for line in told if line),
        holder=Holder.PERSON,
        field_name=field_name,
        reason=reason,
        location=location,
    )


def organisation_look(
    image: bytes | None,
    name: str,
    title: str,
    at: datetime,
    *,
    box: Box,
    page: int = -1,
    field_name: str = "",
    reason: str = "",
    location: str = "",
) -> PdfLook:
    """Chữ ký của cơ quan, tổ chức: the red image of its seal, or text in a red frame.

    `title` is not shown; it stands here so that both looks are asked for in the same way.
    """
    return PdfLook(
        visible=True,
        page=page,
        box=box,
        image=image or b"",
        lines=() if image else (f"Cơ quan ký: {name}", _when(at)),
        holder=Holder.ORGANISATION,
        field_name=field_name,
        reason=reason,
        location=location,
    )


def seal_box(person: Box, seal: bytes = b"", *, side: float = 0) -> Box:
    """Where the seal stands: over a third of the person's image, on the left, in its true size.

    The size is what the seal's image tells (dots per inch); without that, `side` points, or as
    high as the person's image.
    """
    left, bottom, right, top = person
    width, height = true_size(seal) or (side or top - bottom,) * 2
    edge, middle = left + (right - left) / THIRD, (bottom + top) / 2
    return (edge - width, middle - height / 2, edge, middle + height / 2)


def true_size(image: bytes) -> tuple[float, float] | None:
    """Width and height in points, when the image says how dense it is."""
    if not image:
        return None
    with Image.open(io.BytesIO(image)) as opened:
        across, down = opened.info.get("dpi", (0, 0))
        if not (across and down):
            return None
        width, height = opened.size
        return width * POINTS_PER_INCH / across, height * POINTS_PER_INCH / down


def attachment_look(
    number: str, at: datetime, *, page_size: tuple[float, float] = A4, field_name: str = ""
) -> PdfLook:
    """Ký văn bản kèm theo: number and symbol of the main document, and the time of signing."""
    return _at_the_top((number, signing_time(at)), page_size, TEXT_HEIGHT, field_name)


def copy_look(
    kind: str,
    organisation: str,
    at: datetime,
    *,
    page_size: tuple[float, float] = A4,
    field_name: str = "",
) -> PdfLook:
    """Ký bản số hóa: the kind of copy, the body that made it, and the time of signing."""
    lines = (kind, organisation, signing_time(at))
    return _at_the_top(lines, page_size, COPY_HEIGHT, field_name)


def _at_the_top(
    lines: tuple[str, ...], page_size: tuple[float, float], height: float, field_name: str
) -> PdfLook:
    right, top = page_size[0] - RIGHT_MARGIN, page_size[1] - TOP_MARGIN
    return PdfLook(
        visible=True,
        page=0,
        box=(right - TEXT_WIDTH, top - height, right, top),
        lines=lines,
        holder=Holder.ORGANISATION,
        field_name=field_name,
        plain=True,
    )


def _when(at: datetime) -> str:
    return f"Thời gian ký: {signing_time(at)}"
