"""Synthetic schools beside those of another province of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError
from django.test import override_settings

from khue.organisations.api import load_codes
from kit.fences import EVERYTHING, scoped
from synthetic.build import province_of, standing
from synthetic.tests.test_synthesise import rows, synthesise
from tests.cast import NOW, Cast

SCHOOLS = 2


@pytest.fixture
def before(cast: Cast) -> Iterator[set[str]]:
    """The codes of the places that stood before; their pupils have no codes of ours."""
    with scoped(EVERYTHING):
        rows("records.Student").update(code=None)
        load_codes(now=NOW)
        codes = set(rows("organisations.Organisation").values_list("code", flat=True))
        synthesise("--beside", "--schools", str(SCHOOLS))
        yield codes


def test_schools_stand_in_the_department_of_others(cast: Cast, before: set[str]) -> None:
    _they_stand_in_the_department(cast, before)
    _only_what_was_made_is_counted()
    _a_second_start_changes_nothing()
    _they_are_never_taken_away_alone(cast)


def _they_stand_in_the_department(cast: Cast, before: set[str]) -> None:
    row = standing()
    assert row
    assert row.department_id == cast.department.pk
    made = rows("organisations.Organisation").exclude(code__in=before)
    assert all(one.path.startswith(cast.department.path) for one in made)
    communes = {one.commune.code for one in province_of(row).schools}
    kinds = sorted(made.values_list("kind", flat=True))
    assert kinds == ["commune"] * len(communes) + ["school"] * SCHOOLS
    assert not rows("access.Account", login="so.01").exists()
    assert rows("access.Account", login="ht.001", totp_confirmed_at__isnull=False).exists()


def _only_what_was_made_is_counted() -> None:
    assert "Mọi số liệu đều khớp" in synthesise("--check")


def _a_second_start_changes_nothing() -> None:
    many = rows("records.Student").count()
    assert "đã có sẵn" in synthesise("--beside", "--schools", str(SCHOOLS))
    assert rows("records.Student").count() == many


def _they_are_never_taken_away_alone(cast: Cast) -> None:
    with pytest.raises(CommandError, match="make demo-reset"):
        synthesise("--remove")
    assert rows("organisations.Organisation", pk=cast.school.pk).exists()


@override_settings(DEMO=False)
def test_it_is_for_the_demonstration_only(cast: Cast) -> None:
    with scoped(EVERYTHING), pytest.raises(CommandError, match="KHUE_DEMO=1"):
        synthesise("--beside", "--schools", "1")


def test_there_must_be_something_to_stand_beside(db: None) -> None:
    with scoped(EVERYTHING), pytest.raises(CommandError, match="chưa có Sở"):
        synthesise("--beside", "--schools", "1")
