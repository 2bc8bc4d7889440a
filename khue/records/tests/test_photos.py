"""The photo of a pupil: who may put it in, who sees it, and what stays secret of it."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from khue.records.api import merge_students, photos_of, undo_merge
from kit.archives import write_archive
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, Cast, enrol, make_student, table

PEOPLE = ["thu", "mai", "binh", "hoa", "nam", "ha", "dung", "lan", "minh", "stranger", "nobody"]


def jpeg(colour: str = "navy", width: int = 400, height: int = 500) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def send(cast: Cast, person: str, address: str, content: bytes, name: str = "anh.jpg") -> Any:
    return cast.client(person).post(address, {"file": SimpleUploadedFile(name, content)})


@pytest.fixture
def photo(cast: Cast) -> str:
    """The address of em Minh's photo, which cô Thu has put in."""
    address = f"/hoc-sinh/{cast.minh.student.pk}/anh/"
    assert send(cast, "thu", address, jpeg()).status_code == 302
    return address


def test_who_sees_a_photo(cast: Cast, photo: str) -> None:
    seen = [cast.client(one).get(f"{photo}tep/").status_code for one in PEOPLE]
    assert seen == [200, 200, 200, 200, 404, 200, 200, 200, 200, 403, 302]
    pages = [cast.client(one).get(photo).status_code for one in PEOPLE]
    assert pages == seen


def test_who_puts_a_photo_in(cast: Cast) -> None:
    address = f"/hoc-sinh/{cast.minh.student.pk}/anh/"
    given = [send(cast, one, address, jpeg()).status_code for one in PEOPLE]
    assert given == [302, 302, 302, 403, 404, 403, 403, 403, 403, 403, 302]
    asked = [
        cast.client(one).get(f"/lop/{cast.school_class.pk}/anh/").status_code for one in PEOPLE
    ]
    assert asked == [200, 200, 200, 403, 403, 403, 403, 403, 403, 403, 302]


def test_a_photo_is_sealed_and_the_ledger_tells_its_digest(cast: Cast, photo: str) -> None:
    shown = cast.client("lan").get(f"{photo}tep/")
    assert shown["Content-Type"] == "image/jpeg"
    assert "no-store" in shown["Cache-Control"]
    with scoped(EVERYTHING), connection.cursor() as cursor:
        cursor.execute("select sealed from records_studentphoto")
        sealed = bytes(cursor.fetchone()[0])
        told = table("ledger.Entry").objects.get(action="change_photo")
    assert shown.content not in sealed
    assert sealed[:2] != b"\xff\xd8"
    assert told.subject == f"student:{cast.minh.student.pk}"


def test_another_school_cannot_read_the_row(cast: Cast, photo: str) -> None:
    with scoped(Scope(schools=(cast.other_school.pk,))):
        assert photos_of([cast.minh.student.pk]) == {}
    with scoped(Scope(schools=(cast.school.pk,))):
        assert list(photos_of([cast.minh.student.pk])) == [cast.minh.student.pk]


def test_what_is_no_picture_is_told_beside_the_form(cast: Cast) -> None:
    address = f"/hoc-sinh/{cast.minh.student.pk}/anh/"
    answer = send(cast, "thu", address, b"#!/bin/sh")
    assert answer.status_code == 422
    assert "không phải ảnh JPEG hoặc PNG" in answer.content.decode()
    assert cast.client("thu").post(address, {}).status_code == 422


def test_a_class_by_an_archive_named_with_codes(cast: Cast) -> None:
    files = {
        "8A/2000000001.JPG": jpeg("green"),
        "8A/2000000099.jpg": jpeg(),
        "2000000001.png": jpeg(),
        "doc.txt": b"",
        "__MACOSX/8A/._2000000001.JPG": b"",
        "8A/Thumbs.db": b"",
    }
    address = f"/lop/{cast.school_class.pk}/anh/"
    page = send(cast, "binh", address, write_archive(files), "anh.zip").content.decode()
    assert "Đã đưa 1 ảnh vào hồ sơ" in page
    assert "3 tệp chưa dùng được" in page
    assert "“8A/2000000099.jpg”: lớp không có học sinh mang mã này." in page
    with scoped(EVERYTHING):
        assert list(photos_of([cast.minh.student.pk])) == [cast.minh.student.pk]


def test_a_broken_archive_changes_nothing(cast: Cast) -> None:
    answer = send(cast, "thu", f"/lop/{cast.school_class.pk}/anh/", b"PK", "anh.zip")
    assert answer.status_code == 422
    assert "không phải tệp nén ZIP" in answer.content.decode()


def test_a_photo_is_taken_away(cast: Cast, photo: str) -> None:
    assert cast.client("thu").post(f"{photo}go/").status_code == 302
    assert cast.client("thu").get(f"{photo}tep/").status_code == 404
    assert cast.client("thu").post(f"{photo}go/").status_code == 302


def test_a_merge_takes_the_photo_along_and_gives_it_back(cast: Cast, photo: str) -> None:
    child = cast.minh.student.pk
    with scoped(EVERYTHING):
        double = make_student(cast.school, "Triệu Quang Minh")
        enrol(double, cast.sister_class, starts_on="2025-09-05", ends_on="2026-05-30")
        common: dict[str, Any] = {"actor": cast.thu.actor, "now": NOW}
        merge = merge_students(**common, kept_id=double.pk, gone_id=child)
        assert list(photos_of([child, double.pk])) == [double.pk]
        undo_merge(**common, merge_id=merge)
        assert list(photos_of([child, double.pk])) == [child]
