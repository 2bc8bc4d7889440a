"""What the command refuses, and how values are written."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError

from synthetic.build import NotHere, refuse_guests
from synthetic.copying import NoDefault, open_stream, text_of
from synthetic.tests.test_synthesise import synthesise
from tests.cast import Cast


def test_a_real_province_is_never_touched(cast: Cast) -> None:
    with pytest.raises(CommandError, match="không do lệnh này tạo ra"):
        synthesise("--schools", "1")
    with pytest.raises(CommandError, match="chưa có tỉnh tổng hợp"):
        synthesise("--remove")


def test_who_does_not_own_the_tables_is_told_what_to_do(db: None) -> None:
    with pytest.raises(NotHere, match="KHUE_DATABASE_ROLE=owner"):
        refuse_guests()


@pytest.mark.parametrize(
    "options", [("--schools", "0"), ("--schools", "676"), ("--province", "ha-noi")]
)
def test_what_cannot_be_made_is_said(db: None, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        synthesise(*options)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "\\N"), (True, "t"), (7, "7"), ("Nông\tHoa\\", "Nông\\tHoa\\\\"),
     (("01", "02"), "{01,02}"), (["08"], '["08"]')],
)  # fmt: skip
def test_values_are_written_as_copy_reads_them(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_a_column_that_must_be_given_is_asked_for(db: None) -> None:
    with pytest.raises(NoDefault):
        open_stream("records.Enrolment", ["id", "student_id"])
