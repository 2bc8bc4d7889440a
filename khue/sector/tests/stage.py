"""A school that has everything the sector asks for, and the walk of a submission."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from khue.organisations.api import school_summary
from khue.sector.rules.periods import Period
from khue.sector.services.checking import check_school
from khue.sector.services.pushing import Run, push_due
from khue.sector.services.stages import approve, submit
from khue.sector.services.submissions import Target
from khue.sector.services.supplements import set_supplement
from khue.sector.services.windows import Days, set_window
from kit.fences import EVERYTHING, scoped
from tests.cast import YEAR, Cast, table

START = Period.START
NOW = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
DAYS = Days(date(2026, 9, 15), date(2026, 10, 31), date(2026, 9, 30))
OF_STAFF = {
    "BacLuong": "3",
    "HeSo": "3,00",
    "MucPhuCapUuDai": "30",
    "MucPhuCapLanhDao": "0",
    "ChuyenNganhDaoTaoChinh": "1",
    "TrinhDoDaoTaoCnChinh": "7",
    "DanhGiaKqChuanNgheNghiep": "2",
    "TuDanhGiaKqChuanNgheNghiep": "02",
}
OF_PUPILS = {"NgaySinhMe": "12/4/1985", "NgaySinhNguoiGiamHo": "12/4/1985"}


def target_of(cast: Cast, period: Period = START, year: int = YEAR) -> Target:
    return Target(school_summary(cast.school.pk), year, period)


def open_window(cast: Cast, days: Days = DAYS, now: datetime = NOW, period: Period = START) -> None:
    set_window(
        actor=cast.dung.actor,
        now=now,
        province_id=cast.department.pk,
        year=YEAR,
        period=period,
        days=days,
    )


def complete_files(cast: Cast) -> None:
    """Give everybody at the school of the cast what the lists require."""
    staff = table("records.Staff").objects.filter(home_school=cast.school)
    staff.update(rank_code="V.07.04.32", qualification="03")
    for number, one in enumerate(staff.order_by("pk")):
        give_number(one, "staff", f"0200850{number:05d}")
        set_supplement(**_added(cast, "staff", one.pk, OF_STAFF))
    pupils = table("records.Student").objects.filter(home_school=cast.school)
    for one in pupils.order_by("pk"):
        add_mother(one)
        set_supplement(**_added(cast, "student", one.pk, OF_PUPILS))


def _added(cast: Cast, part: str, local_id: int, texts: dict[str, str]) -> dict[str, Any]:
    school = school_summary(cast.school.pk)
    actor = cast.mai.actor
    return {
        "actor": actor,
        "now": NOW,
        "school": school,
        "part": part,
        "local_id": local_id,
        "texts": texts,
    }


def give_number(row: Any, kind: str, number: str) -> None:
    from khue.records.queries.sealed import number_digest, seal_text

    row.personal_number_sealed = seal_text(number, f"{kind}.personal_number")
    row.personal_number_digest = number_digest(number, kind)
    row.save()


def add_mother(student: Any) -> None:
    links = table("records.Guardianship").objects
    if links.filter(student=student, relation="mother").exists():
        return
    mother = table("records.Guardian").objects.create(
        name="Nông Thị Mẹ", name_search="nong thi me", created_at=NOW
    )
    links.create(student=student, guardian=mother, relation="mother", starts_on=date(2026, 8, 1))


def load_codes(*lists: str) -> None:
    """A few codes, as the command that loads them would keep them."""
    codes = table("organisations.Code").objects
    known = {
        "provinces": ["20"],
        "salary-steps": ["3"],
        "majors": ["1"],
        "professional-standard-results": ["01", "02", "03"],
        "degree-levels": ["07"],
        "ethnic-groups": ["01", "02", "07"],
        "disability-kinds": ["01", "02"],
        "gender-sector": ["01", "02"],
    }
    codes.bulk_create(
        codes.model(list=name, code=code, name=f"{name} {code}", position=position)
        for name in lists or known
        for position, code in enumerate(known[name])
    )


def walk_to_approval(cast: Cast, now: datetime = NOW, period: Period = START) -> Target:
    """Check, submit, approve at the commune, approve at the department."""
    target = target_of(cast, period)
    check_school(actor=cast.mai.actor, now=now, target=target)
    submit(actor=cast.mai.actor, now=now, target=target)
    approve(actor=cast.ha.actor, now=now, target=target)
    approve(actor=cast.dung.actor, now=now, target=target)
    return target


def run_push(now: datetime = NOW, ahead: timedelta = timedelta()) -> None:
    """One run of the push at a moment, without waiting."""
    push_due(Run(clock=lambda: now + ahead, sleep=lambda _seconds: None), seconds=30)


def make_ready(cast: Cast) -> None:
    with scoped(EVERYTHING):
        complete_files(cast)
        open_window(cast)


def states(cast: Cast) -> dict[int, int | None]:
    """Kind of data -> code of the gateway."""
    rows = table("sector.KindState").objects.filter(school=cast.school)
    return dict(rows.values_list("kind", "status"))
