"""Gia đình: the facts of a father, a mother or a guardian, checked and tidied."""

from __future__ import annotations

from dataclasses import dataclass, replace

from khue.records.rules.names import check_full_name
from kit.phone import parse_phone
from kit.refusal import Refusal
from kit.vietnamese import tidy

RELATIONS = {"father": "Cha", "mother": "Mẹ", "guardian": "Người giám hộ"}


@dataclass(frozen=True, kw_only=True)
class GuardianFacts:
    """One adult of a child's family."""

    name: str
    relation: str
    phone: str = ""
    job: str = ""
    email: str = ""
    birth_year: int | None = None


def check_guardian(facts: GuardianFacts) -> tuple[GuardianFacts, tuple[tuple[str, str], ...]]:
    """The tidied facts, and what must be corrected as (field, sentence)."""
    name = check_full_name(facts.name)
    phone = parse_phone(facts.phone) if facts.phone.strip() else ""
    refusals = [
        (field, outcome.sentence)
        for field, outcome in [("name", name), ("phone", phone), ("relation", _relation(facts))]
        if isinstance(outcome, Refusal)
    ]
    if isinstance(name, Refusal) or isinstance(phone, Refusal):
        return facts, tuple(refusals)
    tidied = replace(
        facts, name=name, phone=phone, job=tidy(facts.job)[:150], email=tidy(facts.email)[:120]
    )
    return tidied, tuple(refusals)


def _relation(facts: GuardianFacts) -> str | Refusal:
    if facts.relation in RELATIONS:
        return facts.relation
    return Refusal("RELATION", "Quan hệ với học sinh là cha, mẹ hoặc người giám hộ.")
