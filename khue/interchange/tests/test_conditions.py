"""Filters, order and chosen fields of OneRoster: the same as if every record were looked at."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from khue.interchange.queries.oneroster_resources import RESOURCES
from khue.interchange.rules.filters import (
    OPERATORS,
    Condition,
    FilterUnreadable,
    holds,
    read_filter,
)
from khue.interchange.rules.oneroster import texts_at
from khue.interchange.rules.scopes import SCHOOLS, STAFF, STUDENTS
from khue.interchange.tests.programs import Program, program, register
from khue.interchange.tests.test_records_api import tell, write_row
from tests.cast import Cast

# Fields that a filter knows and the record does not show, or shows by another name.
UNSEEN = {"school.sourcedId", "class.sourcedId", "role"}
SEEN_IN = {"enrollments", "classes", "lineItems"}
LISTS = sorted(set(RESOURCES) - {"gradingPeriods"})
NUMBERS = {"score"}
DRAWN = settings(
    max_examples=70,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def reader(cast: Cast) -> Program:
    write_row(cast)
    tell(cast, f"student:{cast.minh.student.pk}", f"class:{cast.school_class.pk}")
    return program(register(cast, calls_a_minute=6000))


def answer(reader: Program, name: str, **query: Any) -> Any:
    resource = RESOURCES[name]
    return reader.get(f"{resource.base}/{name}?{urlencode({'limit': 1000, **query})}")


def items(reader: Program, name: str, **query: Any) -> list[dict[str, Any]]:
    told = answer(reader, name, **query)
    assert told.status_code == 200, (query, told.content)
    found: list[dict[str, Any]] = told.json()[name]
    return found


def fields_of(name: str) -> list[str]:
    hidden = set() if name in SEEN_IN else UNSEEN
    return [one for one in RESOURCES[name].narrows if one not in hidden]


def text_of(condition: Condition) -> str:
    return f"{condition.field}{condition.operator}'{condition.value}'"


def fits(record: dict[str, Any], condition: Condition) -> bool:
    texts = texts_at(record, condition.field)
    if condition.field not in NUMBERS:
        return holds(texts, condition)
    padded = Condition(condition.field, condition.operator, f"{float(condition.value):09.3f}")
    return holds([f"{float(one):09.3f}" for one in texts], padded)


def is_id(field: str) -> bool:
    return field.endswith("ourcedId") and field != "course.sourcedId"


@st.composite
def asked(draw: Any, lists: dict[str, list[dict[str, Any]]]) -> tuple[str, list[Condition], str]:
    """A list, one or two conditions on values that stand in it, and how they are joined."""
    name = draw(st.sampled_from(LISTS))
    conditions = []
    for _ in range(draw(st.integers(1, 2))):
        field = draw(st.sampled_from(fields_of(name)))
        values = sorted({text for one in lists[name] for text in texts_at(one, field)})
        operators = [
            one
            for one in OPERATORS
            if not (one == "~" and (field in NUMBERS or field == "dateLastModified"))
            and not (is_id(field) and one not in ("=", "!="))
            and not (field == "course.sourcedId" and one not in ("=", "!="))
        ]
        value = draw(st.sampled_from(values or ["1" if field in NUMBERS else "khong-co"]))
        if not values and field.endswith("Date"):
            value = "2026-09-05"
        conditions.append(Condition(field, draw(st.sampled_from(operators)), value))
    return name, conditions, draw(st.sampled_from(["AND", "OR"]))


def test_a_filter_leaves_what_it_says(cast: Cast, reader: Program) -> None:
    lists = {name: items(reader, name) for name in LISTS}

    @DRAWN
    @given(asked(lists))
    def ask(question: tuple[str, list[Condition], str]) -> None:
        name, conditions, joined = question
        text = f" {joined} ".join(map(text_of, conditions))
        all_of = all if joined == "AND" or len(conditions) == 1 else any
        wanted = [
            one["sourcedId"]
            for one in lists[name]
            if all_of(fits(one, each) for each in conditions)
        ]
        found = answer(reader, name, filter=text)
        assert found.status_code == 200, (name, text, found.content)
        assert [one["sourcedId"] for one in found.json()[name]] == wanted, (name, text)
        assert found.headers["X-Total-Count"] == str(len(wanted))

    ask()


def test_every_list_is_sorted_by_every_field_it_sorts_by(cast: Cast, reader: Program) -> None:
    for name in LISTS:
        for field in RESOURCES[name].sorts:
            for order in ("asc", "desc"):
                found = [
                    texts_at(one, field) for one in items(reader, name, sort=field, orderBy=order)
                ]
                filled = [one for one in found if one]
                assert filled == sorted(filled, reverse=order == "desc"), (name, field)
                assert found == filled + [[]] * (len(found) - len(filled)), (name, field)


def test_windows_of_a_sorted_list_hold_everything_once(cast: Cast, reader: Program) -> None:
    for name, field in [
        ("users", "familyName"),
        ("enrollments", "beginDate"),
        ("results", "score"),
    ]:
        whole = [one["sourcedId"] for one in items(reader, name, sort=field)]
        parts = [
            one["sourcedId"]
            for offset in range(0, len(whole), 5)
            for one in items(reader, name, sort=field, limit=5, offset=offset)
        ]
        assert parts == whole, name


def test_what_nobody_sorts_by_leaves_the_order_of_the_house(cast: Cast, reader: Program) -> None:
    assert items(reader, "users", sort="khongCo") == items(reader, "users")
    deep = answer(reader, "users", sort="familyName", offset=10_000)
    assert (deep.status_code, deep.json()["imsx_codeMajor"]) == (400, "failure")
    assert items(reader, "students", sort="familyName", offset=10_000) == []


def test_a_filter_on_what_is_not_told_finds_nothing(cast: Cast) -> None:
    plain = program(register(cast, scopes=frozenset({SCHOOLS, STUDENTS, STAFF})))
    for condition in ("email!='x'", "email~'@'", "phone>='0'"):
        assert items(plain, "users", filter=condition) == []
    full = program(register(cast, name="Đủ"))
    told = items(full, "users", filter="phone>='0'")
    assert all(one["phone"] for one in told)


@pytest.mark.parametrize(
    "text",
    ["name", "name='a", "name='a' and name='b'", "name=='a'", "='a'", "name='a' AND ", "a=\"b\"",
     "name='a' AND name='b' AND name='c'", "name='" + "a" * 201 + "'", "name='a\n'"],
)  # fmt: skip
def test_what_is_no_filter_is_not_read(text: str) -> None:
    with pytest.raises(FilterUnreadable):
        read_filter(text)


def test_a_word_within_quotes_joins_nothing() -> None:
    read = read_filter("name='a OR b' OR name~'AND'")
    assert [one.value for one in read.conditions] == ["a OR b", "AND"]
    assert not read.both
