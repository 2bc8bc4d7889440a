"""Cổng tiếp nhận of a province, as the settings say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from khue.organisations.api import OrganisationCard, organisations_by_ids


@dataclass(frozen=True)
class GatewayAddress:
    """Where a province sends, and as whom."""

    url: str
    account: str
    password: str
    timeout: float
    chunk: int
    per_minute: float
    ca: str = ""

    def __repr__(self) -> str:
        """Without the password, wherever it may be printed."""
        return f"GatewayAddress({self.url!r}, {self.account!r})"


def _told(department: OrganisationCard) -> dict[str, Any] | None:
    """By the department's own code, or else by that of its province in the list of provinces."""
    kept: dict[str, dict[str, Any]] = settings.SECTOR
    return kept.get(department.code) or kept.get(department.province_code)


def gateway_of(province_id: int) -> GatewayAddress | None:
    """The gateway of a province; None while its address or password is not set."""
    found = organisations_by_ids([province_id]).get(province_id)
    told = _told(found) if found else None
    if not told or not told.get("password"):
        return None
    return GatewayAddress(
        url=str(told["url"]).rstrip("/"),
        account=str(told["account"]),
        password=str(told["password"]),
        timeout=float(told.get("timeout", 30)),
        chunk=int(told.get("chunk", 200)),
        per_minute=float(told.get("per_minute", 120)),
        ca=str(told.get("ca", "")),
    )
