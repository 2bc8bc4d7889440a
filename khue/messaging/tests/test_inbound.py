"""Look-up by SMS: registered phones only, not too often, no guessing, one answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from khue.messaging.api import Question, WrongCode, register_inbound_command
from khue.messaging.rules.commands import read_command
from khue.messaging.services import inbound
from khue.messaging.services.inbound import WordTwice, receive
from khue.messaging.tests.post import NOW, Obedient, send, table
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast

PHONE = "0912345678"


def code_of(question: Question) -> str:
    if question.command.arguments != ("2000123",):
        raise WrongCode
    return f"Em Minh: Toán 8,5; Văn 7,0. ({len(question.students)} con)"


@pytest.fixture
def registered(channel: Obedient, cast: Cast) -> Iterator[Cast]:
    """Chị Lan's phone is in the file of her child; THU is a command."""
    with scoped(EVERYTHING):
        guardian = cast.lan.guardian
        guardian.phone = PHONE
        guardian.save()
    register_inbound_command("THU", code_of, "THU <ma hoc sinh>")
    yield cast
    del inbound._COMMANDS["THU"]


def text(said: str, *, sender: str = "84912345678", minutes: int = 0, **more: Any) -> Any:
    now = NOW + timedelta(minutes=minutes)
    number = receive(provider="mang", sender=sender, number="8099", text=said, now=now, **more)
    with scoped(EVERYTHING):
        return table("Inbound").objects.select_related("answer").get(pk=number)


def answers(channel: Obedient) -> list[str]:
    send(now=NOW + timedelta(minutes=90))
    return [letter.text for letter in channel.sent]


def test_a_registered_phone_gets_one_answer_without_diacritics(
    registered: Cast, channel: Obedient
) -> None:
    kept = text("thu  2000123")
    assert (kept.state, kept.answer.urgent) == ("answered", True)
    assert answers(channel) == ["Em Minh: Toan 8,5; Van 7,0. (1 con)"]


def test_the_same_message_brought_twice_is_answered_once(
    registered: Cast, channel: Obedient
) -> None:
    first = text("THU 2000123")
    again = text("THU 2000123", minutes=1)
    assert first.pk == again.pk
    assert text("THU 2000123", reference="r1").pk == text("THU 2000123", reference="r1").pk
    assert len(answers(channel)) == 2


def test_a_strange_phone_learns_nothing(registered: Cast, channel: Obedient) -> None:
    kept = text("THU 2000123", sender="84987654321")
    assert (kept.state, kept.reason) == ("refused", "Số điện thoại chưa được đăng ký với trường.")
    assert answers(channel) == []


def test_a_guardian_kept_away_by_a_court_learns_nothing(
    registered: Cast, channel: Obedient
) -> None:
    with scoped(EVERYTHING):
        from tests.cast import table as any_table

        any_table("records.Guardianship").objects.filter(guardian=registered.lan.guardian).update(
            blocked_reason="Quyết định của tòa án"
        )
    assert text("THU 2000123").state == "refused"


def test_guessed_codes_are_counted_and_then_refused(registered: Cast, channel: Obedient) -> None:
    kept = [text(f"THU 200012{number}", minutes=number) for number in range(4, 9)]
    assert {one.reason for one in kept} == {"Mã không đúng."}
    late = text("THU 2000123", minutes=30)
    assert (late.state, late.reason) == (
        "refused",
        "Số này nhập sai mã quá nhiều lần trong ngày.",
    )


def test_too_many_questions_in_an_hour_are_not_answered(
    registered: Cast, channel: Obedient
) -> None:
    for number in range(10):
        assert text("THU 2000123", minutes=number * 3).state == "answered"
    assert text("THU 2000123", minutes=45).reason == "Số này hỏi quá nhiều lần trong một giờ."
    assert text("THU 2000123", minutes=75).state == "answered"


def test_help_names_the_commands_and_an_unknown_one_is_told(
    registered: Cast, channel: Obedient
) -> None:
    text("trợ giúp")
    text("TROGIUP")
    unknown, known = answers(channel)
    assert unknown == "Khong co lenh TRO. Soan TROGIUP de xem cac lenh."
    assert known.startswith("Cac lenh: TROGIUP; ")
    assert "THU <ma hoc sinh>" in known


@pytest.mark.parametrize("sender", ["VIETTEL", "8099", "<script>"])
def test_a_sender_that_is_no_phone(registered: Cast, sender: str) -> None:
    assert text("THU 2000123", sender=sender).reason == "Số gửi không phải số di động."


def test_a_word_belongs_to_one_context(registered: Cast) -> None:
    with pytest.raises(WordTwice):
        register_inbound_command("thu", lambda question: "")


@pytest.mark.parametrize(
    ("said", "word", "arguments"),
    [("  kq 12 ", "KQ", ("12",)), ("", "", ()), ("Điểm danh", "DIEM", ("DANH",))],
)
def test_reading_a_command(said: str, word: str, arguments: tuple[str, ...]) -> None:
    found = read_command(said)
    assert (found.word, found.arguments) == (word, arguments)
