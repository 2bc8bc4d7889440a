"""Đặt lựa chọn: a department or a school decides what the law leaves open, from a year on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from khue.access.api import Actor, permit
from khue.background.api import Work, start_task
from khue.gradebook.models import Policy
from khue.gradebook.queries.books import school_year_on
from khue.gradebook.queries.policies import SET_DEPARTMENT, SET_SCHOOL, schools_bound_by
from khue.gradebook.queries.result_inputs import classes_with_results
from khue.gradebook.rules.policies import PolicyKind, check_policy, kind_of
from khue.gradebook.services.absences import bring_class
from khue.gradebook.services.counting import recount_progress
from khue.gradebook.services.results_check import repair_class
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import OrganisationCard, organisation
from kit.dates import vietnam_day
from kit.refusal import Refusal

REFRESH = "gradebook.refresh_results"


class PolicyRefused(Exception):
    """The choice cannot be made; the text is the sentence for the person."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def set_policy(
    *, actor: Actor, now: datetime, organisation_id: int, key: str, from_year: int, value: str
) -> int:
    """Đặt lựa chọn of a department or a school; results of the year follow in the background.

    Returns for how many schools work was ordered. A choice that is the department's binds its
    schools; a school sets only its own. Raises PolicyRefused, UnknownPolicy, Refused.
    """
    node, kind = organisation(organisation_id), kind_of(key)
    permit(actor, _permission(node, kind), node.path)
    wanted = check_policy(key, value)
    if isinstance(wanted, Refusal):
        raise PolicyRefused(wanted.key, str(wanted))
    if from_year < school_year_on(vietnam_day(now)):
        raise PolicyRefused(
            "PAST_YEAR",
            "Chỉ đặt được từ năm học hiện tại trở đi: kết quả các năm trước giữ nguyên.",
        )
    with transaction.atomic():
        old = _put(node, key, from_year, wanted)
        if old == wanted:
            return 0
        _tell(actor, now, node, key, from_year, (old, wanted))
        return _order_refresh(actor, now, node, from_year)


def _permission(node: OrganisationCard, kind: PolicyKind) -> str:
    if node.kind == "department":
        return SET_DEPARTMENT
    if node.kind == "school" and kind.owner == "school":
        return SET_SCHOOL
    raise PolicyRefused("NOT_YOURS", f"“{kind.title}” do Sở Giáo dục và Đào tạo quyết định.")


def _put(node: OrganisationCard, key: str, from_year: int, value: Any) -> Any:
    row, made = Policy.objects.select_for_update().get_or_create(
        organisation_id=node.id, key=key, from_year=from_year, defaults={"value": value}
    )
    old = None if made else row.value
    if old != value:
        Policy.objects.filter(pk=row.pk).update(value=value)
    return old


def _tell(
    actor: Actor,
    now: datetime,
    node: OrganisationCard,
    key: str,
    from_year: int,
    values: tuple[Any, Any],
) -> None:
    kind, (old, new) = kind_of(key), values
    change = Change(
        subject=f"policy:{node.id}",
        action="set_policy",
        label=f"{kind.title}, từ năm học {from_year}-{from_year + 1}",
        old=None if old is None else kind.words(old),
        new=kind.words(new),
        school_id=node.id if node.kind == "school" else None,
        province_id=node.id if node.kind == "department" else None,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])


def _order_refresh(actor: Actor, now: datetime, node: OrganisationCard, year: int) -> int:
    """One task for each school, so that none holds the books of all others."""
    schools = schools_bound_by(node.id, year)
    for school_id, name in schools:
        start_task(
            actor=actor,
            now=now,
            kind=REFRESH,
            title=f"Tính lại kết quả {name}",
            arguments={"school": school_id, "year": year},
            school_id=school_id,
        )
    return len(schools)


def refresh_school(work: Work) -> dict[str, Any]:
    """Long work: every result of a school, of this year and later ones, from raw marks."""
    school_id, year = int(work.arguments["school"]), int(work.arguments["year"])
    author = Author(work.actor.account_id, work.actor.name)
    recount_progress(now=work.now, school_id=school_id)
    found = classes_with_results(school_id=school_id, from_year=year)
    classes = found.get(school_id, [])
    work.progress.begin(len(classes), "Đang tính lại kết quả")
    changed = 0
    for place, class_id in enumerate(classes, 1):
        with transaction.atomic():
            bring_class(class_id, Operation(author, work.now))
        changed += len(repair_class(class_id, now=work.now, author=author).differences)
        work.progress.step(place)
    return {"text": f"Đã tính lại {len(classes)} lớp, {changed} giá trị thay đổi."}
