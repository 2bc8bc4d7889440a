"""Make the synthetic province: refuse where another one stands, else write it school by school."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import pyotp
from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from khue.access.rules.passwords import normalised
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import load_codes
from kit.cipher import seal
from synthetic.accounts import PlannedAccount
from synthetic.copying import Writer, advance_sequences, as_owner, bases_of
from synthetic.desk import Desk, Secrets
from synthetic.ids import STRIDES, Ids
from synthetic.layout import OF_THE_PROVINCE, SKELETON
from synthetic.models import SyntheticProvince
from synthetic.offices import write_province
from synthetic.plan import PROVINCE_CODE, Outline, PlannedSchool, Province
from synthetic.province import plan_province
from synthetic.school import plan_school
from synthetic.skeleton import write_school
from synthetic.themes import register_themes
from synthetic.totals import Difference, Totals, add_school, count_database, differences

AUTHOR = Author(None, "Dữ liệu tổng hợp")
REASON = "Dựng tỉnh tổng hợp"
# Children whose rows are collected before they are sent; keeps the memory small.
CHILDREN_AT_ONCE = 8_000
LATER = ("records.Enrolment", "records.RegisterEntry")
OTHER_PROVINCE = (
    "Cơ sở dữ liệu này đã có {what} không do lệnh này tạo ra, nên không dựng tỉnh tổng hợp. "
    "Hãy chạy lệnh trên một cơ sở dữ liệu trống."
)
STANDS = (
    "Ở đây đã có tỉnh tổng hợp (hạt giống {seed}, {schools} trường). Hãy dùng --check để kiểm tra "
    "hoặc --remove để gỡ bỏ trước khi dựng lại."
)
BROKEN_OFF = (
    "Lần dựng trước dừng lại sau {done}/{schools} trường. "
    "Hãy chạy lại với --remove rồi dựng từ đầu."
)
ONLY_BESIDE_THE_DEMONSTRATION = (
    "Chỉ dựng thêm trường tổng hợp bên cạnh tỉnh trình diễn (KHUE_DEMO=1). "
    "Ở nơi khác, hãy chạy lệnh không kèm --beside trên một cơ sở dữ liệu trống."
)
NO_DEPARTMENT = "Ở đây chưa có Sở của tỉnh mã {code} để dựng thêm trường. Hãy chạy lệnh demo trước."
NOT_OWNER = (
    "Lệnh này ghi thẳng vào các bảng nên phải chạy với vai chủ sở hữu bảng. Hãy đặt DATABASE_URL "
    "và KHUE_DATABASE_ROLE=owner như khi chạy migrate rồi chạy lại."
)
OWNS = "select pg_has_role(relowner, 'usage') from pg_class where oid = 'records_student'::regclass"
_STRANGERS = (
    ("records.Student", "hồ sơ học sinh"),
    ("records.Staff", "hồ sơ cán bộ, giáo viên"),
    ("organisations.School", "trường"),
)
Say = Callable[[str], None]


class NotHere(Exception):
    """The province cannot be made here; the sentence says why and what to do."""


def standing() -> SyntheticProvince | None:
    """The synthetic province of this installation, finished or not."""
    return SyntheticProvince.objects.filter(province_code=PROVINCE_CODE).first()


def synthesise(
    *, seed: int, schools: int, now: datetime, password: str, say: Say, beside: bool = False
) -> SyntheticProvince:
    """Make the first `schools` of the province, or `beside` those of the demonstration's.

    Raises NotHere.
    """
    with transaction.atomic():
        as_owner()
        refuse_guests()
    if not beside:
        refuse_strangers()
    department = demonstrated() if beside else None
    register_themes()
    if not apps.get_model("organisations.Subject").objects.exists():
        say("Nạp danh mục và chương trình giáo dục")
        load_codes(now=now)
    province, row = _begin(seed, schools, now, department)
    desk = _desk(province, now, secrets_of(password))
    totals: Totals = {}
    for batch in _batches(province.schools):
        with transaction.atomic():
            as_owner()
            _write_batch(desk, batch, totals)
            row.schools_done += len(batch)
            row.save(update_fields=["schools_done"])
        say(f"  {row.schools_done}/{schools} trường")
    _finish(desk, row, totals)
    return row


def refuse_a_second() -> None:
    """Raise NotHere where a synthetic province stands already."""
    row = standing()
    if row is not None:
        sentence = STANDS if row.finished_at else BROKEN_OFF
        raise NotHere(sentence.format(seed=row.seed, schools=row.schools, done=row.schools_done))


def demonstrated() -> int:
    """The department of the demonstration, beside whose schools more may be made."""
    if not settings.DEMO:
        raise NotHere(ONLY_BESIDE_THE_DEMONSTRATION)
    refuse_a_second()
    organisations = apps.get_model("organisations.Organisation").objects
    found = organisations.filter(kind="department", province_code=PROVINCE_CODE).first()
    if found is None:
        raise NotHere(NO_DEPARTMENT.format(code=PROVINCE_CODE))
    return int(found.pk)


def refuse_strangers() -> None:
    """Raise NotHere unless this installation is empty."""
    refuse_a_second()
    for label, what in _STRANGERS:
        if apps.get_model(label).objects.exists():
            raise NotHere(OTHER_PROVINCE.format(what=what))
    organisations = apps.get_model("organisations.Organisation").objects
    if organisations.exclude(kind="ministry").exists():
        raise NotHere(OTHER_PROVINCE.format(what="cơ quan quản lý"))


def refuse_guests() -> None:
    """Raise NotHere unless the present role owns the tables: COPY passes no fence."""
    with connection.cursor() as cursor:
        cursor.execute(OWNS)
        if not cursor.fetchone()[0]:
            raise NotHere(NOT_OWNER)


def secrets_of(password: str) -> Secrets:
    """One password for everybody, hashed once.

    In a demonstration leaders and officers have a second factor already; elsewhere they set it
    up at their first sign-in, as everywhere.
    """
    hashed = make_password(normalised(password))

    def give(account: PlannedAccount) -> tuple[str, str]:
        if not (settings.DEMO and account.second_factor):
            return hashed, ""
        label = f"access.totp.{account.id}"
        return hashed, seal(pyotp.random_base32(), label=label, key_hex=settings.FIELD_KEY)

    return give


def _begin(
    seed: int, schools: int, now: datetime, department: int | None
) -> tuple[Province, SyntheticProvince]:
    """Note what begins, and keep the ids of the province free for it."""
    with transaction.atomic():
        as_owner()
        ids = Ids(bases_of([*STRIDES, *OF_THE_PROVINCE]))
        ministry = _ministry()
        province = plan_province(seed, schools, ids, ministry, department)
        advance_sequences(_reserved(ids, schools))
        row = SyntheticProvince.objects.create(
            province_code=PROVINCE_CODE, seed=seed, schools=schools, bases=dict(ids.bases),
            made_ministry=ministry is None, department_id=department, started_at=now,
        )  # fmt: skip
    return province, row


def province_of(row: SyntheticProvince) -> Province:
    """The plan of the province that stands here, with the ids it has."""
    ministry = None if row.made_ministry else _ministry()
    return plan_province(row.seed, row.schools, Ids(row.bases), ministry, row.department_id)


def _ministry() -> int | None:
    found = apps.get_model("organisations.Organisation").objects.filter(kind="ministry").first()
    return None if found is None else int(found.pk)


def _reserved(ids: Ids, schools: int) -> dict[str, int]:
    own = {label: ids.last(label, schools) for label in STRIDES}
    return own | {label: ids.of_province(label, 999) for label in OF_THE_PROVINCE}


def _desk(province: Province, now: datetime, secrets: Secrets) -> Desk:
    subjects = apps.get_model("organisations.Subject").objects.values_list("name", "pk")
    later = Writer({label: SKELETON[label] for label in LATER})
    return Desk(province, Writer(SKELETON), later, dict(subjects), secrets, now)


def _batches(schools: Iterable[Outline]) -> Iterator[list[Outline]]:
    """Schools together until they have about so many children."""
    batch: list[Outline] = []
    for one in schools:
        batch.append(one)
        if sum(school.size for school in batch) >= CHILDREN_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _write_batch(desk: Desk, batch: Sequence[Outline], totals: Totals) -> None:
    if batch[0].place == 0:
        write_province(desk)
    told = []
    for outline in batch:
        school = plan_school(desk.province, outline)
        write_school(desk, school)
        add_school(totals, school, desk.ids)
        told.append(_told(school))
    desk.writer.send()
    append_changes(Operation(AUTHOR, desk.now), told)


def _told(school: PlannedSchool) -> Change:
    """One entry of the ledger says what was brought in for a school."""
    counts = {
        "classes": len(school.classes),
        "staff": len(school.staff),
        "students": len(school.pupils),
    }
    return Change(
        subject=f"organisation:{school.id}",
        action="import",
        label=school.outline.name,
        new=counts,
        reason=REASON,
        school_id=school.id,
        province_id=school.province_id,
    )


def _finish(desk: Desk, row: SyntheticProvince, totals: Totals) -> None:
    """What crosses from school to school, and the totals."""
    with transaction.atomic():
        as_owner()
        desk.later.send()
        row.totals, row.finished_at = totals, desk.now
        row.save(update_fields=["totals", "finished_at"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role none")
        cursor.execute("analyze")


def check(row: SyntheticProvince) -> list[Difference]:
    """Where what stands differs from the known totals."""
    register_themes()
    ids, label = Ids(row.bases), "organisations.Organisation"
    return list(
        differences(row.totals, count_database(ids.first(label, 0), ids.last(label, row.schools)))
    )
