"""The file of answers: everyone finds her own, nobody reads anything else, nothing is changed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khue.answers.rules.keys import SecretKind, derived_key, tidy_number, tidy_secret
from khue.answers.serving.answer_file import AnswerFile, NotOurs, write_answers
from khue.answers.tests.results import KEY, candidate

BORN = "2011-03-09"


def made(folder: Path, count: int = 300) -> Path:
    path = folder / "results.khq"
    write_answers(path, KEY, {"edition": 1}, [candidate(str(n), BORN) for n in range(1, count + 1)])
    return path


@pytest.mark.parametrize("count", [1, 2, 300, 5_000])
def test_everybody_finds_her_own_answer(tmp_path: Path, count: int) -> None:
    held = AnswerFile(made(tmp_path, count), KEY)
    assert held.count == count
    for number in {1, count // 2 or 1, count}:
        answer = held.find(str(number), BORN)
        assert answer
        assert f"Thí sinh {number}<" in gzip.decompress(answer.page).decode()
        assert json.loads(gzip.decompress(answer.data))["number"] == str(number)


def test_another_secret_and_another_number_find_nothing_alike(tmp_path: Path) -> None:
    held = AnswerFile(made(tmp_path), KEY)
    assert held.find("7", "2011-03-10") is None
    assert held.find("70000", BORN) is None


def test_the_file_holds_nothing_readable(tmp_path: Path) -> None:
    content = made(tmp_path, 50).read_bytes()
    for told in ("Thí sinh", "8,25", BORN, "<!doctype"):
        assert told.encode() not in content
    assert gzip.compress(b"", 9, mtime=0)[:10] not in content, "nor a compressed page"


def test_two_files_of_the_same_results_have_nothing_in_common(tmp_path: Path) -> None:
    """Who has an old file cannot tell from a new one whose result has changed."""
    first, second = made(tmp_path / "a", 20), made(tmp_path / "b", 20)
    parts = {first.read_bytes()[at : at + 16] for at in range(8, 4_000)}
    assert not any(second.read_bytes()[at : at + 16] in parts for at in range(8, 4_000))


def test_another_key_is_noticed_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotOurs, match="another key"):
        AnswerFile(made(tmp_path), "cd" * 32)


def test_a_torn_file_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path)
    whole = path.read_bytes()
    for content in (b"", whole[:100], whole[:-1], whole[1:], b"x" * len(whole)):
        path.write_bytes(content)
        with pytest.raises(NotOurs):
            AnswerFile(path, KEY)


def test_a_touched_answer_is_never_shown(tmp_path: Path) -> None:
    path = made(tmp_path, 1)
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(NotOurs, match="touched"):
        AnswerFile(path, KEY).find("1", BORN)


def test_the_key_of_look_ups_is_not_the_key_of_fields() -> None:
    assert derived_key("11" * 32) != "11" * 32
    assert len(derived_key("11" * 32)) == 64


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *[("9/3/2011", BORN), ("09-03-2011", BORN), ("09032011", BORN), ("2011-03-09", BORN)],
        *[("31/02/2011", ""), ("hôm qua", ""), ("", ""), ("9" * 500, "")],
    ],
)
def test_a_birth_date_in_every_spelling(typed: str, meant: str) -> None:
    assert tidy_secret(typed, SecretKind.BORN) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("000123", "123"), (" 12 34 ", "1234"), ("ts-0012", "TS0012"), ("0", "0"), ("Đ12", "D12")],
)
def test_a_number_in_every_spelling(typed: str, meant: str) -> None:
    assert tidy_number(typed) == meant


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_whatever_is_typed_is_tidied_once_for_all(typed: str) -> None:
    for tidied in (tidy_number(typed), tidy_secret(typed, SecretKind.CODE)):
        assert tidied == "" or (tidied.isascii() and tidied.isalnum())
        assert tidy_number(tidy_number(typed)) == tidy_number(typed)
