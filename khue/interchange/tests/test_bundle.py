"""The archive of OneRoster: files, columns, references that lead somewhere, and who took it."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.scopes import ENROLMENTS, SCHOOLS, STAFF, STUDENTS
from khue.interchange.tests.programs import program, register
from khue.interchange.tests.test_records_api import write_row
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

ADDRESS = "/ims/oneroster/csv/v1p2/bundle.zip"


def opened(content: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(text)))
        for name, text in texts.items()
    }


def manifest(files: dict[str, Any]) -> dict[str, str]:
    return {one["propertyName"]: one["value"] for one in files["manifest"]}


def test_the_archive_of_a_school_holds_together(cast: Cast) -> None:
    write_row(cast)
    files = opened(program(register(cast, "mai")).get(ADDRESS).content)
    told = manifest(files)
    assert told["oneroster.version"] == "1.2"
    assert told["file.users"] == "bulk"
    users = {one["sourcedId"] for one in files["users"]}
    rooms = {one["sourcedId"] for one in files["classes"]}
    assert {one["userSourcedId"] for one in files["enrollments"]} <= users
    assert {one["classSourcedId"] for one in files["enrollments"]} <= rooms
    assert {one["userSourcedId"] for one in files["roles"]} == users
    courses = {one["sourcedId"] for one in files["courses"]}
    assert {one["courseSourcedId"] for one in files["classes"]} <= courses
    items = {one["sourcedId"] for one in files["lineItems"]}
    assert {one["lineItemSourcedId"] for one in files["results"]} <= items
    assert [one["score"] for one in files["results"]] == ["7.5", ""]
    assert all(one["status"] == one["dateLastModified"] == "" for one in files["users"])
    assert "Sơn" not in {one["givenName"] for one in files["users"]}


def test_what_is_not_allowed_is_absent(cast: Cast) -> None:
    scopes = frozenset({SCHOOLS, STUDENTS, STAFF, ENROLMENTS})
    files = opened(program(register(cast, "mai", scopes)).get(ADDRESS).content)
    assert "results" not in files
    assert "demographics" not in files
    assert manifest(files)["file.results"] == "absent"


def test_a_program_of_many_schools_names_one(cast: Cast) -> None:
    reader = program(register(cast))
    assert reader.get(ADDRESS).status_code == 400
    own = make_id(Kind.ORGANISATION, cast.other_school.pk)
    files = opened(reader.get(f"{ADDRESS}?school={own}").content)
    assert {one["givenName"] for one in files["users"]} == {"Sơn", "Nam"}
    assert reader.get(f"{ADDRESS}?school=khong-co").status_code == 404


def test_a_principal_takes_it_by_hand_without_what_is_sensitive(cast: Cast) -> None:
    answer = cast.client("mai").get("/du-lieu-mo/oneroster/")
    files = opened(answer.content)
    assert "demographics" not in files
    assert len(files["users"]) == 8
    with scoped(EVERYTHING):
        (row,) = table("interchange.Reading").objects.all()
    assert (row.school_id, row.client_name) == (cast.school.pk, "Lương Thị Mai (tải bằng tay)")
    assert (
        "Chưa rõ trường nào" in cast.client("dung").get("/du-lieu-mo/oneroster/").content.decode()
    )
