"""What can be signed: each context says how its documents open and take a signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from khue.signing.rules.requests import OpenRequest, RefusedRequest, Signable, Signed

Opener = Callable[[Sequence[OpenRequest]], Mapping[int, Signable]]
Accepter = Callable[[Sequence[Signed]], None]
Refuser = Callable[[Sequence[RefusedRequest]], None]


@dataclass(frozen=True)
class SigningKind:
    """A kind of document. All functions run inside the transaction of the act.

    `open_many` answers by request id; one that it leaves out is not signed and stays waiting.
    `accept_many` keeps the results, or raises: then nothing of the chunk is signed. `refuse` is
    told what a signer refused. `page` gives the address where the document of a key is read; an
    address that ends in ".pdf" is shown as it is, any other as a page.
    """

    name: str
    title: str
    open_many: Opener
    accept_many: Accepter
    refuse: Refuser | None = None
    page: Callable[[str], str] | None = None


class UnknownKind(KeyError):
    """No context registered documents of this kind."""


class RegisteredTwice(ValueError):
    """Two contexts under one name of a kind."""


_kinds: dict[str, SigningKind] = {}


def register_signing_kind(kind: SigningKind) -> None:
    """Say at start-up how documents of a kind are opened and how they take a signature."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise RegisteredTwice(kind.name)


def signing_kind(name: str) -> SigningKind:
    if name not in _kinds:
        raise UnknownKind(name)
    return _kinds[name]


def kind_titles() -> dict[str, str]:
    """Every kind with the words a person reads."""
    return {kind.name: kind.title for kind in _kinds.values()}


def page_of(kind: str, key: str) -> str:
    """Where the document is read; "" when its context gives no page."""
    page = _kinds[kind].page if kind in _kinds else None
    return page(key) if page else ""
