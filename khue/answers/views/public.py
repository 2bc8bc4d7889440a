"""Tra cứu công khai through the product itself: for small places that run one process only."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from khue.access.api import address_of, public
from khue.answers.serving.desk import Desk


@cache
def desk(folder: Path, key_hex: str) -> Desk:
    """One desk for each folder of published files."""
    return Desk(folder, key_hex)


# Public, because candidates and families have no account here: the pair that they type is the key.
# No cookie speaks for a look-up, so it needs no token against forged forms.
@csrf_exempt
@public
def look_up(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The same desk that stands alone in config/results_wsgi.py."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(line: str, headers: list[tuple[str, str]]) -> None:
        started.append((line, headers))

    content = b"".join(_desk()(_told(request), start))
    line, headers = started[0]
    return HttpResponse(content, status=int(line[:3]), headers=dict(headers))


def _desk() -> Desk:
    return desk(Path(settings.DATA_DIR) / "answers", settings.ANSWERS_KEY)


def _told(request: HttpRequest) -> dict[str, object]:
    """The request as a server hands it over, with the two fields that count."""
    typed = {name: request.POST.get(name, "")[:100] for name in ("number", "secret")}
    body = urlencode(typed).encode() if request.POST else b""
    return {
        **request.META,
        "PATH_INFO": request.path,
        "REMOTE_ADDR": address_of(request) or "",
        "HTTP_X_FORWARDED_FOR": "",
        "HTTP_ACCEPT_ENCODING": "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
