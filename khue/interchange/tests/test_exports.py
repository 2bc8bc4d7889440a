"""The archive of a whole province: ordered, made behind, watched, fetched once, forgotten."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from khue.access.api import Actor
from khue.background.api import Progress, Work, WorkRefused, own_task
from khue.interchange.rules.scopes import MARKS, SCHOOLS, STUDENTS
from khue.interchange.services import exports
from khue.interchange.services.clients import revoke_client
from khue.interchange.services.exports import forget_exports
from khue.interchange.sheets.exports import make_export
from khue.interchange.tests.programs import Program, program, register
from khue.interchange.tests.test_bundle import manifest, opened
from khue.interchange.tests.test_records_api import write_row
from kit.fences import EVERYTHING, NOTHING, scoped, set_scope
from tests.cast import Cast, table

EXPORTS = "/ims/oneroster/csv/v1p2/exports"


def order(reader: Program, parts: str = "rostering") -> Any:
    set_scope(NOTHING)
    headers = {"Authorization": f"Bearer {reader.token}"}
    return reader.browser.post(EXPORTS, {"parts": parts}, headers=headers, secure=True)


def work() -> Progress:
    """What the worker does with the newest order; how far it told to be."""
    with scoped(EVERYTHING):
        task = table("background.Task").objects.order_by("-pk")[0]
    actor, progress = Actor(0, task.actor_name), Progress()
    set_scope(NOTHING)
    make_export(Work(task.public_id, actor, timezone.now(), task.arguments, None, progress))
    return progress


def test_a_province_is_ordered_made_and_fetched_once(cast: Cast) -> None:
    write_row(cast)
    reader = program(register(cast))
    ordered = order(reader, "gradebook")
    assert ordered.status_code == 202
    told = ordered.json()["export"]
    own = ordered.headers["Location"]
    assert (told["state"], told["bundle"]) == ("waiting", None)
    assert reader.get(f"{own}/bundle.zip").status_code == 409
    assert order(reader, "gradebook").json()["export"]["id"] == told["id"]
    progress = work()
    assert progress.done == progress.of > 0
    made = reader.get(own).json()["export"]
    assert made["state"] == "done"
    answer = reader.get(made["bundle"])
    content = answer.getvalue()
    assert len(content) == made["size"]
    assert hashlib.sha256(content).hexdigest() == made["sha256"]
    files = opened(content)
    assert {"Minh", "Sơn"} <= {one["givenName"] for one in files["users"]}
    assert [one["score"] for one in files["results"]] == ["7.5", ""]
    assert reader.get(made["bundle"]).status_code == 410
    assert reader.get(own).json()["export"]["state"] == "fetched"
    with scoped(EVERYTHING):
        assert not table("interchange.ExportPart").objects.exists()


def test_an_archive_made_while_it_is_asked_after_is_told_whole(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = program(register(cast))
    own = order(reader).headers["Location"]

    def made_then_read(*asked: Any) -> Any:
        monkeypatch.undo()
        work()
        set_scope(EVERYTHING)
        table("background.Task").objects.update(state="done")
        return own_task(*asked)

    monkeypatch.setattr(exports, "own_task", made_then_read)
    told = reader.get(own).json()["export"]
    assert told["state"] == "done"
    assert told["size"] == len(reader.get(told["bundle"]).getvalue())


def test_both_schools_see_that_their_data_went_out(cast: Cast) -> None:
    reader = program(register(cast))
    made = order(reader).json()["export"]
    work()
    reader.get(f"{EXPORTS}/{made['id']}/bundle.zip").getvalue()
    with scoped(EVERYTHING):
        rows = table("interchange.Reading").objects.filter(endpoint__endswith="exports/bundle.zip")
        counts = dict(rows.values_list("school_id", "records"))
        assert table("ledger.SensitiveRead").objects.count() >= 5
    assert set(counts) == {cast.school.pk, cast.other_school.pk}
    assert min(counts.values()) > 0


def test_it_is_sealed_while_it_waits_and_leaves_marks_out_unless_asked(cast: Cast) -> None:
    reader = program(register(cast, scopes=frozenset({SCHOOLS, STUDENTS, MARKS})))
    made = order(reader).json()["export"]
    work()
    with scoped(EVERYTHING):
        kept = b"".join(
            bytes(one)
            for one in table("interchange.ExportPart").objects.values_list("content", flat=True)
        )
    assert b"users.csv" not in kept
    files = opened(reader.get(f"{EXPORTS}/{made['id']}/bundle.zip").getvalue())
    assert manifest(files)["file.results"] == "absent"
    assert manifest(files)["file.demographics"] == "absent"
    assert manifest(files)["file.users"] == "bulk"


def test_nobody_else_finds_it_and_a_revoked_program_gets_none(cast: Cast) -> None:
    mine = register(cast)
    reader, other = program(mine), program(register(cast, "mai", name="Khác"))
    made = order(reader).json()["export"]
    own = f"{EXPORTS}/{made['id']}"
    for address in (own, f"{own}/bundle.zip"):
        assert other.get(address).status_code == 404
    assert other.get(EXPORTS).status_code == 405
    assert order(other, "everything").status_code == 400
    with scoped(EVERYTHING):
        revoke_client(
            actor=cast.dung.actor, now=timezone.now(), client_id=mine.client_id, reason="Hết"
        )
    with pytest.raises(WorkRefused, match="thu hồi"):
        work()
    with scoped(EVERYTHING):
        assert not table("interchange.ExportPart").objects.exists()


def test_what_nobody_fetched_is_forgotten_after_its_days(cast: Cast) -> None:
    reader = program(register(cast, "mai"))
    made = order(reader).json()["export"]
    work()
    assert forget_exports(now=timezone.now()) == 0
    assert forget_exports(now=timezone.now() + timedelta(days=3, minutes=1)) == 1
    assert reader.get(f"{EXPORTS}/{made['id']}").status_code == 404
    with scoped(EVERYTHING):
        assert not table("interchange.ExportPart").objects.exists()
