"""A teacher whose assignment ended while the page was open: nothing is written any more."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from khue.gradebook.models import MarkRow
from khue.ledger.api import history_of
from kit.fences import EVERYTHING, scoped
from tests.cast import TODAY, Cast, assign, table


def end_grants(cast: Cast, book: Any) -> None:
    """As the end of an assignment leaves the grant that followed from it."""
    with scoped(EVERYTHING):
        grants = table("access.Grant").objects.filter(
            account=cast.hoa.account, place__endswith=f"/s{book.pk}/"
        )
        assert grants.update(valid_to=TODAY - timedelta(days=30)) == 1


def save(client: Any, cast: Cast) -> Any:
    cell = {"student": cast.minh.student.pk, "slot": "gk", "base": None, "text": "8,5"}
    body = {"operation": str(uuid.uuid4()), "changes": [cell]}
    address = f"/so-diem/{cast.maths.pk}/1/luu/"
    return client.post(address, json.dumps(body), content_type="application/json")


def nothing_is_written(cast: Cast) -> bool:
    with scoped(EVERYTHING):
        told = history_of(f"mark:{cast.maths.pk}.1.{cast.minh.student.pk}")
        return not MarkRow.objects.exists() and told == []


def test_with_no_other_class_the_save_is_refused_with_a_sentence(cast: Cast) -> None:
    client = cast.client("hoa")
    end_grants(cast, cast.maths)
    answer = save(client, cast)
    assert answer.status_code == 403
    assert "chưa được giao quyền" in answer.content.decode()
    assert nothing_is_written(cast)


def test_with_another_class_the_old_book_is_not_there_any_more(cast: Cast) -> None:
    with scoped(EVERYTHING):
        assign(cast.hoa.staff, cast.sister_maths)
    client = cast.client("hoa")
    end_grants(cast, cast.maths)
    assert save(client, cast).status_code == 404
    assert nothing_is_written(cast)
    assert client.get(f"/so-diem/{cast.maths.pk}/1/").status_code == 404


@pytest.mark.parametrize("path", ["{book}/1/nhap-tep/", "{book}/nhan-xet/1/"])
def test_pages_that_write_are_closed_with_it(cast: Cast, path: str) -> None:
    client, at = cast.client("hoa"), f"/so-diem/{path.format(book=cast.maths.pk)}"
    assert client.get(at).status_code == 200
    end_grants(cast, cast.maths)
    assert client.get(at).status_code == 403
