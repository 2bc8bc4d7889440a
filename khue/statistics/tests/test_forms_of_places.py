"""Forms filled from the figure of a place are those that its schools give, one after another."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.statistics.queries.reports import THEMES_OF_FORMS, report_of
from khue.statistics.rules.declared import LEVELS_OF_FORMS, TOLD
from khue.statistics.rules.parts import keys_apart, rest_of
from khue.statistics.rules.reports import OF_LEVELS, Filled, fill_form, form_rows, theme_of
from khue.statistics.rules.sources import PUBLIC, SchoolCounts, key_of_condition, keys_for
from khue.statistics.rules.themes import COLUMNS
from khue.statistics.services.following import follow_to_the_end
from khue.statistics.tests.test_oracle import build
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, table

FORMS = ["01-mn", "02-th"]
BEYOND = {f"0{level}.age.{age}{end}" for level in (1, 2) for age in (2, 4, 13) for end in COLUMNS}


def keys_of(form: str) -> list[str]:
    """Every count that a form reads, and some that only its open terms read."""
    found = set(BEYOND)
    for row in form_rows(form):
        for condition in row.source.conditions if row.source else ():
            found.update(key_of_condition(one) for one in condition)
        for _, term in row.source.terms if row.source else ():
            for column in row.columns:
                found.update(keys_for((), term, column, YEAR))
    return sorted(found)


def of_level(key: str, form: str) -> bool:
    """Whether the figure of a place holds it: counted, and of the level of the form."""
    return key.startswith(f"{LEVELS_OF_FORMS[form]}.") and not key.startswith(TOLD)


def picked(school: dict[str, int], form: str, declared: set[str]) -> SchoolCounts:
    """A school as the statement tells it."""
    apart = {key for keys in keys_apart(form).values() for key in keys}
    told = {
        key: value
        for key, value in school.items()
        if PUBLIC not in school or key in apart | declared or not of_level(key, form)
    }
    return SchoolCounts(told)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=8)
@given(chance=st.randoms(use_true_random=False), number=st.integers(1, 6))
def test_parts_and_rest_are_the_schools(form: str, chance: random.Random, number: int) -> None:
    keys = keys_of(form)
    declared = {key for row in form_rows(form) if row.source for key in row.source.declared}
    declared |= {key + column for key in declared for column in COLUMNS}
    schools = [
        {key: chance.randrange(1, 40) for key in chance.sample(keys, len(keys) // 2)}
        for _ in range(number)
    ]
    for one in schools:
        one |= {PUBLIC: 1} if chance.random() < 0.6 else {}
        one |= {TOLD + key: 1 for key in declared & one.keys()}
    whole: dict[str, int] = {}
    for key in (key for key in keys if of_level(key, form) and key not in declared):
        whole[key] = sum(one.get(key, 0) for one in schools)
    parts = [picked(one, form, declared) for one in schools]
    filled = fill_form(form, [*parts, rest_of(form, whole, parts)], YEAR)
    assert filled == fill_form(form, [SchoolCounts(one) for one in schools], YEAR)


@pytest.mark.parametrize("form", FORMS)
def test_what_a_condition_looks_at_is_read_of_every_school(form: str) -> None:
    for theme, keys in keys_apart(form).items():
        assert theme in OF_LEVELS
        assert {theme_of(key) for key in keys} == {theme}
        assert all(key == "".join(keys_for((), key, "", YEAR)) for key in keys)


@pytest.fixture
def province(cast: Cast) -> Cast:
    with scoped(EVERYTHING):
        build(cast, random.Random(7))
        private = table("organisations.School").objects.filter(pk=cast.other_school.pk)
        private.update(ownership="02", area_kind="04")
        follow_to_the_end(now=NOW)
    return cast


def from_every_school(form: str, path: str) -> list[Filled]:
    """The form from all counts of all schools in a place, read plainly."""
    merged: dict[int, dict[str, int]] = {}
    figures = table("statistics.Figure").objects
    for row in figures.filter(
        kind="school", year=YEAR, path__startswith=path, theme__in=THEMES_OF_FORMS[form]
    ):
        merged.setdefault(row.place_id, {}).update(row.counts)
    return fill_form(form, [SchoolCounts(one) for one in merged.values()], YEAR)


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_a_place_is_the_sum_of_its_schools(province: Cast, form: str) -> None:
    for node in (province.department, province.commune, province.school):
        told = report_of(province.dung.actor, node.pk, form, YEAR, exact=True).lines
        with scoped(EVERYTHING):
            assert list(told) == from_every_school(form, path_of(node)), node


def path_of(node: Any) -> str:
    return str(getattr(node, "organisation", node).path)


def test_the_form_shows_numbers_of_schools_that_are_not_public(province: Cast) -> None:
    told = report_of(province.dung.actor, province.department.pk, "02-th", YEAR, exact=True)
    pupils = next(one for one in told.lines if one.row.code == "37")
    of_private = table("statistics.Figure").objects.get(
        kind="school", year=YEAR, theme="enrolment", place_id=province.other_school.pk
    )
    assert pupils.value("private") == of_private.counts.get("02.pupils", 0)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_takes_two_looks_at_figures_however_many_schools(province: Cast, form: str) -> None:
    dung = province.client("dung")
    address = reverse("statistics.form", args=[province.department.pk, form])
    dung.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = dung.get(address)
    assert answer.status_code == 200
    texts = [one["sql"] for one in asked.captured_queries]
    assert len(texts) <= 8, json.dumps(texts, ensure_ascii=False)
    assert sum("statistics_figure" in one for one in texts) == 2
