"""What tests of signing need: trusted authorities, registered keys, papers that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from khue.access.api import Actor
from khue.ledger.api import Author, Operation
from khue.signing.rules.certificates import facts_of
from khue.signing.rules.documents import Step
from khue.signing.rules.requests import OPEN
from khue.signing.rules.shapes import Level
from khue.signing.services.backends.demo import keep_demo_key
from khue.signing.services.credentials import NewCredential, keep_credential
from khue.signing.services.documents import hand_in_document
from khue.signing.tests.pki import Pki
from kit.fences import EVERYTHING, scoped
from tests.cast import Cast, table

PIN = "271828"
VIEW = "gradebook.view_marks"
TEXT = "text/plain"


def now() -> datetime:
    return timezone.now()


def act(actor: Actor) -> Operation:
    return Operation(Author(actor.account_id, actor.name), now())


def trust(pki: Pki) -> None:
    """The test authorities are on the trusted list."""
    kinds = {"root": pki.trust.roots, "between": pki.trust.others, "time": pki.trust.time_roots}
    for kind, held in kinds.items():
        for certificate in held:
            facts = facts_of(certificate)
            table("signing.TrustedCertificate").objects.create(
                kind=kind,
                certificate=certificate,
                fingerprint=facts.fingerprint,
                name=facts.name or facts.organisation or kind,
                valid_from=facts.valid_from,
                valid_to=facts.valid_to,
                added_by="Thử",
                added_at=now(),
            )


def credential(
    cast: Cast, pki: Pki, who: str, *, label: str = "", backend: str = "", **settings: str
) -> int:
    """A registered certificate of one of the cast, with its key in the demonstration's folder."""
    signer, key = pki.signer(label or who)
    account = cast.people[who].account
    kept = settings if backend else keep_demo_key(key, secret=PIN)
    with scoped(EVERYTHING):
        return keep_credential(
            operation=Operation(Author(account.pk, account.name), now()),
            new=NewCredential(backend=backend or "demo", signer=signer, settings=kept),
            account_id=account.pk,
            school_id=cast.school.pk,
            province_id=cast.department.pk,
        )


def seal_credential(cast: Cast, pki: Pki) -> int:
    """The school's own seal."""
    signer, key = pki.seal("sao_khue")
    new = NewCredential(
        backend="demo",
        signer=signer,
        settings=keep_demo_key(key, secret=PIN),
        organisation_id=cast.school.organisation_id,
    )
    with scoped(EVERYTHING):
        return keep_credential(
            operation=Operation(Author(None, "Thử"), now()),
            new=new,
            account_id=None,
            school_id=cast.school.pk,
            province_id=cast.department.pk,
        )


def person(cast: Cast, who: str, role: str = "Giáo viên", **more: Any) -> Step:
    return Step(role, account_id=cast.people[who].account.pk, **more)


def seal(cast: Cast) -> Step:
    return Step("Nhà trường", seal_of=cast.school.organisation_id)


def hand_in(
    cast: Cast,
    steps: Sequence[Step],
    *,
    key: str = "1",
    content: bytes = "Danh sách lớp 8A".encode(),
    media_type: str = TEXT,
    level: Level = Level.B_B,
    group_title: str = "Danh sách · 8A",
) -> int:
    """A file that anh Thu of the office hands in."""
    with scoped(EVERYTHING):
        return hand_in_document(
            operation=act(cast.thu.actor),
            kind="test.paper",
            key=key,
            title=f"Danh sách số {key}",
            file_name=f"danh-sach-{key}.txt",
            media_type=media_type,
            content=content,
            steps=steps,
            place=cast.school.organisation.path,
            view_permission=VIEW,
            school_id=cast.school.pk,
            province_id=cast.department.pk,
            level=level,
            group_title=group_title,
        )


def requests(**wanted: Any) -> list[Any]:
    with scoped(EVERYTHING):
        return list(table("signing.Request").objects.filter(**wanted).order_by("pk"))


def ids(**wanted: Any) -> list[int]:
    return [row.pk for row in requests(**wanted)]


def document(pk: int) -> Any:
    with scoped(EVERYTHING):
        return table("signing.Document").objects.get(pk=pk)


def waiting_ids() -> list[int]:
    return ids(state__in=list(OPEN))
