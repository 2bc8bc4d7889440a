"""Which schools and classes a person may look at; a teacher stands in the school of her class."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from khue.access.api import Actor, NothingYet, OutsidePlace, permit, reach
from khue.organisations.models import Organisation
from khue.organisations.queries.cards import ClassCard, SchoolCard
from khue.organisations.queries.tree import below, school_summaries, school_summary
from kit.numbers import whole_number

NO_SCHOOL = "Chưa có trường nào"
ADD_SCHOOLS = (
    "Trang này mở được khi đã có trường. Sở thêm trường ở mục Đơn vị và trường; "
    "trang đầu chỉ từng bước."
)


def no_school_yet() -> NothingYet:
    """Whoever looks after schools stands before none."""
    return NothingYet(NO_SCHOOL, ADD_SCHOOLS)


def permit_inside(actor: Actor, permission: str, place: str) -> None:
    """Pass whoever holds the permission at the place, above it, or somewhere within it."""
    if not any(path.startswith(place) for path in reach(actor, permission).paths):
        permit(actor, permission, place)


def reaches_into(paths: Sequence[str], place: str) -> bool:
    """Whether one of the paths covers a place or lies within it."""
    return any(place.startswith(path) or path.startswith(place) for path in paths)


def classes_in_reach(
    actor: Actor, permission: str, classes: Sequence[ClassCard]
) -> list[ClassCard]:
    paths = reach(actor, permission).paths
    return [card for card in classes if reaches_into(paths, card.place)]


def schools_in_reach(actor: Actor, permission: str, limit: int = 2) -> list[SchoolCard]:
    """The first schools in which the permission holds, by name."""
    paths = reach(actor, permission).paths
    standing_in = [int(one) for path in paths for one in path.strip("/").split("/")[3:4]]
    direct = [int(one) for path in paths for one in path.strip("/").split("/")[2:3]]
    rows = Organisation.objects.filter(
        Q(pk__in=standing_in) | Q(pk__in=direct) | below(paths), kind=Organisation.Kind.SCHOOL
    ).order_by("name_key")
    found = school_summaries(list(rows.values_list("pk", flat=True)[:limit]))
    return sorted(found.values(), key=lambda card: card.name)


def chosen_school(actor: Actor, permission: str, wanted: str) -> SchoolCard | None:
    """The school of a page: the one that is asked for, or the only one within reach."""
    if wanted:
        number = whole_number(wanted)
        if number is None:
            raise OutsidePlace
        school = school_summary(number)
        permit_inside(actor, permission, school.path)
        return school
    near = schools_in_reach(actor, permission)
    return near[0] if len(near) == 1 else None
