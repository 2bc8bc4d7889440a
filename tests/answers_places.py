"""What a school publishes for look-up: one publication with a draft of results."""

from __future__ import annotations

from typing import Any

from khue.answers.services.drafting import _sealed
from khue.intake.tests.sheets import workbook
from tests.cast import NOW, table


def make_answers(school: Any) -> dict[str, Any]:
    """A publication whose first edition waits for its columns."""
    where = {"school_id": school.pk, "province_id": school.province_id}
    publication = table("answers.Publication").objects.create(
        slug=f"thi-thu-{school.pk}",
        title="Điểm thi thử",
        place=school.organisation.path,
        place_name=school.organisation.name,
        opens_at=NOW,
        created_by="Ai đó",
        created_at=NOW,
        **where,
    )
    rows = workbook(["SBD", "Ngày sinh", "Toán"], ["0001", "09/03/2013", "8"])
    edition = table("answers.Edition").objects.create(
        publication=publication,
        number=1,
        state="draft",
        file_name="thi-thu.xlsx",
        sealed=_sealed(rows),
        choice={"number": 0, "secret": 1, "kind": "born", "shown": [1, 2]},
        titles=["SBD", "Ngày sinh", "Toán"],
        counts={"rows": 1, "good": 1, "faults": 0},
        uploaded_by="Ai đó",
        uploaded_at=NOW,
        **where,
    )
    return {"publication_id": publication.public_id, "edition": edition.number}
