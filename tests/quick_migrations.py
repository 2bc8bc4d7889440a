"""A new database without drawing all models anew at every step of every migration.

Before a step Django draws the model it changes and all that are related to it, however far: here
that is nearly every model of the house, hundreds of times. A step that only adds (a table, a
column, an index, a constraint) or that speaks SQL needs its own model and no other. As soon as a
migration has any other step, everything is drawn as Django does it.

What reaches the database is the same: the tables were compared with those of a plain migration,
dump against dump. That every step can be undone and done again is proved by
tests/architecture/test_migrations.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.migrations import Migration
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
    RunSQL,
)
from django.db.migrations.state import ProjectState

ADDING = (AddConstraint, AddField, AddIndex, CreateModel, RunSQL)
apply_as_django = Migration.apply


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Steps that only add draw one model each, as long as this lasts."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(Migration, "apply", _apply)
        yield


def _apply(migration: Migration, state: Any, *given: Any, **more: Any) -> Any:
    if not _only_adds(migration.operations):
        _draw_everything(state)
        return apply_as_django(migration, state, *given, **more)
    state.partly_drawn = True
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(ProjectState, "_find_reload_model", _itself)
        return apply_as_django(migration, state, *given, **more)


def _only_adds(operations: Any) -> bool:
    return all(
        isinstance(one, ADDING) and _only_adds(getattr(one, "state_operations", []))
        for one in operations
    )


def _itself(_state: Any, app_label: str, model_name: str, _delay: Any = None) -> Any:
    return {(app_label, model_name)}


def _draw_everything(state: Any) -> None:
    if state.__dict__.pop("partly_drawn", False):
        del state.__dict__["apps"]
        assert state.apps
