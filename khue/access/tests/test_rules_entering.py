"""How long a guesser waits, which codes still count, how login names are made."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khue.access.rules.attempts import BY_ADDRESS, BY_LOGIN, describe_wait, wait_left
from khue.access.rules.devices import describe_device
from khue.access.rules.logins import check_login, free_logins, stem_of, tidy_login
from khue.access.rules.second_factor import grouped, matching_step, step_of, steps_to_try
from khue.access.rules.tokens import SLIP_ALPHABET, new_slip_code, plain_slip_code

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NO_WAIT = timedelta()


@pytest.mark.parametrize(
    ("mistakes", "wait"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (60, 900)],
)
def test_each_mistake_after_the_fifth_doubles_the_wait(mistakes: int, wait: int) -> None:
    assert wait_left([NOW] * mistakes, BY_LOGIN, NOW) == timedelta(seconds=wait)


def test_a_class_behind_one_address_may_mistype_sixty_times() -> None:
    assert wait_left([NOW] * 59, BY_ADDRESS, NOW) == NO_WAIT
    assert wait_left([NOW] * 60, BY_ADDRESS, NOW) == timedelta(seconds=10)


def test_waiting_ends_and_mistakes_are_forgotten() -> None:
    failures = [NOW] * 5
    assert wait_left(failures, BY_LOGIN, NOW + timedelta(seconds=30)) == NO_WAIT
    assert wait_left([NOW] * 50, BY_LOGIN, NOW + timedelta(hours=24)) == NO_WAIT


@given(st.lists(st.integers(0, 80_000), max_size=30), st.integers(0, 80_000))
def test_one_more_mistake_never_shortens_the_wait(seconds: list[int], more: int) -> None:
    failures = [NOW - timedelta(seconds=one) for one in seconds]
    before = wait_left(failures, BY_LOGIN, NOW)
    after = wait_left([*failures, NOW - timedelta(seconds=more)], BY_LOGIN, NOW)
    assert NO_WAIT <= before <= after <= BY_LOGIN.longest_wait


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 giây"), (59, "59 giây"), (60, "1 phút"), (61, "2 phút")]
)
def test_the_wait_is_told_in_words(seconds: float, words: str) -> None:
    assert describe_wait(timedelta(seconds=seconds)) == words


@given(st.integers(1, 10**8), st.one_of(st.none(), st.integers(0, 10**8)))
def test_no_step_is_used_twice(step: int, last: int | None) -> None:
    allowed = steps_to_try(step, last)
    assert all(abs(one - step) <= 1 for one in allowed)
    assert last is None or all(one > last for one in allowed)


def test_a_code_is_matched_with_spaces_between() -> None:
    assert matching_step("123 456", {7: "000000", 8: "123456"}) == 8
    assert matching_step("12345", {8: "123456"}) is None
    assert step_of(59) == 1
    assert grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_a_slip_is_read_as_people_type_it() -> None:
    code = new_slip_code()
    assert plain_slip_code(f" {code.lower().replace('-', ' ')} ") == code.replace("-", "")
    assert not set("0O1IL") & set(SLIP_ALPHABET)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Nguyễn Thị Hoa", "hoant"),
        ("Đặng Thùy Dương", "duongdt"),
        ("Y", "y.kh"),
        ("", "nguoi.dung"),
    ],
)
def test_a_login_is_the_given_name_and_initials(name: str, stem: str) -> None:
    assert stem_of(name) == stem
    assert check_login(stem) is None


def test_no_two_people_get_one_login() -> None:
    stems = ["hoant", "hoant", "namhv", "hoant"]
    assert free_logins(stems, {"hoant", "hoant3"}) == ["hoant2", "hoant4", "namhv", "hoant5"]


@given(st.text(max_size=80))
def test_what_is_typed_is_tidied_or_refused(typed: str) -> None:
    login = tidy_login(typed)
    assert tidy_login(login) == login
    assert check_login(login) is None or check_login(login).key == "LOGIN_FORM"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537",
            "Chrome trên Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120 Chrome/114 Safari/537",
            "Cốc Cốc trên Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604",
            "Safari trên iPhone",
        ),
        ("curl/8", "Thiết bị khác"),
    ],
)
def test_a_device_is_called_by_its_name(agent: str, words: str) -> None:
    assert describe_device(agent) == words
