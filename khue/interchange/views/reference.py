"""Trang tài liệu API, read out of the OpenAPI document itself; no script of anybody else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khue.access.api import public
from khue.interchange.rules.problems import PROBLEMS
from khue.interchange.rules.scopes import SCOPES
from khue.interchange.views.api import ABOUT, VERSION, document

TYPES = {
    "string": "chữ",
    "integer": "số nguyên",
    "boolean": "đúng/sai",
    "array": "danh sách",
    "object": "nhóm",
    "null": "trống",
    "number": "số",
}
FORMATS = {"uuid": "UUID", "date": "ngày", "date-time": "thời điểm"}
REF, GROUP = "#/components/schemas/", "nhóm"


@require_safe
@public
def reference(request: HttpRequest) -> HttpResponse:
    """Tài liệu API; says what there is, never anybody's data."""
    made = document()
    context = {
        "version": VERSION,
        "about": ABOUT,
        "base": settings.PUBLIC_ADDRESS,
        "scopes": [[one.name, one.title, one.fields] for one in SCOPES.values()],
        "groups": list(_groups(made).items()),
        "problems": list(PROBLEMS.values()),
    }
    return render(request, "interchange/reference.html", context)


def _groups(made: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path, item in made["paths"].items():
        operation = item["get"]
        told = _operation(path, operation, made["components"]["schemas"])
        found.setdefault(operation["tags"][0], []).append(told)
    return found


def _operation(path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    answer = operation["responses"][200]["content"]["application/json"]["schema"]
    return {
        "id": operation["operationId"],
        "path": path,
        "summary": operation["summary"],
        "scopes": [scope for one in operation["security"] for scope in one["oauth2"]],
        "parameters": [
            [one["name"], _type(one["schema"]).replace(GROUP, TYPES["string"]), _told(one)]
            for one in operation["parameters"]
        ],
        "fields": _fields(_item(answer, schemas)),
    }


def _told(parameter: dict[str, Any]) -> str:
    return str(parameter.get("description", ""))


def _item(answer: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """What one record of an answer looks like, through pages and lists."""
    if "$ref" in answer:
        return _item(schemas[answer["$ref"].removeprefix(REF)], schemas)
    if answer.get("type") == "array":
        return _item(answer["items"], schemas)
    items = answer.get("properties", {}).get("items")
    return _item(items, schemas) if items else answer


def _fields(schema: dict[str, Any]) -> list[list[str]]:
    return [
        [name, _type(one), one.get("description", "")]
        for name, one in schema.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """The type in a word or two: "UUID", "ngày hoặc trống", "danh sách"."""
    if "anyOf" in schema:
        return " hoặc ".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return GROUP
    named = str(schema.get("type", ""))
    return FORMATS.get(str(schema.get("format", "")), TYPES.get(named, named))
