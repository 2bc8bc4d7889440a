"""Whom somebody let in at a place by hand, before there was a file of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khue.access.models import Account, Grant
from khue.access.queries.grants import living_grants
from khue.access.rules.roles import ROLE_NAMES, Role


@dataclass(frozen=True, slots=True)
class Admitted:
    """An open account of staff with the roles that were handed out at the place."""

    account_id: int
    login: str
    name: str
    roles: tuple[str, ...]

    @property
    def told(self) -> str:
        """ "mai.luong (Hiệu trưởng)" """
        return f"{self.login} ({', '.join(self.roles)})"


def admitted_at(path: str, today: date) -> list[Admitted]:
    """Who holds a role by hand at exactly this place, by name. Not gated: pass its gate first."""
    found: dict[int, tuple[Account, list[str]]] = {}
    rows = living_grants(today).filter(
        place=path,
        source=Grant.Source.MANUAL,
        account__kind=Account.Kind.STAFF,
        account__closed_at__isnull=True,
    )
    for grant in rows.select_related("account").order_by("account__name_key", "account_id", "id"):
        _, roles = found.setdefault(grant.account_id, (grant.account, []))
        roles.append(ROLE_NAMES[Role(grant.role)])
    return [
        Admitted(account.pk, account.login, account.name, tuple(dict.fromkeys(roles)))
        for account, roles in found.values()
    ]
