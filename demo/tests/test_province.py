"""What the demonstration promises to whoever looks at it is really there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from machinery.site import manage
from tests.database import Server
from tests.site import owner_environment

YEAR, LAST_YEAR, SCHOOL = 2026, 2025, "20001301"
OF_SCHOOL = "school_id in (select id from organisations_organisation where code = %(school)s)"
Ask = Any


@pytest.fixture(scope="module")
def province(database_server: Server, demo_database: str) -> Iterator[str]:
    name = database_server.copy(demo_database, "province")
    yield database_server.url_of(name)
    database_server.drop(name)


@pytest.fixture
def ask(province: str) -> Iterator[Ask]:
    """The first column of whatever a statement finds, in its order."""
    with psycopg.connect(province, autocommit=True) as session:

        def asked(statement: str, **given: Any) -> list[Any]:
            given = {"school": SCHOOL, "last": LAST_YEAR, "year": YEAR, **given}
            return [row[0] for row in session.execute(statement, given).fetchall()]

        yield asked


def test_last_year_holds_every_level_title_and_outcome(ask: Ask) -> None:
    rows = "gradebook_studentresult where year = %(last)s"
    assert set(ask(f"select learning_year from {rows}")) == {0, 1, 2, 3}
    assert set(ask(f"select conduct_year from {rows}")) == {0, 1, 2, 3}
    assert {"XUATSAC", "GIOI"} <= set(ask(f"select award from {rows}"))
    assert {"PROMOTED", "RETAINED"} == set(ask(f"select outcome from {rows}"))
    assert ask(f"select 1 from {rows} and adjusted_by > 0 and learning_year < learning_year_raw")
    assert ask(f"select 1 from {rows} and adjusted_by = 0 and learning_year < learning_year_raw")


def test_the_summer_of_last_year_was_used(ask: Ask) -> None:
    rows = "gradebook_studentresult where year = %(last)s"
    assert set(ask(f"select outcome from {rows} and learning_after is not null")) == {
        "PROMOTED",
        "RETAINED",
    }
    assert ask(f"select 1 from {rows} and conduct_after = 2 and outcome = 'PROMOTED'")
    assert ask("select 1 from gradebook_subjectresult where year = %(last)s and reassessed = 55")


def test_last_year_is_locked_and_its_pupils_sit_in_this_years_classes(ask: Ask) -> None:
    locked = f"select term from gradebook_termlock where year = %(last)s and {OF_SCHOOL}"
    assert sorted(ask(locked)) == [1, 2]
    assert ask("select state from gradebook_yearclosing where year = %(last)s") == ["applied"]
    seats = (
        "select class.name from records_enrolment later"
        " join organisations_schoolclass class on class.id = later.school_class_id"
        " join records_enrolment earlier on earlier.student_id = later.student_id"
        " and earlier.year = %(last)s and earlier.status = %(status)s where later.year = %(year)s"
        " and exists (select from gradebook_studentresult kept where kept.year = %(last)s"
        " and kept.student_id = later.student_id)"
    )
    assert set(ask(seats, status="completed")) == {"8A", "8B"}
    assert set(ask(seats, status="retained")) == {"7A", "7B"}


def test_last_year_was_nearly_as_large_in_every_school(ask: Ask) -> None:
    many = (
        "select count(*) from records_enrolment where year = %(wanted)s and status <> %(gone)s"
        " and school_id = school.organisation_id"
    )
    for now, then in zip(
        *(
            ask(
                f"select ({many}) from organisations_school school order by organisation_id",
                wanted=year,
                gone="transferred_out",
            )
            for year in (YEAR, LAST_YEAR)
        ),
        strict=True,
    ):
        assert abs(now - then) <= now * 12 // 100, (now, then)
    assert not ask(
        "select student_id from records_enrolment where year = %(last)s"
        " group by student_id having count(*) > 1"
    )


def test_term_one_shows_every_step_on_the_way(ask: Ask) -> None:
    states = "select distinct state from gradebook_bookstate where year = %(year)s"
    assert set(ask(states)) == {"teacher_done", "homeroom_consolidated"}
    assert set(ask("select state from gradebook_correction")) == {"applied", "asked"}
    waiting = "select 1 from gradebook_markrow where year = %(year)s and gk = -1"
    assert len(ask(waiting)) == 1
    assert len(ask("select 1 from gradebook_entrywindow where year = %(year)s")) == 2
    assert ask("select kind from gradebook_subjectcircumstance") == ["practice"]
    assert set(ask("select strand from gradebook_strandrow")) == {1, 2}
    comments = "select class_subject_id from gradebook_subjectcomment where period = 1"
    written = "subject.name from gradebook_subjectcomment one join organisations_classsubject book"
    assert len(ask(comments)) > 39
    assert {"Ngữ văn", "Toán"} <= set(
        ask(
            f"select distinct {written} on book.id = one.class_subject_id"
            " join organisations_subject subject on subject.id = book.subject_id"
        )
    )


def test_a_pupil_who_came_has_the_marks_of_the_former_school(ask: Ask) -> None:
    brought = ask("select subject from ledger_entry where action = 'bring'")
    assert len(brought) > 20
    assert len({one.rsplit(".", 1)[-1] for one in brought}) == 1


def test_primary_and_preschool_have_what_is_due_by_now(ask: Ask) -> None:
    assert ask("select distinct point from gradebook_primaryrow") == [1]
    assert ask("select 1 from gradebook_primaryrow where test is not null")
    assert len(ask("select 1 from gradebook_qualityrow where q1 is not null")) == 54
    assert len(ask("select 1 from gradebook_childstage where physical is not null")) == 30


def test_old_years_keep_the_words_of_their_regulation(ask: Ask) -> None:
    rows = "gradebook_pastyear order by year"
    assert ask(f"select year from {rows}") == [2020, 2021, 2022, 2023]
    assert set(ask(f"select regime from {rows}")) == {"TT58+TT26"}
    assert ask(f"select findings from {rows}") == [[], [], [], []]


def test_every_stored_result_follows_from_the_marks_and_no_act_is_unsealed(province: str) -> None:
    environment = owner_environment(province)
    assert " 0 differ" in manage(environment, "recompute", "--check")
    assert "nguyên vẹn" in manage(environment, "ledger", "verify")


CHECKED = """
from django.utils import timezone
from khue.sector.queries.dossier import open_dossier
from khue.sector.services.checking import check_part, code_book
from kit.fences import EVERYTHING, scoped
with scoped(EVERYTHING):
    today = timezone.localdate()
    dossier = open_dossier(%d, %d, today)
    for part in ("school", "site", "staff", "class", "student"):
        checked = check_part(dossier, part, code_book(today))
        print(part, len(checked), sum(not one.may_go for one in checked))
"""


def test_only_a_handful_is_held_back_from_the_sector(province: str, ask: Ask) -> None:
    [school] = ask("select id from organisations_organisation where code = %(school)s")
    said = manage(
        owner_environment(province), "shell", "--verbosity", "0", "-c", CHECKED % (school, YEAR)
    )
    rows = {part: (int(all_), int(held)) for part, all_, held in map(str.split, said.splitlines())}
    assert rows == {
        "school": (1, 0),
        "site": (1, 0),
        "staff": (28, 2),
        "class": (12, 0),
        "student": (457, 6),
    }


def test_built_once_it_stays_as_it_is(province: str, ask: Ask) -> None:
    before = ask("select count(*) from ledger_entry")
    again = manage(owner_environment(province), "demo")
    assert ask("select count(*) from ledger_entry") == before
    for name in ("Nông Thị Hoa", "Lý Văn Bình", "Lộc Thị Ngân", "Chu Thị Yến"):
        assert name in again


def test_the_days_up_to_now_were_lived(ask: Ask) -> None:
    mine = "school_id = (select id from organisations_organisation where code = %(school)s)"
    assert len(ask(f"select distinct day from attendance_taking where {mine}")) >= 45
    assert set(ask("select distinct kind from attendance_absence")) == {"p", "k", "m", "s"}
    states = {"asked", "approved", "refused", "withdrawn"}
    assert set(ask("select distinct state from attendance_excusenote")) == states
    assert ask("select 1 from attendance_taking where extract(isodow from day) = 7") == []


def test_the_diary_has_lines_late_lines_and_a_month_that_waits(ask: Ask) -> None:
    assert len(ask("select id from diary_lesson")) > 1000
    assert 0 < len(ask("select id from diary_lesson where late")) < 400
    twice = "select teacher_id from diary_lesson group by teacher_id, day, session, period"
    assert len(ask(f"{twice} having count(*) > 1")) < 60
    assert ask("select 1 from diary_weekclosing")
    assert len(ask("select document_id from diary_monthsigning")) == 1


def test_notices_of_every_kind_came_and_were_read(ask: Ask) -> None:
    notices = "from contactbook_notice where state = 'sent'"
    assert len(ask(f"select id {notices}")) >= 7
    assert ask(f"select id {notices} and urgent")
    assert ask(f"select id {notices} and asks_receipt")
    assert ask(f"select id {notices} and choices <> '[]'")
    assert ask("select notice_id from contactbook_noticefile")
    read = ask("select read_at is not null from contactbook_receipt where account_id is not null")
    assert {True, False} == set(read)
    assert ask("select 1 from contactbook_receipt where choice is not null")
    assert {"delivered", "failed"} <= set(ask("select distinct state from messaging_message"))
    assert len(ask("select id from contactbook_thread")) == 3


def test_who_came_through_the_gate_was_not_away(ask: Ask) -> None:
    assert ask("select id from attendance_gatedevice where ended_at is null")
    assert len(ask("select id from attendance_card where state = 'active'")) > 400
    assert ask("select verdict from attendance_gateevent where verdict = 'late'")
    both = (
        "select event.id from attendance_gateevent event join attendance_absence away"
        " on away.student_id = event.student_id and away.day = event.day"
        " and away.period = 0 and away.kind in ('p', 'k')"
    )
    assert ask(both) == []
