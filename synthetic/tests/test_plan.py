"""The plan of the synthetic province, without a database."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machinery.surroundings import ROOT
from synthetic.ids import Ids, TooMany
from synthetic.keys import same_as_the_kit
from synthetic.kinds import BANDS, KINDS, LEAVERS, SCHOOLS
from synthetic.names import GROUPS, is_right
from synthetic.plan import LAST_YEAR, YEAR, Outline, PlannedSchool, Province
from synthetic.province import plan_province, whole_province
from synthetic.school import plan_school
from synthetic.seats import last_year_rolls

CHILDREN = 204_551


@cache
def whole() -> Province:
    return plan_province(1)


@cache
def opening() -> tuple[PlannedSchool, ...]:
    """The first ten schools: one of each important kind."""
    province = plan_province(1, 10)
    return tuple(plan_school(province, one) for one in province.schools)


def test_the_province_has_its_schools_and_children() -> None:
    province = whole()
    assert len(province.schools) == SCHOOLS == 675
    assert len(province.communes) == 65
    assert sum(one.size for one in province.schools) == CHILDREN
    for band in BANDS.values():
        assert sum(one.pupils.get(band.key, 0) for one in province.schools) == band.total


def test_another_seed_makes_another_province_of_the_same_size() -> None:
    other = plan_province(77)
    assert sum(one.size for one in other.schools) == CHILDREN
    assert Counter(one.kind.key for one in other.schools) == {k.key: k.count for k in KINDS}
    assert [one.name for one in other.schools] != [one.name for one in whole().schools]


def test_every_commune_has_its_schools_from_preschool_to_lower_secondary() -> None:
    taught: dict[str, set[str]] = {one.code: set() for one in whole().communes}
    for school in whole().schools:
        taught[school.commune.code].update(school.kind.levels)
    assert all({"01", "02", "03"} <= levels for levels in taught.values())


def test_schools_are_managed_by_their_highest_level() -> None:
    for school in whole().schools:
        upper = {"04", "05"} & set(school.kind.levels)
        assert school.kind.managed_by == ("SO" if upper else "XA")
        assert whole().path_of(school).count("/") == (4 if upper else 5)


def test_names_and_codes_of_schools_are_their_own() -> None:
    assert len({one.name for one in whole().schools}) == SCHOOLS
    assert len({one.code for one in whole().schools}) == SCHOOLS


def test_a_smaller_province_is_the_beginning_of_the_whole_one() -> None:
    small, large = plan_province(1, 3), plan_province(1, 20)
    assert small.schools == large.schools[:3] == whole().schools[:3]
    one, same = (plan_school(each, each.schools[0]) for each in (small, large))
    pupils = [each for each in one.pupils if not each.leaver]
    assert pupils == [each for each in same.pupils if not each.leaver]
    assert [each.seats for each in one.classes_of(YEAR)] == [
        each.seats for each in same.classes_of(YEAR)
    ]


@pytest.mark.parametrize("schools", [1, 5, 14])
def test_last_year_of_a_sample_is_nearly_as_large_as_this_year(schools: int) -> None:
    sample = plan_province(1, schools)
    now = sum(one.size for one in sample.schools)
    then = sum(sum(rolls_of(sample, one).values()) for one in sample.schools)
    assert 0 <= now - then <= now * 5 // 100


@given(
    seed=st.sampled_from([1, 77]), schools=st.integers(1, SCHOOLS), at=st.integers(0, SCHOOLS - 1)
)
@settings(max_examples=20, deadline=None)
def test_last_year_of_a_school_is_as_large_in_every_sample(
    seed: int, schools: int, at: int
) -> None:
    sample, all_of_it = plan_province(seed, schools), plan_province(seed)
    school = sample.schools[at % schools]
    assert rolls_of(sample, school) == rolls_of(all_of_it, school)


def rolls_of(province: Province, school: Outline) -> dict[str, int]:
    return {band: len(found) for band, found in last_year_rolls(province, school).items() if found}


def test_whoever_went_on_outside_a_sample_left_and_the_whole_province_has_none() -> None:
    assert not any(count for sent in whole().beyond.values() for count in sent.values())
    sample = plan_province(1, 1)
    school = plan_school(sample, sample.schools[0])
    gone = [one for one in school.pupils if one.leaver]
    finished = sample.schools[0].pupils["09"] * LEAVERS["09"] // 10_000
    assert len(gone) == finished + sample.beyond[0]["09"] > finished
    assert {one.band.key for one in gone} == {"09"}


def test_the_same_seed_makes_the_same_school() -> None:
    whole_province.cache_clear()
    again = plan_province(1, 10)
    assert tuple(plan_school(again, one) for one in again.schools[:2]) == opening()[:2]


def test_every_child_of_a_school_sits_in_one_class() -> None:
    for school in opening():
        for year in (LAST_YEAR, YEAR):
            seated = [seat.student_id for room in school.classes_of(year) for seat in room.seats]
            assert len(seated) == len(set(seated))
        now = {seat.student_id for room in school.classes_of(YEAR) for seat in room.seats}
        assert now == {one.id for one in school.pupils if not one.leaver}
        assert len(now) == school.outline.size


def test_classes_hold_the_grades_of_their_children_and_are_not_overfull() -> None:
    for school in opening():
        for room in school.classes:
            assert {seat.band.key for seat in room.seats} <= {one.key for one in room.bands}
            assert 0 < len(room.seats) <= 45, (room.name, len(room.seats))
            assert bool(room.merged_kind) == (len(room.bands) > 1)


def test_mountain_schools_have_satellites_with_classes_of_several_grades() -> None:
    merged = [room for school in opening() for room in school.classes if room.merged_kind]
    assert {room.merged_kind for room in merged} == {"grades", "ages"}
    assert all(room.site.distance for room in merged)


def test_everybody_of_this_year_was_a_grade_below_or_came_from_elsewhere() -> None:
    for school in opening():
        then = {s.student_id: s.band for room in school.classes_of(LAST_YEAR) for s in room.seats}
        for room in school.classes_of(YEAR):
            for seat in room.seats:
                if seat.standing == "repeats":
                    assert then[seat.student_id] == seat.band
                elif seat.student_id in then:
                    assert then[seat.student_id].key == seat.band.before


def test_names_are_right_for_the_group() -> None:
    for school in opening():
        for one in school.pupils:
            assert is_right(one.name, one.group, one.sex), one.name
            assert set(one.name.split()) & set(GROUPS[one.group].family)
        for person in school.staff:
            assert is_right(person.name, person.group, person.sex), person.name


def test_children_bear_the_family_name_of_their_father() -> None:
    for one in opening()[0].pupils:
        for adult in one.adults:
            if adult.relation == "father":
                assert adult.name.split()[0] == one.name.split()[0]


def test_keys_of_names_are_those_of_the_kit() -> None:
    assert all(same_as_the_kit(one.name) for one in opening()[1].pupils[:200])


def test_every_number_that_could_be_called_is_invented() -> None:
    for school in opening():
        phones = [adult.phone for one in school.pupils for adult in one.adults]
        phones += [one.phone for one in school.staff]
        assert all(phone[:3] in {"030", "031"} and len(phone) == 10 for phone in phones)


def test_ages_fit_the_grades() -> None:
    late = 0
    for school in opening():
        for one in school.pupils:
            if not one.leaver:
                years = YEAR - int(one.born[:4]) - one.band.age
                assert 0 <= years <= 3
                late += years > 0
    assert 0 < late < 400


def test_every_book_has_a_teacher_of_the_school_and_every_class_a_homeroom() -> None:
    for school in opening():
        staff = {one.id for one in school.staff}
        for room in school.classes:
            assert room.homeroom_id in staff
            assert all(book.teacher_id in staff for book in room.books)
            assert (len(room.books) > 0) == (room.level != "01")


def test_ids_of_two_schools_never_meet() -> None:
    ids = Ids({"records.Student": 500})
    assert ids.of("records.Student", 1, 0) > ids.of("records.Student", 0, 5_999)
    with pytest.raises(TooMany):
        ids.of("records.Student", 0, 6_000)


def test_the_reference_tells_the_totals_of_every_grade() -> None:
    told = (ROOT / "docs" / "reference" / "synthetic-province.md").read_text()
    for band in BANDS.values():
        if band.level != "01":
            assert f"{band.total:,}" in told
    assert f"{CHILDREN:,}" in told
