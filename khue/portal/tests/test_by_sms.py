"""Look-up by SMS: each word, one child or several, a blocked father, and the whole way by SMPP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from khue.messaging.rules.commands import read_command
from khue.messaging.rules.segments import segments_of, shortened, without_diacritics
from khue.messaging.services import inbound
from khue.messaging.services.channels.smpp import unbind_all
from khue.messaging.services.inbound import Question, WrongCode, receive
from khue.messaging.services.sending import Drain, drain
from khue.messaging.tests.smsc import Centre, message_centre
from khue.portal.rules.sms_answers import SubjectSaid, say_absences, say_results
from khue.records.api import lookup_codes_for
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, table

LAN = "0912000001"


def ask(cast: Cast, said: str, *children: Any, now: datetime = NOW) -> str:
    students = tuple(one.pk for one in children or (cast.minh.student,))
    question = Question(read_command(said), students, now, LAN)
    with scoped(EVERYTHING):
        return inbound._COMMANDS[question.command.word].answer(question)


def code_of(child: Any) -> str:
    return lookup_codes_for([child.pk])[child.pk]


def give_marks(cast: Cast, **marks: int) -> None:
    with scoped(EVERYTHING):
        table("gradebook.MarkRow").objects.create(
            year=YEAR,
            term=1,
            class_subject=cast.maths,
            student=cast.minh.student,
            school=cast.school,
            province=cast.department,
            **marks,
        )


def make_absence(cast: Cast, day: date, kind: str, session: str = "am") -> None:
    with scoped(EVERYTHING):
        table("attendance.Absence").objects.create(
            year=YEAR,
            school=cast.school,
            province=cast.department,
            school_class=cast.school_class,
            student=cast.minh.student,
            day=day,
            session=session,
            period=0,
            kind=kind,
            written_by="Lý Văn Bình",
            written_at=NOW,
        )


def test_results_of_the_term(cast: Cast) -> None:
    give_marks(cast, tx1=80, tx2=75)
    assert ask(cast, "KQ") == "KQ em Minh 8A: HK1 Toán 8,0 7,5."


def test_no_results_are_told_honestly(cast: Cast) -> None:
    assert "chưa có điểm nào" in ask(cast, "KQ")


def test_absences_of_this_term_only(cast: Cast) -> None:
    for day, kind in [(date(2026, 8, 20), "k"), (date(2026, 11, 18), "p"), (TODAY, "k")]:
        make_absence(cast, day, kind)
    said = ask(cast, "DD")
    assert "nghỉ 2 lần (1 có phép, 1 không phép)" in said
    assert "20/11 sáng nghỉ không phép; 18/11 sáng nghỉ có phép" in said.replace("buổi ", "")
    assert "20/08" not in said


def test_lessons_are_those_of_the_diary_or_none(cast: Cast) -> None:
    assert "chưa đưa thời khóa biểu" in ask(cast, "TKB")
    with scoped(EVERYTHING):
        table("diary.Lesson").objects.create(
            school=cast.school,
            province=cast.department,
            year=YEAR,
            school_class=cast.school_class,
            class_subject=cast.maths,
            day=TODAY,
            session="am",
            period=2,
            title="Hằng đẳng thức",
            teacher=cast.hoa.staff,
            teacher_name="Hoa",
            written_at=NOW,
            written_by_id=1,
        )
    assert "tiết 2 Toán" in ask(cast, "TKB")


def test_the_newest_notice_or_none(cast: Cast) -> None:
    assert "chưa có thông báo nào" in ask(cast, "TB")


def test_the_code_is_optional_for_one_child_and_may_be_the_sectors(cast: Cast) -> None:
    code = code_of(cast.minh.student)
    spoken = {
        ask(cast, one) for one in ("KQ", f"KQ {code}", f"kq {code[:4]} {code[4:]}", "KQ 2000000001")
    }
    assert len(spoken) == 1


def test_several_children_are_asked_for(cast: Cast) -> None:
    both = (cast.minh.student, cast.classmates[0])
    said = ask(cast, "KQ", *both)
    assert all(f"KQ {code_of(one)} ({one.name.split()[-1]})" in said for one in both)
    assert "Dương" in ask(cast, f"KQ {code_of(cast.classmates[0])}", *both)


@pytest.mark.parametrize("typed", ["12345678", "1", "abc", "0000000000"])
def test_a_code_of_nobody_here_is_wrong(cast: Cast, typed: str) -> None:
    with pytest.raises(WrongCode):
        ask(cast, f"KQ {typed}")


def test_the_code_of_another_family_is_wrong(cast: Cast) -> None:
    with pytest.raises(WrongCode):
        ask(cast, f"DD {code_of(cast.classmates[0])}")


def test_the_longest_answer_fits_three_parts() -> None:
    said = say_results(SubjectSaid(f"Môn {one}", "", ["8,0"] * 6) for one in range(12))
    cut = shortened(without_diacritics(said), inbound.ANSWER_PARTS)
    assert segments_of(cut).segments <= 3


def test_nothing_missed_is_said_kindly() -> None:
    assert say_absences(0, 0, 0, []) == "không nghỉ, không đi muộn buổi nào."


def test_help_lists_every_word(cast: Cast) -> None:
    said = ask(cast, "TROGIUP")
    assert all(word in said for word in ("KQ <ma>", "DD <ma>", "TKB <ma>", "TB <ma>"))


@pytest.fixture
def centre(cast: Cast, settings: Settings) -> Iterator[Centre]:
    with message_centre() as made:
        settings.MESSAGING = {
            "tong-dai": {
                "kind": "smpp",
                "channel": "sms",
                "host": "127.0.0.1",
                "port": made.port,
                "system_id": "khue",
                "password": "thu",
                "sender": "SAO KHUE",
                "timeout": 2,
            }
        }
        yield made
        unbind_all()


def run(listen: float) -> None:
    drain(Drain(clock=timezone.now), seconds=10, listen=listen)


def test_a_phone_asks_and_is_answered_over_smpp(cast: Cast, centre: Centre) -> None:
    give_marks(cast, tx1=80)
    run(0.1)
    centre.phone_says("84912000001", f"KQ {code_of(cast.minh.student)}")
    centre.phone_says("84987654321", f"KQ {code_of(cast.minh.student)}")
    run(0.4)
    run(0.2)
    assert centre.texts_to("84912000001")[0].startswith("KQ em Minh 8A: ")
    assert centre.texts_to("84987654321") == []


def test_a_father_kept_away_by_a_court_gets_nothing(cast: Cast, centre: Centre) -> None:
    with scoped(EVERYTHING):
        links = table("records.Guardianship").objects.filter(guardian=cast.lan.guardian)
        links.update(blocked_reason="Quyết định 12/2026/QĐST-HNGĐ")
    now = timezone.now() + timedelta(seconds=1)
    receive(provider="tong-dai", sender=LAN, number="8099", text="KQ", now=now, reference="1")
    run(0.1)
    assert centre.held == []
