"""Bổ sung dữ liệu: what only the sector asks for, typed at the school, kept sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction

from khue.access.api import Actor, permit
from khue.ledger.api import Author, Change, Operation, append_changes, log_sensitive_read
from khue.organisations.api import SchoolCard
from khue.sector.models import Supplement
from khue.sector.permissions import SUPPLEMENT
from khue.sector.queries.dossier import LABEL, opened_values
from khue.sector.queries.lists import supplement_fields
from khue.sector.rules.states import PART_NAMES
from khue.sector.rules.supplements import parse_value, shown_value
from khue.sector.services.labels import label_of, labels_of
from kit.cipher import seal
from kit.refusal import Refusal


@dataclass(frozen=True)
class SupplementRefused(Exception):
    """Values that cannot be taken: sentence by field."""

    refusals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SupplementView:
    """A record and what was added to it, as texts."""

    part: str
    local_id: int
    label: str
    texts: Mapping[str, str]


def read_supplement(
    *, actor: Actor, now: datetime, school: SchoolCard, part: str, local_id: int
) -> SupplementView:
    """Open what was added to a record; the look is written down."""
    permit(actor, SUPPLEMENT, school.path)
    label = label_of(school, part, local_id)
    values = _values(school, part, local_id)
    if values:
        with transaction.atomic():
            log_sensitive_read(
                Author(actor.account_id, actor.name),
                now,
                subject=f"{part}:{local_id}",
                fields="dữ liệu bổ sung gửi ngành",
                school_id=school.id,
                province_id=school.province_id,
            )
    texts = {one.name: shown_value(one, values.get(one.name)) for one in supplement_fields(part)}
    return SupplementView(part, local_id, label, texts)


def _values(school: SchoolCard, part: str, local_id: int) -> dict[str, object]:
    row = Supplement.objects.filter(school_id=school.id, part=part, local_id=local_id).first()
    return opened_values(row.values_sealed) if row else {}


def read_supplements(
    *, actor: Actor, now: datetime, school: SchoolCard, year: int, part: str
) -> list[SupplementView]:
    """Every record of a part in a year with what was added; the look is written down."""
    permit(actor, SUPPLEMENT, school.path)
    with transaction.atomic():
        log_sensitive_read(
            Author(actor.account_id, actor.name),
            now,
            subject=f"school:{school.id}",
            fields=f"dữ liệu bổ sung gửi ngành: {PART_NAMES[part].lower()}",
            school_id=school.id,
            province_id=school.province_id,
        )
    kept = _every_value(school, part)
    specs = supplement_fields(part)
    return [
        SupplementView(
            part,
            number,
            label,
            {one.name: shown_value(one, kept.get(number, {}).get(one.name)) for one in specs},
        )
        for number, label in labels_of(school, year, part).items()
    ]


def _every_value(school: SchoolCard, part: str) -> dict[int, dict[str, object]]:
    rows = Supplement.objects.filter(school_id=school.id, part=part)
    return {row.local_id: opened_values(row.values_sealed) for row in rows}


def set_supplements(
    *,
    actor: Actor,
    now: datetime,
    school: SchoolCard,
    year: int,
    part: str,
    texts: Mapping[int, Mapping[str, str]],
) -> int:
    """Write what a sheet says, all of it or nothing; return how many records changed."""
    permit(actor, SUPPLEMENT, school.path)
    labels = labels_of(school, year, part)
    wrong = [f"Mã bản ghi {one} không phải của trường." for one in texts if one not in labels]
    wanted: dict[int, dict[str, object]] = {}
    for local_id in [one for one in texts if one in labels]:
        try:
            wanted[local_id] = _parsed(part, texts[local_id])
        except SupplementRefused as refused:
            wrong += [f"{labels[local_id]}: {one}" for one in refused.refusals.values()]
    if wrong:
        raise SupplementRefused(dict.fromkeys(wrong, ""))
    with transaction.atomic():
        return sum(
            _change(actor, now, school, part, one, labels[one], values)
            for one, values in wanted.items()
        )


def set_supplement(
    *,
    actor: Actor,
    now: datetime,
    school: SchoolCard,
    part: str,
    local_id: int,
    texts: Mapping[str, str],
) -> bool:
    """Write what was typed for the fields named; whether anything changed.

    The ledger tells which fields changed, never the values.
    """
    permit(actor, SUPPLEMENT, school.path)
    label = label_of(school, part, local_id)
    wanted = _parsed(part, texts)
    with transaction.atomic():
        return _change(actor, now, school, part, local_id, label, wanted)


def _change(
    actor: Actor,
    now: datetime,
    school: SchoolCard,
    part: str,
    local_id: int,
    label: str,
    wanted: Mapping[str, object],
) -> bool:
    row = _locked(school, part, local_id, now)
    old = opened_values(row.values_sealed)
    new = {key: value for key, value in {**old, **wanted}.items() if value is not None}
    if new == old:
        return False
    _keep(row, new, now)
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    _tell(actor, now, school, part, local_id, label, changed)
    return True


def _parsed(part: str, texts: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    refusals: dict[str, str] = {}
    for one in supplement_fields(part):
        if one.name not in texts:
            continue
        value = parse_value(one, texts[one.name])
        if isinstance(value, Refusal):
            refusals[one.name] = value.sentence
        else:
            values[one.name] = value
    if refusals:
        raise SupplementRefused(refusals)
    return values


def _locked(school: SchoolCard, part: str, local_id: int, now: datetime) -> Supplement:
    made, _ = Supplement.objects.get_or_create(
        school_id=school.id,
        part=part,
        local_id=local_id,
        defaults={"province_id": school.province_id, "changed_at": now},
    )
    return Supplement.objects.select_for_update().get(pk=made.pk)


def _keep(row: Supplement, values: Mapping[str, object], now: datetime) -> None:
    text = json.dumps(values, ensure_ascii=False) if values else ""
    row.values_sealed = seal(text, label=LABEL, key_hex=settings.FIELD_KEY) if text else ""
    row.version, row.changed_at = row.version + 1, now
    row.save()


def _tell(
    actor: Actor,
    now: datetime,
    school: SchoolCard,
    part: str,
    local_id: int,
    label: str,
    changed: list[str],
) -> None:
    titles = {one.name: one.title for one in supplement_fields(part)}
    change = Change(
        subject=f"{part}:{local_id}",
        action="supplement",
        label=f"Dữ liệu bổ sung gửi ngành, {PART_NAMES[part].lower()} {label}",
        new=", ".join(titles[key] for key in changed),
        school_id=school.id,
        province_id=school.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
