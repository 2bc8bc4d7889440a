"""Numbers, names and likeness of people, as the office checks them."""

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from khue.records.rules.duplicates import PersonFacts, compare_people
from khue.records.rules.names import check_full_name
from khue.records.rules.personal_number import (
    Finding,
    Sex,
    check_personal_number,
    mask_personal_number,
    normalise_personal_number,
)
from kit.dates import PartialDate
from kit.refusal import Refusal

HERE = Path(__file__).parent
VECTORS: list[dict[str, Any]] = yaml.safe_load(
    (HERE / "data" / "identity.yaml").read_text(encoding="utf-8")
)["personal_number"]
with (HERE.parents[1] / "organisations/data/codes/provinces-63.csv").open(
    encoding="utf-8", newline=""
) as file:
    PLACES = {"0" + row["code"] for row in csv.DictReader(file)}

BORN = PartialDate(2015, 3, 9)
LAN = PersonFacts("Nguyễn Thị Lan", BORN, "F", "", "Trần Thị Hoa")


def findings(number: str, sex: Sex | None = "M", year: int | None = 2015) -> list[str]:
    """What the check says, as keys."""
    found = check_personal_number(number, sex=sex, birth_year=year, known_places=PLACES)
    return [finding.value for finding in found]


@pytest.mark.parametrize("case", VECTORS, ids=[case["id"] for case in VECTORS])
def test_personal_number(case: dict[str, Any]) -> None:
    assert findings(case["number"], case["sex"], case["birth_year"]) == case["out"]


@pytest.mark.parametrize(
    ("number", "sex", "year", "expected"),
    [
        ("001315123456", "F", 2015, ["OK"]),
        ("001299123456", "M", 1999, ["CENTURY_MISMATCH"]),
        ("001214123456", "M", 2015, ["YEAR_MISMATCH"]),
        ("097116123456", "M", 2015, [
            "CENTURY_MISMATCH", "SEX_MISMATCH", "YEAR_MISMATCH", "UNKNOWN_PLACE"]),
        ("001 215 123 456", "M", 2015, ["OK"]),
        ("٠٠١٢١٥١٢٣٤٥٦", "M", 2015, ["REJECT_CHARACTERS"]),
        ("００１２１５１２３４５６", "M", 2015, ["REJECT_CHARACTERS"]),
        ("00121512345X", "M", 2015, ["REJECT_CHARACTERS"]),
        ("", "M", 2015, ["REJECT_CHARACTERS"]),
        ("123456789", "M", 2015, ["REJECT_LENGTH"]),
        ("001315123456", None, None, ["OK"]),
    ],
)  # fmt: skip
def test_findings_come_in_their_order(
    number: str, sex: Sex | None, year: int | None, expected: list[str]
) -> None:
    assert findings(number, sex, year) == expected


def test_a_spreadsheet_that_lost_zeros_gets_them_back() -> None:
    assert normalise_personal_number(1215123456) == "001215123456"
    assert normalise_personal_number(79215123456.0) == "079215123456"
    assert normalise_personal_number(123456789) == "123456789"
    assert normalise_personal_number(None) == ""


def test_every_finding_has_a_sentence_and_only_rejections_refuse() -> None:
    assert all(finding.sentence.endswith(".") for finding in Finding)
    assert {finding for finding in Finding if finding.is_rejection} == {
        Finding.REJECT_LENGTH, Finding.REJECT_CHARACTERS,
    }  # fmt: skip


def test_a_number_in_a_list_shows_its_last_three_digits() -> None:
    assert mask_personal_number("001215123456") == "•••••••••456"
    assert mask_personal_number("") == ""


@given(
    st.sampled_from(sorted(PLACES)),
    st.integers(1900, 2399),
    st.sampled_from(["M", "F"]),
    st.integers(0, 999_999),
)
def test_a_number_built_by_the_rule_passes_it(place: str, year: int, sex: Sex, rest: int) -> None:
    digit = (year // 100 - 19) * 2 + (0 if sex == "M" else 1)
    number = f"{place}{digit}{year % 100:02d}{rest:06d}"
    assert findings(number, sex, year) == ["OK"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  nguyễn   thị lan", "Nguyễn Thị Lan"),
        ("NGUYỄN THỊ LAN", "Nguyễn Thị Lan"),
        ("Y Bhăm Êban", "Y Bhăm Êban"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Lan", "Lan"),
        ("Jean-Pierre McDonald", "Jean-Pierre McDonald"),
    ],
)
def test_a_name_is_kept(typed: str, kept: str) -> None:
    assert check_full_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "EMPTY"),
        ("   ", "EMPTY"),
        ("Lan 2", "FOREIGN_SIGN"),
        ("<b>Lan</b>", "FOREIGN_SIGN"),
        ("=1+1", "FOREIGN_SIGN"),
        ("Lan\u200b", "FOREIGN_SIGN"),
        ("---", "NO_LETTER"),
        ("a" * 101, "TOO_LONG"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, key: str) -> None:
    refusal = check_full_name(typed)
    assert isinstance(refusal, Refusal)
    assert refusal.key == key


def test_the_same_personal_number_is_the_same_person() -> None:
    likeness = compare_people(
        PersonFacts("Nguyễn Thị Lan", BORN, "F", "001315123456"),
        PersonFacts("Nguyễn Thị Lam", None, "", "001315123456"),
    )
    assert (likeness.certain, likeness.score) == (True, 100)
    assert likeness.reasons[0] == "Cùng số định danh cá nhân"


def test_same_name_and_birthday_are_worth_a_look_and_the_reasons_say_why() -> None:
    likeness = compare_people(LAN, PersonFacts("NGUYỄN THỊ LAN", BORN, "F"))
    assert likeness.possible
    assert likeness.reasons == ("Cùng họ tên", "Cùng ngày sinh 09/03/2015", "Cùng giới tính")


@pytest.mark.parametrize(
    "other",
    [
        PersonFacts("Nguyen Thi Lan", BORN, "F"),
        PersonFacts("Nguyễn Thị Lan", PartialDate(2015, 9, 3), "F"),
        PersonFacts("Nguyễn Thị Lan", PartialDate(2015), "F", "", "Trần thị hoa"),
        PersonFacts("Nguyễn Thị Lan", None, "F", "", "Trần Thị Hoa"),
    ],
)
def test_one_slip_of_the_pen_does_not_hide_a_duplicate(other: PersonFacts) -> None:
    assert compare_people(LAN, other).possible


@pytest.mark.parametrize(
    "other",
    [
        PersonFacts("Nguyễn Thị Lan", PartialDate(2015, 8, 1), "F"),
        PersonFacts("Nguyễn Thị Lan", PartialDate(2012, 3, 9), "F"),
        PersonFacts("Trần Văn Bình", BORN, "M"),
        PersonFacts("Nguyễn Thị Hoa", BORN, "F"),
        PersonFacts("Nguyễn Thị Lan", None, "F"),
    ],
)
def test_people_who_only_share_something_are_not_reported(other: PersonFacts) -> None:
    assert not compare_people(LAN, other).possible


def test_two_different_personal_numbers_are_two_people() -> None:
    one = PersonFacts("Nguyễn Thị Lan", BORN, "F", "001315123456")
    other = PersonFacts("Nguyễn Thị Lan", BORN, "F", "079315654321")
    assert not compare_people(one, other).possible


people = st.builds(
    PersonFacts,
    st.sampled_from(["Nguyễn Thị Lan", "Nguyen Thi Lan", "Lê Văn An", "Lan"]),
    st.one_of(st.none(), st.builds(PartialDate, st.integers(2014, 2015), st.integers(1, 3))),
    st.sampled_from(["", "M", "F"]),
    st.sampled_from(["", "001315123456", "079315654321"]),
    st.sampled_from(["", "Trần Thị Hoa"]),
)


@given(people, people)
def test_likeness_does_not_depend_on_the_order_of_the_files(
    one: PersonFacts, other: PersonFacts
) -> None:
    here, there = compare_people(one, other), compare_people(other, one)
    assert (here.score, here.certain) == (there.score, there.certain)
    assert 0 <= here.score <= 100
