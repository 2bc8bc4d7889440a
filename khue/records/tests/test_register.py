"""Sổ đăng bộ: numbers that run on, are never shared and never given again."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from khue.records.api import register_students
from khue.records.queries.books import count_unregistered, page_of_register
from khue.records.services.register import take_numbers
from kit.fences import EVERYTHING, Scope, scoped
from tests.cast import NOW, Cast, make_cast, table


def test_classes_are_registered_in_order_and_by_given_name(cast: Cast) -> None:
    with scoped(Scope(schools=(cast.school.pk,))):
        assert count_unregistered(cast.school.pk) == 4
        day = date(2026, 9, 5)
        common = {"actor": cast.thu.actor, "now": NOW, "school_id": cast.school.pk}
        assert register_students(**common, day=day) == 4
        assert register_students(**common, day=day) == 0
        page = page_of_register(actor=cast.thu.actor, school_id=cast.school.pk)
    assert [(one.number, one.name) for one in page.object_list] == [
        ("1", "Hoàng Thị Ánh"),
        ("2", "Nông Văn Ân"),
        ("3", "Đặng Thùy Dương"),
        ("4", "Triệu Quang Minh"),
    ]


def test_the_pattern_of_the_school_is_printed(cast: Cast) -> None:
    with scoped(EVERYTHING):
        table("organisations.School").objects.filter(pk=cast.school.pk).update(
            register_pattern="{number:04}/{year}"
        )
        register_students(
            actor=cast.thu.actor, now=NOW, school_id=cast.school.pk, day=date(2026, 9, 5)
        )
        page = page_of_register(actor=cast.thu.actor, school_id=cast.school.pk)
    assert page.object_list[0].number == "0001/2026"


def test_a_number_is_never_written_twice(cast: Cast) -> None:
    rows = table("records.RegisterEntry").objects
    line: dict[str, Any] = {"school": cast.school, "number": 7, "entered_on": date(2026, 9, 5)}
    with scoped(EVERYTHING):
        rows.create(student=cast.classmates[0], **line)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.create(student=cast.classmates[1], **line)


def test_what_was_rolled_back_leaves_no_double(cast: Cast) -> None:
    with scoped(EVERYTHING):
        assert list(take_numbers(cast.school.pk, 3)) == [1, 2, 3]
        assert list(take_numbers(cast.school.pk, 2)) == [4, 5]
        assert list(take_numbers(cast.other_school.pk, 1)) == [1]


def test_clerks_at_once_share_no_number(committed_database: str) -> None:
    with scoped(EVERYTHING), transaction.atomic():
        school = make_cast().school.pk
    taken: list[int] = []
    start = threading.Barrier(4)

    def clerk() -> None:
        start.wait(timeout=60)
        for _ in range(10):
            with scoped(EVERYTHING), transaction.atomic():
                taken.extend(take_numbers(school, 1))
        connection.close()

    threads = [threading.Thread(target=clerk) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(taken) == list(range(1, 41))
