"""What a teacher takes along: hers alone, everything she needs, nothing sensitive."""

from __future__ import annotations

import json
from typing import Any

from khue.attendance.tests.test_pages import school_day
from tests.cast import Cast


def pack(cast: Cast, person: str, **asked: str) -> Any:
    answer = cast.client(person).get("/ngoai-tuyen/goi.json", asked)
    assert answer.status_code == 200
    return answer.json()


def test_the_choices_of_a_teacher(cast: Cast) -> None:
    found = cast.client("hoa").get("/ngoai-tuyen/danh-muc.json").json()
    assert {one["id"] for one in found["books"]} >= {cast.maths.pk}
    assert cast.school_class.pk in {one["id"] for one in found["classes"]}


def test_a_pack_has_books_classes_and_lessons(cast: Cast) -> None:
    school_day(cast)
    made = pack(cast, "hoa", so=str(cast.maths.pk), lop=str(cast.school_class.pk))
    book = next(one for one in made["books"] if one["running"])
    assert len(book["pupils"]) == 4
    assert [slot for slot, _ in book["slots"]][-2:] == ["gk", "ck"]
    assert len(made["classes"][0]["pupils"]) == 4
    assert made["classes"][0]["days"]
    assert made["diary"]["subjects"][0]["id"] == cast.maths.pk
    assert len(json.dumps(made)) < 60_000


def test_what_is_not_hers_is_left_out_and_said(cast: Cast) -> None:
    made = pack(cast, "nam", so=f"{cast.maths.pk},x,-1", lop=str(cast.school_class.pk))
    assert (made["books"], made["classes"]) == ([], [])
    assert made["gone"] == [f"book:{cast.maths.pk}", f"class:{cast.school_class.pk}"]


def test_a_parent_has_nothing_to_take_along(cast: Cast) -> None:
    assert cast.client("lan").get("/ngoai-tuyen/goi.json").status_code in (403, 404)
