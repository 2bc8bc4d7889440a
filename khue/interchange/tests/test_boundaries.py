"""Every address: one school never shows another, nothing is sent twice, the pace is told."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from khue.gradebook.api import recount_progress
from khue.interchange.queries.oneroster_resources import BELOW, RESOURCES
from khue.interchange.rules.ids import Kind, make_id
from khue.interchange.tests.programs import Program, program, register
from khue.interchange.tests.test_records_api import write_row
from khue.interchange.views.api import document
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.records.api import SensitiveFacts, set_sensitive
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, make_cast

LISTS = [
    *(path for path in document()["paths"] if "{" not in path),
    *(f"{one.base}/{one.plural}" for one in RESOURCES.values()),
]
DRAWN = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def ids_of_the_neighbour(cast: Cast) -> list[str]:
    """Every id by which something of the other school may be asked for."""
    return [
        str(make_id(Kind.ORGANISATION, cast.other_school.pk)),
        str(make_id(Kind.CLASS, cast.other_class.pk)),
        str(cast.other_student.public_id),
        str(cast.nam.staff.public_id),
    ]


def words_of_the_neighbour(cast: Cast) -> list[str]:
    """What must stand in no answer: names and ids."""
    return ["Đồi Sim", "Lục Văn", '"Sơn"', *ids_of_the_neighbour(cast)]


@st.composite
def questions(draw: Any, ids: list[str]) -> str:
    """An address with ids of the neighbour at every place where an id may stand."""
    wanted = st.sampled_from(ids)
    kind = draw(st.sampled_from(["list", "below", "one", "student"]))
    if kind == "below":
        below = draw(st.sampled_from(BELOW))
        return str(below.address.format(sourced_id=draw(wanted), inner_id=draw(wanted)))
    if kind == "one":
        resource = draw(st.sampled_from(list(RESOURCES.values())))
        return f"{resource.base}/{resource.plural}/{draw(wanted)}"
    if kind == "student":
        return f"/api/v1/students/{draw(wanted)}"
    address, own = draw(st.sampled_from(LISTS)), draw(wanted)
    if address.startswith("/api"):
        query = {draw(st.sampled_from(["school", "place", "class_subject", "limit"])): own}
        return f"{address}?{urlencode({} if 'limit' in query else query)}"
    fields = RESOURCES[address.rpartition("/")[2]].narrows
    ways = [one for one in fields if one.endswith("ourcedId")]
    sign = draw(st.sampled_from(["=", "!="]))
    condition = f"{draw(st.sampled_from(ways))}{sign}'{own}' OR status='active'"
    return f"{address}?{urlencode({'filter': condition, 'limit': 1000})}"


def test_a_program_of_one_school_never_sees_another(cast: Cast) -> None:
    own = program(register(cast, "mai", calls_a_minute=6000))
    forbidden = words_of_the_neighbour(cast)

    @DRAWN
    @given(questions(ids_of_the_neighbour(cast)))
    def ask(address: str) -> None:
        answer = own.get(address)
        assert answer.status_code in (200, 400, 404, 422), address
        text = answer.content.decode()
        told = [one for one in forbidden if one in text]
        assert told == [], (address, told)

    ask()


def test_every_list_is_about_the_places_of_the_program(cast: Cast) -> None:
    write_row(cast)
    own = program(register(cast, "mai"))
    forbidden = words_of_the_neighbour(cast)
    for address in LISTS:
        text = own.get(address).content.decode()
        assert [one for one in forbidden if one in text] == [], address


def test_every_list_and_record_is_sent_once_while_it_stays(cast: Cast) -> None:
    write_row(cast)
    reader = program(register(cast))
    for address in LISTS:
        first = reader.get(address)
        assert first.status_code == 200, address
        again = reader.get(address, **{"If-None-Match": f'W/"x", {first.headers["ETag"]}'})
        assert (again.status_code, again.content) == (304, b""), address
        assert again.headers["ETag"] == first.headers["ETag"]
        assert "no-cache" in again.headers["Cache-Control"]
    student = f"/api/v1/students/{cast.minh.student.public_id}"
    user = f"{RESOURCES['users'].base}/users/{cast.minh.student.public_id}"
    for address in (student, user):
        tag = reader.get(address).headers["ETag"]
        assert reader.get(address, **{"If-None-Match": tag}).status_code == 304


def test_every_answer_tells_the_pace(cast: Cast) -> None:
    reader = program(register(cast, calls_a_minute=10, scopes=frozenset({"schools.read"})))
    first = reader.get("/api/v1/subjects").headers
    assert first["RateLimit-Limit"] == "10"
    assert first["RateLimit-Policy"] == "10;w=60"
    left = int(first["RateLimit-Remaining"])
    refused = reader.get("/api/v1/students")
    assert refused.status_code == 403
    assert int(refused.headers["RateLimit-Remaining"]) in (left - 1, 9)
    answers = [reader.get(f"{RESOURCES['orgs'].base}/orgs") for _ in range(22)]
    late = next(one for one in answers if one.status_code == 429)
    assert late.headers["RateLimit-Remaining"] == "0"
    assert late.headers["Retry-After"] == late.headers["RateLimit-Reset"]
    told = late.json()
    assert (told["imsx_codeMajor"], told["imsx_severity"]) == ("failure", "error")


def test_the_feed_misses_nothing_while_many_write(committed_database: str) -> None:
    with scoped(EVERYTHING):
        cast = make_cast()
    reader = program(register(cast))
    position = int(reader.get("/api/v1/changes").json()["position"])
    writers = [threading.Thread(target=write, args=(cast, turn)) for turn in range(3)]
    for one in writers:
        one.start()
    seen: list[str] = []
    while any(one.is_alive() for one in writers):
        position = follow(reader, position, seen)
    follow(reader, position, seen)
    assert sorted(seen) == sorted(
        str(make_id(Kind.CLASS, 1000 * turn + number)) for turn in range(3) for number in range(8)
    )


def write(cast: Cast, turn: int) -> None:
    """Eight acts, one of them slow: its entries are written long before they can be seen."""
    try:
        with scoped(EVERYTHING):
            for number in range(8):
                with transaction.atomic():
                    operation = Operation(Author(None, "Ai đó"), timezone.now())
                    subject = f"class:{1000 * turn + number}"
                    where = {"school_id": cast.school.pk, "province_id": cast.department.pk}
                    append_changes(operation, [Change(subject, "change", "Sửa", **where)])
                    if number == turn:
                        with connection.cursor() as cursor:
                            cursor.execute("select pg_sleep(0.05)")
    finally:
        connection.close()


def follow(reader: Program, position: int, seen: list[str]) -> int:
    """Read on to the end, page after page; the position to go on from."""
    more = True
    while more:
        told = reader.get(f"/api/v1/changes?after={position}&limit=3").json()
        seen += [one["id"] for one in told["items"]]
        position, more = int(told["position"]), told["more"]
    return position


def test_a_record_that_is_no_more_is_told_with_its_id(cast: Cast) -> None:
    reader = program(register(cast))
    start = reader.get("/api/v1/changes").json()["position"]
    where = {"school_id": cast.school.pk, "province_id": cast.department.pk}
    gone = "3f0c6a2e-5a0e-4d8e-9c57-0b5a8b1f2c11"
    with scoped(EVERYTHING), transaction.atomic():
        changes = [
            Change("student:987654", "remove", "Em", old={"public_id": gone}, **where),
            Change(f"class:{cast.school_class.pk}", "remove", "8A", **where),
        ]
        append_changes(Operation(Author(None, "Ai đó"), timezone.now()), changes)
    told = reader.get(f"/api/v1/changes?after={start}").json()["items"]
    assert [(one["kind"], one["id"], one["deleted"]) for one in told] == [
        ("student", gone, True),
        ("class", str(make_id(Kind.CLASS, cast.school_class.pk)), True),
    ]


@pytest.mark.parametrize("person", ["dung", "mai"])
def test_figures_come_with_small_counts_withheld(cast: Cast, person: str) -> None:
    with scoped(EVERYTHING):
        facts = SensitiveFacts(disability="03", policies=("08",))
        minh = cast.minh.student.pk
        set_sensitive(actor=cast.mai.actor, now=NOW, student_id=minh, facts=facts)
        recount_progress(now=NOW)
        follow_to_the_end(now=NOW)
    reader = program(register(cast, person))
    found = reader.items(f"/api/v1/figures?year={YEAR}&theme=enrolment&kind=school")
    schools = {one["name"]: one["figures"][0] for one in found}
    assert len(schools) == (2 if person == "dung" else 1)
    own = schools["Trường THCS Sao Khuê"]
    assert own["counts"]["pupils"] == 4
    assert "03.disabled" in own["hidden"]
    assert "03.disabled" not in own["counts"]
    there = make_id(Kind.ORGANISATION, cast.department.pk)
    of_province = reader.get(f"/api/v1/figures?year={YEAR}&place={there}")
    assert of_province.status_code == (200 if person == "dung" else 404)
