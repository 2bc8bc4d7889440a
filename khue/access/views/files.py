"""Answering with a workbook instead of a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wants_excel(request: HttpRequest) -> bool:
    return request.method == "GET" and request.GET.get("format") == "xlsx"


def workbook(name: str, content: bytes) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=EXCEL, headers=headers)
