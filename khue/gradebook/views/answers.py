"""Answers that several pages give."""

from __future__ import annotations

from django.http import HttpResponse

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def excel_response(content: bytes, filename: str) -> HttpResponse:
    """A workbook to take home."""
    disposition = f'attachment; filename="{filename}"'
    return HttpResponse(content, content_type=EXCEL, headers={"Content-Disposition": disposition})
