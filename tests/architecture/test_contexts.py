"""Contexts look down, and meet only at the door."""

import inspect
import types
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import Field, Model

from machinery.surroundings import ROOT
from tests.architecture.house import (
    calls,
    imported_modules,
    place,
    product_files,
    python_files,
    room_files,
    storeys,
)

CONTEXTS = [f"khue.{name}" for name in storeys()]
WEB = ("django.http", "django.shortcuts", "django.urls", "django.forms", "django.template")


def test_every_context_has_a_storey() -> None:
    built = {path.parent.name for path in (ROOT / "khue").glob("*/__init__.py")}
    assert built == set(storeys())


def test_contexts_meet_only_at_the_door() -> None:
    strangers = [
        f"{place(path, line)} imports {module}"
        for path in product_files()
        for module, line in imported_modules(path)
        if _enters_by_the_window(path.relative_to(ROOT).parts[1], module)
    ]
    assert strangers == []


def _enters_by_the_window(own: str, module: str) -> bool:
    parts = module.split(".")
    return parts[0] == "khue" and len(parts) > 1 and parts[1] != own and parts[2:3] != ["api"]


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_door_hands_out_neither_tables_nor_modules(context: str) -> None:
    if not (ROOT / context.replace(".", "/") / "api.py").exists():
        return
    door = import_module(f"{context}.api")
    for name in door.__all__:
        offered = getattr(door, name)
        assert not isinstance(offered, types.ModuleType), f"{context}.api offers module {name}"
        is_table = inspect.isclass(offered) and issubclass(offered, Model)
        assert not is_table, f"{context}.api offers table {name}"


def test_foreign_keys_point_down_and_leave_no_name_behind() -> None:
    height = {name: -index for index, name in enumerate(storeys())}
    wrong = []
    for field in _foreign_keys():
        here, there = _label(field.model), _label(field.related_model)
        hidden = bool(field.remote_field and field.remote_field.hidden)
        if here != there and (height[there] > height[here] or not hidden):
            wrong.append(f"{field.model.__name__}.{field.name} -> {there}")
    assert wrong == []


def _foreign_keys() -> list["Field[object, object]"]:
    return [
        field
        for model in apps.get_models()
        if model.__module__.startswith("khue.")
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and _is_ours(field.related_model)
    ]


def _is_ours(model: object) -> bool:
    return inspect.isclass(model) and model.__module__.startswith("khue.")


def _label(model: object) -> str:
    assert inspect.isclass(model)
    return str(model.__module__.split(".")[1])


def test_no_table_is_fetched_from_the_registry() -> None:
    files = [
        path for path in python_files("khue", "kit", "config") if "migrations" not in str(path)
    ]
    found = [
        place(path, line) for path in files for name, line in calls(path) if name == "get_model"
    ]
    assert found == []


@pytest.mark.parametrize("room", ["rules", "models", "queries", "services"])
def test_no_use_case_knows_the_web(room: str) -> None:
    found = [
        f"{place(path, line)} imports {module}"
        for path in room_files(room)
        for module, line in imported_modules(path)
        if module.startswith(WEB)
    ]
    assert found == []
