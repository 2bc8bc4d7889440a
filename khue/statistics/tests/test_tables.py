"""Tables of many places: the brief says what the whole says, and a page costs as much for many."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from khue.records.api import SensitiveFacts, set_sensitive
from khue.statistics.api import PlaceKind, Theme, figures_below, table_below
from khue.statistics.rules.blocks import TABS
from khue.statistics.rules.brief import brief_of, is_brief, read_count
from khue.statistics.rules.columns import columns_of, wanted_of
from khue.statistics.services.following import follow_to_the_end
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, YEAR, Cast, enrol, make_class, make_school, make_student, table

WANTED = [
    (Theme.ENROLMENT, "pupils"),
    (Theme.ENROLMENT, "03.pupils.m"),
    (Theme.ENROLMENT, "03.disabled"),
    (Theme.SCHOOLS, "level.03"),
]


@pytest.fixture
def counted(cast: Cast) -> Cast:
    with scoped(EVERYTHING):
        set_sensitive(
            actor=cast.mai.actor,
            now=NOW,
            student_id=cast.minh.student.pk,
            facts=SensitiveFacts(disability="03"),
        )
    follow_to_the_end(now=NOW)
    return cast


def test_every_column_of_every_tab_stands_in_the_brief() -> None:
    wide = {
        one
        for tab in TABS
        for term in ("1", "2", "y")
        for level in ("", "01", "02", "03", "04", "05")
        for one in wanted_of(columns_of(tab, term, level))
        if not is_brief(*one)
    }
    assert wide == set()


def test_a_withheld_count_is_told_in_the_brief_to_those_inside_only() -> None:
    told = brief_of(Theme.ENROLMENT, {"pupils": 9, "03.age.12": 3}, ["03.pupils.m", "03.age.12"])
    assert told == {"pupils": 9, "03.pupils.m": "0"}
    assert read_count('"4"', exact=True) == 4
    assert read_count('"4"', exact=False) is None
    assert read_count(None, exact=False) == 0


@pytest.mark.parametrize("stale", [False, True])
def test_a_table_tells_what_the_figures_tell(counted: Cast, stale: bool) -> None:  # noqa: FBT001
    if stale:
        with scoped(EVERYTHING):
            table("statistics.Figure").objects.update(brief_of="old", brief={})
    actor, place = counted.dung.actor, counted.department.path
    rows = {
        one.id: one.counts for one in table_below(actor, place, YEAR, WANTED, kind=PlaceKind.SCHOOL)
    }
    whole = figures_below(actor, place, YEAR, kind=PlaceKind.SCHOOL)
    assert rows == {
        one.place_id: tuple(one.count(theme, key) for theme, key in WANTED) for one in whole
    }
    assert rows[counted.school.pk][2] is None


def test_a_brief_of_another_making_is_made_again(counted: Cast) -> None:
    with scoped(EVERYTHING):
        figures = table("statistics.Figure").objects
        before = list(figures.order_by("pk").values_list("brief", "brief_of"))
        figures.update(brief_of="old", brief={})
        table("statistics.Follower").objects.update(sweeping_from=0)
        follow_to_the_end(now=NOW)
        assert list(figures.order_by("pk").values_list("brief", "brief_of")) == before


def test_every_school_of_a_province_stands_on_one_page_for_as_few_statements(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    with scoped(EVERYTHING):
        for number in range(25):
            school = make_school(f"X{number}", f"Trường số {number}", cast.commune, cast.department)
            enrol(make_student(school, "Học Sinh Mẫu"), make_class(school, "6A", "06"))
    follow_to_the_end(now=NOW)
    dung = cast.client("dung")
    address = reverse("statistics.place", args=[cast.department.pk]) + "?theo=truong"
    dung.get(address)
    for more in ("", "&sort=-c1", "&q=so", "&cap=03", "&muc=quy-mo"):
        with django_assert_max_num_queries(18):
            page = dung.get(address + more).content.decode()
        assert page.count('<tr><th scope="row"><a class="row-link"') >= 25


def test_an_open_page_fetches_its_tiles_alone(counted: Cast) -> None:
    address = reverse("statistics.place", args=[counted.department.pk])
    asked = {"HX-Request": "true", "HX-Target": "figures-live"}
    for where in (address, reverse("statistics.place", args=[counted.school.pk])):
        told = counted.client("dung").get(where, headers=asked).content.decode()
        assert 'id="figures-live"' in told
        assert 'id="figures-time"' in told
        assert "<table" not in told
