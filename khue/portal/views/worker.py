"""The installed app: the service worker at the root of the site, and the manifest."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import etag, require_safe

from khue.access.api import public
from kit.assets import DIST, PREFIX

INK, PAPER = "#4f2a93", "#ffffff"
A_DAY = 24 * 3600


@lru_cache(maxsize=1)
def _script() -> bytes:
    return (DIST / "worker" / "sw.js").read_bytes()


def _version(_request: HttpRequest) -> str:
    return f'"{sha256(_script()).hexdigest()[:16]}"'


@public
@require_safe
@etag(_version)
def service_worker(_request: HttpRequest) -> HttpResponse:
    """One script for the whole site; asked anew at every start, for an old one must not stay."""
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8", headers=headers)


@public
@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the site on its screen."""
    told = {
        "id": "/",
        "name": "Khuê – nền tảng số của trường học",
        "short_name": "Khuê",
        "description": "Điểm, chuyên cần, sổ đầu bài và tin của nhà trường.",
        "lang": "vi",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": INK,
        "icons": [_icon(size, purpose) for size in (192, 512) for purpose in ("any", "maskable")],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json"
    response["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


def _icon(size: int, purpose: str) -> dict[str, str]:
    middle = "maskable-" if purpose == "maskable" else ""
    return {
        "src": f"{PREFIX}worker/khue-{middle}{size}.png",
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
