"""Tra cứu công khai through the product itself: for small places that run one process only."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

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

    body = request.body[:10_000]
    environ = {
        **request.META,
        "PATH_INFO": request.path,
        "REMOTE_ADDR": address_of(request) or "",
        "HTTP_X_FORWARDED_FOR": "",
        "HTTP_ACCEPT_ENCODING": "",
        "wsgi.input": BytesIO(body),
    }
    content = b"".join(
        desk(Path(settings.DATA_DIR) / "answers", settings.ANSWERS_KEY)(environ, start)
    )
    line, headers = started[0]
    return HttpResponse(content, status=int(line[:3]), headers=dict(headers))
