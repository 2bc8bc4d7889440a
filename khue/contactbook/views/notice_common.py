"""What the pages of notices share."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse

from khue.access.api import FAMILY, Actor
from kit.numbers import whole_number

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def shell_of(actor: Actor) -> str:
    """The large and plain shell for families, the other one for who works here."""
    roles = {one.role for one in actor.grants}
    return "shell/family.html" if roles <= FAMILY else "shell/base.html"


def page_number(request: HttpRequest) -> int:
    return whole_number(request.GET.get("page", ""), digits=6) or 1


def query_of(request: HttpRequest) -> str:
    """The parameters of a list without its page, for the links of the page."""
    given = [(key, value) for key, value in request.GET.items() if key != "page" and value]
    return urlencode(given)


def searched(request: HttpRequest, name: str = "q") -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:100]


def number_of(text: str) -> int | None:
    """An id of an address or a form; None for anything else."""
    return whole_number(text)


def workbook(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file that somebody sent: always downloaded, never shown as a page of ours."""
    response = HttpResponse(content, content_type=media_type)
    plain = "".join(
        one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in name
    )
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
