"""Người dùng: the person who acts, as a plain value that carries what was granted."""

from __future__ import annotations

from dataclasses import dataclass

from khue.access.rules.roles import FAMILY, ROLE_NAMES, Role, strongest


@dataclass(frozen=True)
class Granted:
    """One role at one place; `school_id` and `province_id` say which rows the fence opens.

    `only`: of what the role may do, just these permissions (what a program was allowed to read).
    """

    role: Role
    place: str
    province_id: int | None = None
    school_id: int | None = None
    place_name: str = ""
    only: frozenset[str] | None = None

    def carries(self, permission: str, roles: frozenset[Role]) -> bool:
        """Whether a permission of these roles comes with this grant."""
        return self.role in roles and (self.only is None or permission in self.only)


@dataclass(frozen=True)
class Actor:
    """Someone who is signed in. `second_factor` tells whether a one-time code was given."""

    account_id: int
    name: str
    grants: tuple[Granted, ...] = ()
    second_factor: bool = False
    session_key: str = ""

    @property
    def roles(self) -> list[Role]:
        return list(dict.fromkeys(granted.role for granted in self.grants))

    @property
    def role_label(self) -> str:
        role = strongest(self.roles)
        return ROLE_NAMES[role] if role else "Chưa được giao vai trò"

    @property
    def place_name(self) -> str:
        role = strongest(self.roles)
        return next((one.place_name for one in self.grants if one.role == role), "")

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else self.name[:2].upper()

    @property
    def is_family(self) -> bool:
        """Whether a parent or a student, and nothing else: the family pages are theirs."""
        return bool(self.grants) and all(granted.role in FAMILY for granted in self.grants)

    def holds(self, *roles: Role) -> bool:
        return any(granted.role in roles for granted in self.grants)
