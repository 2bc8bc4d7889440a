"""Ai nói chuyện với gia đình: the teachers of a class, as a context above tells them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from khue.organisations.api import ClassCard, class_summaries
from khue.records.api import Status, StudentSummary
from kit.fences import EVERYTHING, scoped

HOMEROOM, SUBJECT, OFFICE = "homeroom", "subject", "office"
OFFICE_NAME = "Văn phòng nhà trường"


@dataclass(frozen=True, slots=True)
class Contact:
    """Một người hoặc nơi gia đình nhắn được; the office has no account of its own."""

    account_id: int | None
    name: str
    side: str
    title: str
    """ "Giáo viên chủ nhiệm", "Giáo viên Toán", "Văn phòng nhà trường"."""

    @property
    def key(self) -> str:
        """What a page sends back."""
        return str(self.account_id or OFFICE)

    @property
    def told(self) -> str:
        return self.title if self.side == OFFICE else f"{self.name} ({self.title.lower()})"


ContactsOf = Callable[[int, date], Sequence[Contact]]
ClassesOf = Callable[[int, date], Sequence[int]]
_registry: dict[str, tuple[ContactsOf, ClassesOf]] = {}
THE_OFFICE = Contact(None, OFFICE_NAME, OFFICE, OFFICE_NAME)


class ContactsTwice(ValueError):
    """Two contexts tell who teaches a class."""


def register_child_contacts(contacts_of: ContactsOf, classes_of: ClassesOf) -> None:
    """`contacts_of(class_id, day)`: who teaches a class, homeroom first; `classes_of(account_id,
    day)`: the classes of a teacher."""
    if _registry.setdefault("", (contacts_of, classes_of)) != (contacts_of, classes_of):
        raise ContactsTwice


def contacts_of_class(class_id: int | None, on: date) -> list[Contact]:
    """The teachers of a class, each once, homeroom first, and the office.

    Families do not see assignments through the fence; the caller has passed the gate for a child.
    """
    found: dict[int | None, Contact] = {}
    if class_id is not None and _registry:
        with scoped(EVERYTHING):
            for one in _registry[""][0](class_id, on):
                found.setdefault(one.account_id, one)
    return [*found.values(), THE_OFFICE]


def classes_of_teacher(account_id: int, on: date) -> list[ClassCard]:
    """The classes that a teacher leads or teaches, by name."""
    ids = _registry[""][1](account_id, on) if _registry else ()
    return sorted(class_summaries(list(ids)).values(), key=lambda card: card.name_key)


def contacts_of_child(child: StudentSummary, on: date) -> list[Contact]:
    """Whom the family of a pupil may write to; nobody once the pupil has left."""
    if child.status != Status.STUDYING:
        return []
    return contacts_of_class(child.class_id, on)
