"""POST /oauth2/token: the one address at which programs show their secret."""

from __future__ import annotations

from authlib.oauth2 import OAuth2Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from khue.access.api import public
from khue.interchange.rules.limits import seconds_left
from khue.interchange.services.tokens import TooManyTokens
from khue.interchange.views.oauth import issue_token

UNKEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@csrf_exempt
@public
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Cấp mã truy cập. Public: the secret of the program is the key, and no cookie counts."""
    if request.GET:
        return _error("invalid_request", "Parameters belong in the body, never in the address.")
    try:
        response = issue_token(request)
    except TooManyTokens:
        wait = {"Retry-After": str(seconds_left(timezone.now()))}
        return _error("slow_down", "Use the token until it expires.", 429, wait)
    except OAuth2Error as refused:
        return _error(str(refused.error), str(refused.description))
    for name, value in UNKEPT.items():
        response.headers[name] = value
    return response


def _error(
    error: str, description: str, status: int = 400, headers: dict[str, str] | None = None
) -> HttpResponse:
    told = {"error": error, "error_description": description}
    return JsonResponse(told, status=status, headers={**UNKEPT, **(headers or {})})
