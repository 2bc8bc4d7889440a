"""The registry of navigation: each context adds its entries; a viewer sees what she may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from khue.access.rules.actors import Actor
from khue.access.rules.gate import reach

SECTIONS = ["Hằng ngày", "Đánh giá", "Ký số", "Nhà trường", "Quản lý", "Dữ liệu", "Hệ thống"]


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; `route` is a URL name without arguments.

    `covers`: other URL names without arguments, whose pages stand below this entry too.
    """

    section: str
    label: str
    route: str
    icon: str
    permission: str
    order: int = 50
    only_for: Callable[[Actor], bool] | None = None
    covers: tuple[str, ...] = ()


_entries: list[Entry] = []


def register_navigation(*entries: Entry) -> None:
    _entries.extend(entry for entry in entries if entry not in _entries)


def entries_for(actor: Actor) -> list[tuple[str, list[Entry]]]:
    """The sections with the entries this actor may open, in their order."""
    open_to = [entry for entry in _entries if _shown(actor, entry)]
    open_to.sort(key=lambda entry: (entry.order, entry.label))
    grouped = [(name, [e for e in open_to if e.section == name]) for name in SECTIONS]
    return [(name, entries) for name, entries in grouped if entries]


def _shown(actor: Actor, entry: Entry) -> bool:
    if entry.only_for and not entry.only_for(actor):
        return False
    return not reach(actor, entry.permission).is_empty
