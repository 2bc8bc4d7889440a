"""What a school declared for the statistics goes to the sector too."""

from __future__ import annotations

import pytest
from django.conf import settings

from khue.sector.queries.dossier import LABEL, open_dossier
from khue.sector.queries.messages import compose
from kit.cipher import seal
from kit.fences import EVERYTHING, scoped
from tests.cast import NOW, TODAY, YEAR, Cast, table

pytestmark = pytest.mark.django_db


def declare(cast: Cast, **values: int) -> None:
    table("statistics.Declaration").objects.create(
        school_id=cast.school.pk,
        province_id=cast.department.pk,
        form="02-th",
        year=YEAR,
        values={f"02.has.{name}": value for name, value in values.items()},
        changed_at=NOW,
        changed_by=cast.mai.name,
    )


def told(cast: Cast) -> dict[str, object]:
    dossier = open_dossier(cast.school.pk, YEAR, TODAY)
    assert dossier
    [school] = compose(dossier, "school").values()
    return dict(school.message)


def test_the_declared_sheet_answers_what_the_sector_asks(cast: Cast) -> None:
    with scoped(EVERYTHING):
        assert "DienLuoi" not in told(cast)
        declare(cast, power=1, water=0, gender_programme=1)
        message = told(cast)
        assert (message["DienLuoi"], message["NguonNuocSach"]) == (1, 0)
        assert "SuDungMayTinhDayHoc" not in message
        typed = seal('{"DienLuoi": 0}', label=LABEL, key_hex=settings.FIELD_KEY)
        table("sector.Supplement").objects.create(
            school=cast.school,
            province=cast.department,
            part="school",
            local_id=cast.school.pk,
            values_sealed=typed,
            changed_at=NOW,
        )
        assert told(cast)["DienLuoi"] == 0
