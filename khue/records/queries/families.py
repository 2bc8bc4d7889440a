"""One link of a family, for the page that changes it."""

from __future__ import annotations

from khue.access.api import Actor, OutsidePlace
from khue.records.models import Guardianship
from khue.records.queries.places import open_student


def relative_of(*, actor: Actor, guardianship_id: int) -> tuple[int, dict[str, object]]:
    """Whose relative it is, and what is kept of the adult, as the form shows it."""
    row = Guardianship.objects.select_related("guardian").filter(id=guardianship_id).first()
    if row is None:
        raise OutsidePlace
    open_student(actor, "records.manage_students", row.student_id)
    names = ["name", "phone", "job", "email", "birth_year"]
    kept = {name: getattr(row.guardian, name) for name in names}
    return row.student_id, kept | {"relation": row.relation}
