"""API /api/v1 put together: its document, its refusals, its addresses behind the door."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import ValidationError

from khue.access.api import OutsidePlace, public
from khue.interchange.queries.pages import CursorUnreadable
from khue.interchange.rules.scopes import SCOPES
from khue.interchange.views.door import for_programs
from khue.interchange.views.problems import problem
from khue.interchange.views.records import router

VERSION = "1.0"
BASE = "api/v1"
ABOUT = (
    "Đọc dữ liệu trường học đã được nơi quản lý cho phép. Xin mã truy cập ở /oauth2/token bằng "
    "client credentials; mã sống 15 phút. Mỗi lượt đọc được ghi lại cho chủ dữ liệu xem."
)
OAUTH2 = {
    "type": "oauth2",
    "flows": {
        "clientCredentials": {
            "tokenUrl": "/oauth2/token",
            "scopes": {name: scope.title for name, scope in SCOPES.items()},
        }
    },
}
api = NinjaAPI(
    title="Khuê: API dữ liệu mở",
    version=VERSION,
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="interchange_v1",
    openapi_extra={"components": {"securitySchemes": {"oauth2": OAUTH2}}},
)
api.add_router("", router)


@api.exception_handler(ValidationError)
def _wrong_parameters(request: HttpRequest, raised: ValidationError) -> HttpResponse:
    errors = [
        {"parameter": str(one["loc"][-1]), "message": str(one["msg"])} for one in raised.errors
    ]
    return problem("parameters-invalid", errors=errors)


@api.exception_handler(CursorUnreadable)
def _wrong_cursor(request: HttpRequest, raised: CursorUnreadable) -> HttpResponse:
    return problem("cursor-invalid")


@api.exception_handler(OutsidePlace)
def _outside(request: HttpRequest, raised: OutsidePlace) -> HttpResponse:
    return problem("not-found")


def api_patterns() -> list[URLPattern]:
    """The addresses of the API; each stands behind the door with the scopes it names."""
    found = []
    for bound in api._get_bound_routers():
        for address, view in bound.path_operations.items():
            operation = view.operations[0]
            guard = for_programs(operation.view_func.scopes, f"{BASE}{address}")  # type: ignore[attr-defined]
            route = (BASE + address).replace("{uuidstr:", "<uuid:").replace("}", ">")
            name = f"interchange.{operation.operation_id}"
            found.append(path(route, guard(_only_reads(view.get_view())), name=name))
    return found


def _only_reads(view: Any) -> Any:
    """405 as a problem: the API only reads."""

    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET":
            return problem("method-not-allowed", headers={"Allow": "GET"})
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    return handle


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document; it says the same as long as the process lives."""
    made = dict(api.get_openapi_schema(path_prefix=f"{BASE}/"))
    made["components"] = {**made["components"], "securitySchemes": {"oauth2": OAUTH2}}
    for item in made["paths"].values():
        for operation in item.values():
            _finish(operation)
    return made


def _finish(operation: dict[str, Any]) -> None:
    """Refusals are problem details; answers tell their tag and where they go on."""
    for status, answer in operation["responses"].items():
        if int(status) >= 400:
            answer["content"] = {"application/problem+json": answer["content"]["application/json"]}
    told = {"description": "Dấu của nội dung; gửi lại ở If-None-Match.", "schema": _text()}
    link = {"description": "Trang sau, rel=next (RFC 8288).", "schema": _text()}
    operation["responses"][200]["headers"] = {"ETag": told, "Link": link}
    operation["responses"][304] = {"description": "Không đổi từ lần đọc trước."}
    limit = {"description": "Số giây phải đợi.", "schema": {"type": "integer"}}
    operation["responses"][429]["headers"] = {"Retry-After": limit}


def _text() -> dict[str, str]:
    return {"type": "string"}


@require_safe
@public
def openapi(request: HttpRequest) -> HttpResponse:
    """Tài liệu OpenAPI 3.1; says what there is, never anybody's data."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@csrf_exempt
@public
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """An address below /api that does not exist, said in the way of the API."""
    return problem("not-found")
