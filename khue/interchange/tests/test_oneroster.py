"""OneRoster 1.2: what it tells of the cast, window by window, in its own frame."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.utils import timezone

from khue.interchange.queries.oneroster_resources import BELOW, RESOURCES
from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.rules.oneroster import GRADEBOOK, ROSTERING
from khue.interchange.rules.scopes import SCHOOLS, STUDENTS
from khue.interchange.tests.programs import Program, program, register
from khue.interchange.tests.test_records_api import tell, write_row
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table


@pytest.fixture
def reader(cast: Cast) -> Program:
    return program(register(cast))


def asked(reader: Program, resource: str, condition: str = "", **query: Any) -> Any:
    base = RESOURCES[resource].base
    given = {**query, **({"filter": condition} if condition else {})}
    text = "&".join(f"{name}={quote(str(value))}" for name, value in given.items())
    return reader.get(f"{base}/{resource}?{text}")


def items(reader: Program, resource: str, condition: str = "", **query: Any) -> list[Any]:
    answer = asked(reader, resource, condition, **query)
    assert answer.status_code == 200, answer.content
    found: list[Any] = answer.json()[resource]
    return found


def test_every_list_opens_and_every_record_is_found_by_its_id(cast: Cast, reader: Program) -> None:
    write_row(cast)
    for name, resource in RESOURCES.items():
        listed = items(reader, name)
        assert listed or name == "gradingPeriods", name
        for one in listed[:3] + listed[-2:]:
            answer = reader.get(f"{resource.base}/{name}/{one['sourcedId']}")
            assert answer.status_code == 200, (name, one)
            assert answer.json()[resource.singular] == one
            assert list(one)[:3] == ["sourcedId", "status", "dateLastModified"]


def test_orgs_stand_in_their_tree(cast: Cast, reader: Program) -> None:
    found = {one["name"]: one for one in items(reader, "orgs")}
    school = found["Trường THCS Sao Khuê"]
    assert (school["type"], school["identifier"]) == ("school", "20001A")
    commune = found["Xã Suối Trong"]
    assert school["parent"]["sourcedId"] == commune["sourcedId"]
    assert commune["type"] == "local"
    assert found["Sở GD&ĐT tỉnh Thử"]["type"] == "state"
    assert len(items(reader, "orgs", "type='school'")) == 2


def test_names_are_told_given_and_family(cast: Cast, reader: Program) -> None:
    (minh,) = [one for one in items(reader, "students") if one["givenName"] == "Minh"]
    assert (minh["familyName"], minh["identifier"]) == ("Triệu Quang", "2000000001")
    assert minh["sourcedId"] == str(cast.minh.student.public_id)
    assert minh["roles"][0]["role"] == "student"
    assert {one["roles"][0]["role"] for one in items(reader, "users")} == {"student", "teacher"}
    assert len(items(reader, "users", "role='teacher'")) == len(items(reader, "teachers"))


def test_pupils_are_enrolled_in_their_class_and_in_its_subjects(
    cast: Cast, reader: Program
) -> None:
    room = make_id(Kind.CLASS, cast.school_class.pk)
    maths = make_id(Kind.CLASS_SUBJECT, cast.maths.pk)
    for own in (room, maths):
        found = items(reader, "enrollments", f"class.sourcedId='{own}' AND role='student'")
        assert len(found) == 4
        below = reader.get(f"{ROSTERING}/classes/{own}/students").json()["students"]
        assert {one["user"]["sourcedId"] for one in found} == {one["sourcedId"] for one in below}
    (teaches,) = items(reader, "enrollments", f"class.sourcedId='{maths}' AND role='teacher'")
    assert teaches["user"]["sourcedId"] == str(cast.hoa.staff.public_id)
    (leads,) = reader.get(f"{ROSTERING}/classes/{room}/teachers").json()["teachers"]
    assert leads["givenName"] == "Bình"


def test_a_mark_is_a_result_of_a_line_item(cast: Cast, reader: Program) -> None:
    write_row(cast)
    scored, waiting = items(reader, "results")
    assert (scored["score"], scored["scoreStatus"]) == (7.5, "fully graded")
    assert waiting["scoreStatus"] == "not submitted"
    item = reader.get(f"{GRADEBOOK}/lineItems/{scored['lineItem']['sourcedId']}").json()
    assert item["lineItem"]["title"] == "Thường xuyên 1"
    assert item["lineItem"]["resultValueMax"] == 10
    only = f"lineItem.sourcedId='{scored['lineItem']['sourcedId']}'"
    assert items(reader, "results", only) == [scored]
    mate = cast.classmates[0].public_id
    assert items(reader, "results", f"student.sourcedId='{mate}'") == []


def test_line_items_are_the_columns_of_the_books(cast: Cast, reader: Program) -> None:
    maths = make_id(Kind.CLASS_SUBJECT, cast.maths.pk)
    found = items(reader, "lineItems", f"class.sourcedId='{maths}'", limit=1000)
    assert len(found) == 2 * (4 + 2)


def test_demographics_need_their_own_scope_and_are_noted(cast: Cast, reader: Program) -> None:
    plain = program(register(cast, scopes=frozenset({SCHOOLS, STUDENTS}), name="Trơn"))
    refused = asked(plain, "demographics")
    assert refused.status_code == 403
    assert refused.json()["imsx_codeMajor"] == "failure"
    with scoped(EVERYTHING):
        before = table("ledger.SensitiveRead").objects.count()
    told = items(reader, "demographics")
    assert {one["sex"] for one in told} == {"male", "female"}
    with scoped(EVERYTHING):
        assert table("ledger.SensitiveRead").objects.count() == before + len(told)


@pytest.mark.parametrize("resource", ["users", "enrollments", "classes", "lineItems", "orgs"])
def test_windows_side_by_side_hold_everything_once(
    cast: Cast, reader: Program, resource: str
) -> None:
    whole = asked(reader, resource, limit=1000)
    total = int(whole.headers["X-Total-Count"])
    seen = [
        one["sourcedId"]
        for offset in range(0, total, 3)
        for one in items(reader, resource, limit=3, offset=offset)
    ]
    assert seen == [one["sourcedId"] for one in whole.json()[resource]]
    assert len(set(seen)) == total
    links = asked(reader, resource, limit=1, offset=1).headers["Link"]
    assert all(f'rel="{one}"' in links for one in ("first", "prev", "next", "last"))


def test_fields_are_chosen(cast: Cast, reader: Program) -> None:
    found = items(reader, "orgs", fields="sourcedId,name")
    assert {tuple(one) for one in found} == {("sourcedId", "name")}


def test_what_changed_since_a_moment(cast: Cast, reader: Program) -> None:
    since = (timezone.now() - timedelta(seconds=5)).isoformat().replace("+00:00", "Z")
    tell(cast, f"student:{cast.minh.student.pk}")
    changed = f"dateLastModified>'{since}'"
    (minh,) = items(reader, "students", changed)
    assert minh["dateLastModified"] >= since[:19]
    assert {one["role"] for one in items(reader, "enrollments", changed)} == {"student"}


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("users", "filter=givenName%20LIKE%20'x'"),
        ("users", "filter=khongCo='Minh'"),
        ("users", "filter=givenName='a'%20AND%20givenName='b'%20OR%20givenName='c'"),
        ("users", "filter=sourcedId>'a'"),
        ("enrollments", "filter=beginDate>'hom-qua'"),
        ("results", "filter=score>'chin'"),
        ("users", "fields="),
        ("users", "fields=sourcedId,khongCo"),
        ("users", "sort=familyName&orderBy=gi"),
        ("orgs", "limit=0"),
        ("orgs", "offset=-1"),
        ("orgs", "limit=100000"),
        ("users", "filter=dateLastModified>'hom-qua'"),
    ],
)
def test_what_cannot_be_kept_is_refused_aloud(reader: Program, resource: str, query: str) -> None:
    refused = reader.get(f"{RESOURCES[resource].base}/{resource}?{query}")
    assert refused.status_code == 400
    assert refused.json()["imsx_severity"] == "error"


def test_another_school_does_not_exist(cast: Cast) -> None:
    own = program(register(cast, "mai"))
    there = make_id(Kind.ORGANISATION, cast.other_school.pk)
    for below in BELOW:
        address = below.address.format(sourced_id=there, inner_id=uuid4())
        assert own.get(address).status_code == 404, address
    assert own.get(f"{ROSTERING}/users/{cast.other_student.public_id}").status_code == 404
    room = make_id(Kind.CLASS, cast.other_class.pk)
    assert own.get(f"{ROSTERING}/classes/{room}").status_code == 404
    assert own.get(f"{ROSTERING}/classes/{room}/students").status_code == 404
    assert "Sơn" not in {one["givenName"] for one in items(own, "users")}


def test_nobody_comes_in_without_a_token(cast: Cast, reader: Program) -> None:
    answer = reader.browser.get(f"{ROSTERING}/orgs", secure=True)
    assert (answer.status_code, answer.json()["imsx_codeMajor"]) == (401, "failure")
    assert reader.get("/ims/oneroster/rostering/v1p2/khong-co").status_code == 404
