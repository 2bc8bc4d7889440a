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
    )
    assert set(ask(seats, status="completed")) == {"8A", "8B"}
    assert set(ask(seats, status="retained")) == {"7A", "7B"}


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


def test_built_once_it_stays_as_it_is(province: str, ask: Ask) -> None:
    before = ask("select count(*) from ledger_entry")
    again = manage(owner_environment(province), "demo")
    assert ask("select count(*) from ledger_entry") == before
    for name in ("Nông Thị Hoa", "Lý Văn Bình", "Lộc Thị Ngân", "Chu Thị Yến"):
        assert name in again
