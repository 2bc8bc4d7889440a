"""Mã tra cứu and mã gắn con: made when a slip is printed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from khue.access.api import digest_of, new_slip_code, plain_slip_code
from khue.records.models import LinkCode, LookupCode
from khue.records.rules.lookup_codes import with_check_digit
from kit.fences import EVERYTHING, scoped


def lookup_codes_for(student_ids: Collection[int]) -> dict[int, str]:
    """The look-up code of each student, made where there is none. The caller passed the gate."""
    with scoped(EVERYTHING):
        kept = _kept(student_ids)
        while missing := [one for one in dict.fromkeys(student_ids) if one not in kept]:
            rows = [LookupCode(student_id=one, code=_new_code()) for one in missing]
            LookupCode.objects.bulk_create(rows, ignore_conflicts=True)
            kept = _kept(student_ids)
    return kept


def _kept(student_ids: Collection[int]) -> dict[int, str]:
    rows = LookupCode.objects.filter(student_id__in=student_ids)
    return dict(rows.values_list("student_id", "code"))


def _new_code() -> str:
    return with_check_digit(f"{secrets.randbelow(10**7):07}")


def new_link_code(*, student_id: int, guardian_id: int, now: datetime, until: datetime) -> str:
    """A code that adds this child to another account; the one printed before ends."""
    code = new_slip_code(groups=2)
    with scoped(EVERYTHING):
        before = LinkCode.objects.filter(
            student_id=student_id, guardian_id=guardian_id, used_at=None, ended_at=None
        )
        before.update(ended_at=now)
        LinkCode.objects.create(
            digest=digest_of(plain_slip_code(code)),
            student_id=student_id,
            guardian_id=guardian_id,
            made_at=now,
            expires_at=until,
        )
    return code


def move_codes(gone_id: int, kept_id: int) -> dict[str, Any]:
    """Gộp hồ sơ: slips already printed go on working; of two look-up codes the kept one stands."""
    with scoped(EVERYTHING):
        links = list(LinkCode.objects.filter(student_id=gone_id).values_list("pk", flat=True))
        alone = not LookupCode.objects.filter(student_id=kept_id).exists()
        moved = {"links": links, "lookup": alone}
        _give_codes(moved, gone_id, kept_id)
    return moved


def return_codes(moved: Mapping[str, Any], gone_id: int, kept_id: int) -> None:
    """Tách lại: every code to the file on whose slip it stood."""
    with scoped(EVERYTHING):
        _give_codes(moved, kept_id, gone_id)


def _give_codes(moved: Mapping[str, Any], from_id: int, to_id: int) -> None:
    LinkCode.objects.filter(pk__in=moved["links"]).update(student_id=to_id)
    if moved["lookup"]:
        LookupCode.objects.filter(student_id=from_id).update(student_id=to_id)
