"""Dữ liệu cá nhân nhạy cảm: religion, policy groups, disability and health of a student.

Law: Luật 91/2025/QH15, NĐ 356/2025/NĐ-CP Điều 4.
"""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SensitiveFacts:
    """Codes of the sector lists (religions, policy-groups, disability-kinds) and free notes."""

    religion: str = ""
    policies: tuple[str, ...] = ()
    disability: str = ""
    disability_note: str = ""
    health: str = ""


# Column of the file -> the parts that are sealed together in it.
SEALED_COLUMNS = {
    "religion_sealed": ("religion",),
    "policies_sealed": ("policies",),
    "disability_sealed": ("disability", "disability_note"),
    "health_sealed": ("health",),
}
SENSITIVE_LABELS = {
    "religion_sealed": "Tôn giáo",
    "policies_sealed": "Đối tượng chính sách",
    "disability_sealed": "Khuyết tật",
    "health_sealed": "Sức khỏe",
}


def pack(facts: SensitiveFacts, column: str) -> str:
    """The text to seal in a column; empty when there is nothing to keep."""
    parts = {name: getattr(facts, name) for name in SEALED_COLUMNS[column]}
    return json.dumps(parts, ensure_ascii=False) if any(parts.values()) else ""


def unpack(texts: dict[str, str]) -> SensitiveFacts:
    """The facts of the opened texts, by column."""
    parts = {
        key: value for text in texts.values() if text for key, value in json.loads(text).items()
    }
    parts["policies"] = tuple(parts.get("policies", ()))
    return SensitiveFacts(**parts)
