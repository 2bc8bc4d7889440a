"""Middleware without business: headers, and a plain sentence when the database is away."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from config import errors
from kit.content_security import policy
from kit.sheets.screens import tables_of
from kit.sheets.writing import excel_bytes

Handler = Callable[[HttpRequest], HttpResponse]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POLICY = policy()


def never_kept(next_handler: Handler) -> Handler:
    """No browser or proxy keeps a page: it may show a child. Static files say their own days."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = next_handler(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return handle


def content_security(next_handler: Handler) -> Handler:
    """A strict Content-Security-Policy on every answer: no inline script or style."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = next_handler(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response

    return handle


def tables_along(next_handler: Handler) -> Handler:
    """`?format=xlsx` takes the tables of any page along; a page that answers it itself goes first.

    The file holds what the same person sees on the same page: no gate is passed twice.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = next_handler(request)
        asked = request.method == "GET" and request.GET.get("format") == "xlsx"
        if not asked or response.status_code != HTTPStatus.OK or not _is_page(response):
            return response
        sheets = tables_of(response.content.decode())
        return _as_workbook(response, excel_bytes(sheets)) if sheets else response

    return handle


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


def _as_workbook(response: HttpResponse, content: bytes) -> HttpResponse:
    response.content = content
    response.headers["Content-Type"] = EXCEL
    response.headers["Content-Disposition"] = 'attachment; filename="danh-sach.xlsx"'
    return response


def without_null_bytes(next_handler: Handler) -> Handler:
    """No text of ours holds a null byte and the database keeps none: such a request is refused."""

    def handle(request: HttpRequest) -> HttpResponse:
        given = [request.path]
        for form in (request.GET, request.POST):
            given += [text for name, values in form.lists() for text in (name, *values)]
        if any("\0" in str(one) for one in given):
            return errors.bad_request(request)
        return next_handler(request)

    return handle


class DatabaseTrouble:
    """Answer 503 with what to do when a page finds the database away; nothing was written.

    A promise that two people broke at once is 409: the second one looks and saves again.
    Trouble that a middleware meets arrives at errors.server_error, which answers the same.
    """

    def __init__(self, next_handler: Handler) -> None:
        self.next_handler = next_handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.next_handler(request)

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        if isinstance(trouble, errors.DATABASE_TROUBLE):
            return errors.database_away(request, trouble)
        if isinstance(trouble, IntegrityError):
            return errors.saved_at_once(request, trouble)
        return None


database_trouble = DatabaseTrouble
