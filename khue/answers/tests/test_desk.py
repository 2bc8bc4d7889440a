"""The desk of results day: what a visitor is told, when, and how often."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from khue.answers.rules.keys import SecretKind
from khue.answers.rules.pages import HOME, STYLE_NAME
from khue.answers.serving.desk import Limits
from khue.answers.serving.pointer import NAME, write_pointer
from khue.answers.tests.results import OPEN, OPENS, SLUG, TITLE, Visitor, candidate, put

BORN = "2011-03-09"
HERS = ("0123", "9/3/2011")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "one.khq", *[candidate(str(number), BORN) for number in range(100, 200)])
    return tmp_path


@pytest.fixture
def visitor(folder: Path) -> Visitor:
    return Visitor(folder)


def test_the_right_pair_opens_the_prepared_page(visitor: Visitor) -> None:
    page = visitor.look_up(*HERS)
    assert visitor.status == 200
    assert "Thí sinh 123" in page
    assert "8,25" in page


def test_a_program_is_told_the_same(visitor: Visitor) -> None:
    told = json.loads(visitor.look_up(*HERS, HTTP_ACCEPT="application/json"))
    assert told["values"] == [["Họ và tên", "Thí sinh 123"], ["Toán", "8,25"]]
    wrong = json.loads(visitor.look_up("1", "1/1/2011", HTTP_ACCEPT="application/json"))
    assert "Không có kết quả nào ứng với" in wrong["error"]


def test_a_wrong_pair_says_one_friendly_sentence(visitor: Visitor) -> None:
    page = visitor.look_up("123", "10/03/2011")
    assert visitor.status == 404
    assert "Không có kết quả nào ứng với số báo danh và ngày sinh này" in page


def test_a_number_that_exists_answers_like_one_that_does_not(visitor: Visitor) -> None:
    known = visitor.look_up("123", "10/03/2011"), visitor.status, visitor.headers
    unknown = visitor.look_up("999999", "10/03/2011"), visitor.status, visitor.headers
    assert known == unknown


@pytest.mark.parametrize("what", ["answer", "wrong", "form", "away", "refused"])
def test_every_answer_is_strict_and_sets_no_cookie(visitor: Visitor, what: str) -> None:
    acts: dict[str, Callable[[], str]] = {
        "answer": lambda: visitor.look_up(*HERS),
        "wrong": lambda: visitor.look_up("1", "1/1/2011"),
        "form": visitor.get,
        "away": lambda: visitor.get("/tra-cuu/khong-co/"),
        "refused": lambda: visitor.ask("PUT", "/tra-cuu/"),
    }
    acts[what]()
    told = visitor.headers
    assert told["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "script" not in told["Content-Security-Policy"]
    assert told["Cache-Control"] == "no-store"
    assert told["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in told


def test_no_page_holds_script_or_inline_style(visitor: Visitor) -> None:
    for page in (visitor.get(), visitor.look_up(*HERS), visitor.look_up("1", "1")):
        assert "<script" not in page
        assert "style=" not in page
        assert "0123" not in page


def test_what_was_typed_never_becomes_markup(visitor: Visitor) -> None:
    page = visitor.look_up("<b>x</b>", "<script>alert(1)</script>")
    assert "<script" not in page
    assert "<b>" not in page


def test_before_the_hour_there_is_only_the_hour(visitor: Visitor) -> None:
    visitor.now = OPENS.timestamp() - 1
    assert "Chưa mở tra cứu" in visitor.get(f"{HOME}{SLUG}/")
    assert "08 giờ 00 ngày 25/06/2027" in visitor.look_up(*HERS)
    assert visitor.status == 403
    visitor.now = OPENS.timestamp()
    assert "Thí sinh 123" in visitor.look_up(*HERS)


def test_the_style_is_kept_for_ever_and_everything_else_away(visitor: Visitor) -> None:
    assert ":root" in visitor.get(f"{HOME}{STYLE_NAME}")
    assert "immutable" in visitor.headers["Cache-Control"]
    visitor.get(f"{HOME}{SLUG}/{STYLE_NAME}")
    assert visitor.status == 404


def test_head_sends_the_length_alone(visitor: Visitor) -> None:
    assert visitor.ask("HEAD", HOME) == ""
    assert int(visitor.headers["Content-Length"]) > 500


@pytest.mark.parametrize(
    "body", [b"", b"x" * 3_000, b"\xff\xfe", b"&".join(b"a=1" for _ in range(50))]
)
def test_rubbish_is_refused_with_a_sentence(visitor: Visitor, body: bytes) -> None:
    page = visitor.ask("POST", f"{HOME}{SLUG}/", body)
    assert visitor.status == 413
    assert "Không đọc được" in page


# --- guessing ---------------------------------------------------------------------------------


def test_one_network_may_guess_only_so_often(folder: Path) -> None:
    visitor = Visitor(folder, Limits(guesses=3, guess_seconds=10))
    told = [(visitor.look_up(str(n), "1/1/2011"), visitor.status)[1] for n in range(5)]
    assert told == [404, 404, 404, 429, 429]
    assert 0 < int(visitor.headers["Retry-After"]) <= 10
    assert "nhiều lần tra không đúng" in visitor.look_up(*HERS)
    visitor.look_up(*HERS, REMOTE_ADDR="203.0.113.8")
    assert visitor.status == 200, "a neighbour is not meant"
    visitor.now += 11
    visitor.look_up(*HERS)
    assert visitor.status == 200


def test_right_answers_cost_nothing(folder: Path) -> None:
    visitor = Visitor(folder, Limits(guesses=1, guess_seconds=60))
    told = {(visitor.look_up(str(n), BORN), visitor.status)[1] for n in range(100, 150)}
    assert told == {200}


@pytest.mark.parametrize("number", ["123", "987654"])
def test_a_number_guessed_from_everywhere_is_closed_for_a_while(folder: Path, number: str) -> None:
    """The same whether anybody has that number."""
    visitor = Visitor(folder, Limits(number_guesses=5, number_seconds=60))
    for guess in range(1, 6):
        visitor.look_up(number, f"{guess}/1/2011", REMOTE_ADDR=f"198.51.100.{guess}")
        assert visitor.status == 404
    visitor.look_up(number, BORN, REMOTE_ADDR="198.51.100.99")
    assert visitor.status == 429


def test_a_forwarded_address_counts_only_behind_our_proxy(folder: Path) -> None:
    limits = Limits(guesses=1, guess_seconds=60)
    alone, behind = Visitor(folder, limits), Visitor(folder, limits, proxies=1)
    for visitor, status in ((alone, 429), (behind, 404)):
        for n in (1, 2):
            visitor.look_up(str(n), "1/1/2011", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}")
        assert visitor.status == status


# --- overload ---------------------------------------------------------------------------------


def address_in(page: str) -> str:
    found = re.search(r'content="(\d+);url=([^"]+)"', page)
    assert found, page
    return found[2]


def test_too_many_at_once_stand_in_line_and_all_are_served_in_order(folder: Path) -> None:
    visitor = Visitor(folder, Limits(per_second=10, at_once=5))
    served, waiting = 0, []
    for number in range(100, 140):
        page = visitor.look_up(str(number), BORN)
        if visitor.status == 200:
            served += 1
        else:
            assert visitor.status == 202
            waiting.append((number, address_in(page), int(visitor.headers["Retry-After"])))
    assert served == 6
    waits = [wait for _, _, wait in waiting]
    assert waits == sorted(waits), "who came later waits longer"
    for number, address, wait in waiting:
        visitor.now = OPEN + wait
        assert f"Thí sinh {number}<" in visitor.get(address)
        assert visitor.status == 200


def test_a_newcomer_does_not_overtake_the_line(folder: Path) -> None:
    visitor = Visitor(folder, Limits(per_second=1, at_once=1))
    for number in range(100, 110):
        visitor.look_up(str(number), BORN)
    visitor.now += 3
    late = visitor.look_up("123", BORN)
    assert visitor.status == 202
    assert int(visitor.headers["Retry-After"]) >= 5
    assert "Lượt của bạn đã được giữ" in late


def test_a_ticket_is_good_once_and_not_too_early(folder: Path) -> None:
    visitor = Visitor(folder, Limits(per_second=0.5, at_once=1))
    visitor.look_up("100", BORN)
    visitor.look_up("101", BORN)
    address = address_in(visitor.look_up("123", BORN))
    again = visitor.get(address)
    assert (visitor.status, address_in(again)) == (202, address)
    visitor.now += 5
    visitor.get(address)
    assert visitor.status == 200
    for _ in range(3):
        visitor.get(address)
    assert visitor.status == 202, "coming back with the same ticket is standing in line again"


def test_a_ticket_tells_nothing_and_ends(folder: Path) -> None:
    visitor = Visitor(folder, Limits(per_second=0.5, at_once=1))
    for number in ("100", "101"):
        visitor.look_up(number, BORN)
    address = address_in(visitor.look_up("123", BORN))
    assert len(address.partition("/cho/")[2]) > 80
    assert visitor.look_up("123", BORN) != visitor.look_up("123", BORN)
    visitor.now += 3_600
    visitor.get(address)
    assert visitor.status == 404
    visitor.get(f"{HOME}{SLUG}/cho/AAAA/")
    assert visitor.status == 404


def test_the_longest_line_is_told_so(folder: Path) -> None:
    visitor = Visitor(folder, Limits(per_second=0.01, at_once=1))
    for _ in range(4):
        page = visitor.look_up(*HERS)
    assert visitor.status == 503
    assert visitor.headers["Retry-After"] == "120"
    assert "Hàng chờ đang quá dài" in page


def test_no_more_are_at_the_desk_than_there_are_places(folder: Path) -> None:
    visitor = Visitor(folder, Limits(places=1))
    assert visitor.desk.places.enter()
    page = visitor.look_up(*HERS)
    assert visitor.status == 202
    visitor.desk.places.leave()
    visitor.now += 3
    assert "Thí sinh 123" in visitor.get(address_in(page))


# --- changing over ----------------------------------------------------------------------------


def test_another_edition_answers_without_a_restart(folder: Path, visitor: Visitor) -> None:
    assert "8,25" in visitor.look_up(*HERS)
    put(folder, "two.khq", candidate("123", BORN, ("Toán", "9,75")))
    visitor.turn_the_pointer()
    assert "9,75" in visitor.look_up(*HERS)
    visitor.look_up("124", BORN)
    assert visitor.status == 404


@pytest.mark.parametrize(
    "content", ["", "{", '{"published": [{}]}', '{"published": [{"slug": "x"}]}', "[]"]
)
def test_a_broken_pointer_leaves_the_old_answers(
    folder: Path, visitor: Visitor, content: str
) -> None:
    visitor.look_up(*HERS)
    (folder / NAME).write_text(content)
    visitor.turn_the_pointer()
    visitor.look_up(*HERS)
    assert visitor.status == 200


def test_a_pointer_to_a_missing_file_leaves_the_old_answers(folder: Path, visitor: Visitor) -> None:
    visitor.look_up(*HERS)
    standing = visitor.desk.shelf.standing().by_slug[SLUG].told
    write_pointer(folder, [replace(standing, file="none.khq")])
    visitor.turn_the_pointer()
    visitor.look_up(*HERS)
    assert visitor.status == 200


def test_a_pointer_cannot_lead_out_of_the_folder(folder: Path, visitor: Visitor) -> None:
    put(folder, "three.khq", candidate("1", BORN), file="../../etc/passwd")
    visitor.turn_the_pointer()
    visitor.look_up("1", BORN)
    assert visitor.status == 404


def test_withdrawn_is_gone(folder: Path, visitor: Visitor) -> None:
    visitor.look_up(*HERS)
    write_pointer(folder, [])
    visitor.turn_the_pointer()
    visitor.look_up(*HERS)
    assert visitor.status == 404
    assert "chưa có kết quả nào" in visitor.get()


def test_several_publications_are_listed(folder: Path, visitor: Visitor) -> None:
    first = put(folder, "one.khq", candidate("1", BORN))
    other = replace(first, slug="hoc-sinh-gioi", title="Học sinh giỏi", kind=SecretKind.CODE)
    write_pointer(folder, [first, other])
    visitor.turn_the_pointer()
    front = visitor.get()
    assert TITLE in front
    assert 'href="/tra-cuu/hoc-sinh-gioi/"' in front
    assert "Mã tra cứu" in visitor.get("/tra-cuu/hoc-sinh-gioi/")


@pytest.mark.parametrize(("number", "secret"), [("", "9/3/2011"), ("123", ""), ("123", "hôm qua")])
def test_what_is_left_out_is_asked_for_and_is_no_guess(
    folder: Path, number: str, secret: str
) -> None:
    visitor = Visitor(folder, Limits(guesses=1))
    for _ in range(3):
        page = visitor.look_up(number, secret)
        assert visitor.status == 422
        assert "Hãy ghi đủ số báo danh và ngày sinh (ngày/tháng/năm" in page
    assert "8,25" in visitor.look_up(*HERS)
