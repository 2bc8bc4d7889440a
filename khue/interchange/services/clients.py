"""Kết nối dữ liệu: registered, given scopes, given a new secret, revoked; each in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from khue.access.api import Actor, OutsidePlace, digest_of, new_token, permit
from khue.interchange.models import AccessToken, Client, ClientGrant
from khue.interchange.permissions import MANAGE
from khue.interchange.rules.registering import ClientFacts, refuse_facts, refuse_scopes
from khue.interchange.rules.scopes import SCOPES
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.organisations.api import OrganisationCard, organisation, organisation_at
from kit.dates import print_date, vietnam_day
from kit.refusal import Refusal


class ClientRefused(Exception):
    """A connection cannot be made or changed like this; the sentence says why."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.field = sentence, field


@dataclass(frozen=True)
class Registered:
    """The secret is told once; only its digest is kept."""

    client_id: UUID
    secret: str


SAME_NAME = "Nơi này đã có một kết nối tên “{}”. Hãy đặt tên khác."
OVER = "Kết nối này đã bị thu hồi nên không sửa được nữa. Hãy đăng ký kết nối mới."
ELSEWHERE = "“{}” nằm ngoài nơi đăng ký kết nối nên không cấp được."


@transaction.atomic
def register_client(
    *,
    actor: Actor,
    now: datetime,
    place: str,
    facts: ClientFacts,
    scopes: frozenset[str],
    places: Sequence[int] = (),
) -> Registered:
    """Đăng ký phần mềm kết nối; no `places` means the whole place. Raises ClientRefused."""
    permit(actor, MANAGE, place)
    node = organisation_at(place)
    _check(refuse_facts(facts, vietnam_day(now)) or refuse_scopes(scopes))
    if Client.objects.filter(place=place, name=facts.name, revoked_at__isnull=True).exists():
        raise ClientRefused(SAME_NAME.format(facts.name), "name")
    secret = new_token()
    row = Client.objects.create(
        **vars(facts),
        **_standing(node),
        secret_digest=digest_of(secret),
        secret_made_at=now,
        created_at=now,
        created_by=actor.name,
    )
    told = _give(row, scopes, _nodes(node, places))
    _tell(actor, now, row, "register", None, told)
    return Registered(row.pk, secret)


def _standing(node: OrganisationCard) -> dict[str, Any]:
    ids = [int(one) for one in node.path.strip("/").split("/")]
    if len(ids) < 2:
        raise ClientRefused("Kết nối được đăng ký ở Sở hoặc ở trường.")
    school = node.id if node.kind == "school" else None
    where = {"school_id": school, "province_id": ids[1]}
    return {"place": node.path, "place_name": node.name, **where}


def _nodes(top: OrganisationCard, places: Sequence[int]) -> list[OrganisationCard]:
    """The places that are given, all at or below the place of the program."""
    found = [organisation(one) for one in dict.fromkeys(places)] or [top]
    for node in found:
        if not node.path.startswith(top.path):
            raise ClientRefused(ELSEWHERE.format(node.name), "places")
    return found


def _give(row: Client, scopes: Iterable[str], nodes: Iterable[OrganisationCard]) -> str:
    """Write what the program may read where; the sentence tells it."""
    named = [one for one in SCOPES if one in set(scopes)]
    at = list(nodes)
    ClientGrant.objects.bulk_create(
        ClientGrant(client=row, scope=scope, **_grant_place(node)) for node in at for scope in named
    )
    titles = ", ".join(SCOPES[one].title for one in named)
    return f"{titles}; tại: {', '.join(node.name for node in at)}"


def _grant_place(node: OrganisationCard) -> dict[str, Any]:
    """A school opens its rows, a department its province's; a commune the schools below it."""
    return {
        "place": node.path,
        "place_name": node.name,
        "school_id": node.id if node.kind == "school" else None,
        "province_id": node.id if node.kind == "department" else None,
    }


@transaction.atomic
def change_grants(
    *,
    actor: Actor,
    now: datetime,
    client_id: UUID,
    scopes: frozenset[str],
    places: Sequence[int] = (),
) -> None:
    """Đổi phạm vi; tokens given before open nothing any more. Raises ClientRefused."""
    row = _open(actor, client_id)
    _check(refuse_scopes(scopes))
    nodes = _nodes(organisation_at(row.place), places)
    before = describe_grants(ClientGrant.objects.filter(client=row).order_by("id"))
    ClientGrant.objects.filter(client=row).delete()
    told = _give(row, scopes, nodes)
    AccessToken.objects.filter(client=row).delete()
    _tell(actor, now, row, "change", before, told)


@transaction.atomic
def change_facts(*, actor: Actor, now: datetime, client_id: UUID, facts: ClientFacts) -> None:
    """Sửa thông tin, gia hạn. Raises ClientRefused."""
    row = _open(actor, client_id)
    _check(refuse_facts(facts, vietnam_day(now)))
    same = Client.objects.filter(place=row.place, name=facts.name, revoked_at__isnull=True)
    if same.exclude(pk=row.pk).exists():
        raise ClientRefused(SAME_NAME.format(facts.name), "name")
    before = _described(row)
    for name, value in vars(facts).items():
        setattr(row, name, value)
    row.save(update_fields=list(vars(facts)))
    AccessToken.objects.filter(client=row).delete()
    _tell(actor, now, row, "change", before, _described(row))


@transaction.atomic
def renew_secret(*, actor: Actor, now: datetime, client_id: UUID) -> Registered:
    """Đổi mã bí mật: the old one and its tokens open nothing from now on."""
    row = _open(actor, client_id)
    secret = new_token()
    row.secret_digest, row.secret_made_at = digest_of(secret), now
    row.save(update_fields=["secret_digest", "secret_made_at"])
    AccessToken.objects.filter(client=row).delete()
    _tell(actor, now, row, "renew", None, "Đã đổi mã bí mật")
    return Registered(row.pk, secret)


@transaction.atomic
def revoke_client(*, actor: Actor, now: datetime, client_id: UUID, reason: str) -> None:
    """Thu hồi kết nối: at once and for good."""
    row = _open(actor, client_id)
    row.revoked_at, row.revoked_by = now, actor.name
    row.save(update_fields=["revoked_at", "revoked_by"])
    AccessToken.objects.filter(client=row).delete()
    _tell(actor, now, row, "revoke", None, "Đã thu hồi", reason)


def _open(actor: Actor, client_id: UUID) -> Client:
    row = Client.objects.select_for_update().filter(pk=client_id).first()
    if row is None:
        raise OutsidePlace(client_id)
    permit(actor, MANAGE, row.place)
    if row.revoked_at is not None:
        raise ClientRefused(OVER)
    return row


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise ClientRefused(refusal.sentence)


def describe_grants(grants: Iterable[ClientGrant]) -> str:
    rows = list(grants)
    titles = dict.fromkeys(SCOPES[one.scope].title for one in rows if one.scope in SCOPES)
    return f"{', '.join(titles)}; tại: {', '.join(dict.fromkeys(one.place_name for one in rows))}"


def _described(row: Client) -> str:
    pace = f"{row.calls_a_minute} lần gọi mỗi phút"
    return f"{row.name}; đến hết {print_date(row.expires_on)}; {pace}"


def _tell(
    actor: Actor,
    now: datetime,
    row: Client,
    action: str,
    old: str | None,
    new: str,
    reason: str = "",
) -> None:
    change = Change(
        subject=f"client:{row.pk}",
        action=action,
        label=f"Kết nối dữ liệu “{row.name}”",
        old=old,
        new=new,
        reason=reason,
        school_id=row.school_id,
        province_id=row.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
