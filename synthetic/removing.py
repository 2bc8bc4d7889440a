"""Take the synthetic province away again, with everything that grew on it meanwhile.

The province stands alone in its installation, so every table that hangs off an organisation or
an account is emptied at once. What no school owns stays: codes, subjects, the ledger, and the
accounts of others with their grants and sessions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from khue.ledger.api import Author, Change, Operation, append_changes
from synthetic.copying import as_owner
from synthetic.ids import Ids
from synthetic.models import SyntheticProvince
from synthetic.plan import DEPARTMENT, PROVINCE_NAME

# Whatever points to an organisation or an account, through others too, and what carries a place.
HANGING = """
with recursive placed as (
  select a.attrelid as oid from pg_attribute a join pg_class t on t.oid = a.attrelid
  where t.relkind in ('r', 'p') and t.relnamespace = current_schema()::regnamespace
  and t.relname not like 'ledger\\_%%'
  and a.attname in ('school_id', 'province_id') and not a.attisdropped
), hanging (oid) as (
  select oid from placed
  union
  select unnest(array['organisations_organisation', 'access_account']::regclass[]::oid[])
  union
  select c.conrelid from pg_constraint c join hanging h on c.confrelid = h.oid
  where c.contype = 'f'
)
select string_agg(distinct h.oid::regclass::text, ', ') from hanging h
where h.oid::regclass::text not in ('access_account', 'access_grant', 'access_session')
"""
# Whom the province brought, and everybody whose every grant lies in it.
GONE = """
create temporary table synthetic_gone on commit drop as
select a.id from access_account a
where (a.id > %(first)s and a.id <= %(last)s)
or (exists (select from access_grant g where g.account_id = a.id)
    and not exists (select from access_grant g where g.account_id = a.id
      and g.province_id is distinct from %(province)s))
"""
KEPT = """
create temporary table synthetic_kept on commit drop as
select * from organisations_organisation where kind = 'ministry' and not %(made)s
"""
BESIDE_OTHERS = (
    "Các trường tổng hợp này đứng chung với tỉnh trình diễn nên không gỡ riêng được. "
    "Hãy gõ «make demo-reset» để tạo lại tỉnh trình diễn từ đầu."
)
AFTERWARDS = (
    "insert into organisations_organisation select * from synthetic_kept",
    "delete from access_session where account_id in (select id from synthetic_gone)",
    "update access_grant set granted_by_id = null where granted_by_id in"
    " (select id from synthetic_gone)",
    "update access_grant set delegated_from_id = null where delegated_from_id in"
    " (select id from access_grant where account_id in (select id from synthetic_gone))",
    "delete from access_grant where account_id in (select id from synthetic_gone)",
    "delete from access_account where id in (select id from synthetic_gone)",
    "drop table synthetic_gone, synthetic_kept",
)


class NotAlone(Exception):
    """The schools stand beside others, so that tables cannot be emptied."""


def remove_province(row: SyntheticProvince, *, now: datetime) -> None:
    """Gỡ bỏ: all or nothing; the ledger keeps its entries and notes the removal.

    Raises NotAlone where the schools stand beside others.
    """
    if row.department_id is not None:
        raise NotAlone(BESIDE_OTHERS)
    ids = Ids(row.bases)
    province = ids.of_province("organisations.Organisation", DEPARTMENT)
    with transaction.atomic(), connection.cursor() as cursor:
        as_owner()
        first, last = row.bases["access.Account"], ids.last("access.Account", row.schools)
        cursor.execute(GONE, {"first": first, "last": last, "province": province})
        cursor.execute(KEPT, {"made": row.made_ministry})
        _empty(cursor)
        append_changes(Operation(Author(None, "Dữ liệu tổng hợp"), now), [_told(row, province)])
        row.delete()


def _empty(cursor: Any) -> None:
    cursor.execute(HANGING)
    cursor.execute(f"truncate {cursor.fetchone()[0]}")
    for statement in AFTERWARDS:
        cursor.execute(statement)


def _told(row: SyntheticProvince, province: int) -> Change:
    return Change(
        subject=f"organisation:{province}",
        action="remove",
        label=f"Tỉnh tổng hợp {PROVINCE_NAME}",
        old={"seed": row.seed, "schools": row.schools},
        reason="Gỡ bỏ tỉnh tổng hợp",
        province_id=province,
    )
