"""Nhận tin: a person chooses by which ways the school may reach her."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from khue.access.api import Actor
from khue.ledger.api import Author, Operation
from khue.messaging.api import Outgoing, order_messages, tell_consent
from khue.records.api import children_of_account, family_members
from kit.dates import vietnam_day
from kit.phone import parse_phone

TRIAL_TITLE = "Thử thông báo đẩy"
TRIAL_TEXT = "Máy này nhận được tin của nhà trường."


class NoSuchChannel(ValueError):
    """A channel without an address of this person."""

    sentence = (
        "Nhà trường chưa có số điện thoại hoặc thư điện tử của anh chị cho kênh này nên chưa đổi "
        "được. Hãy nhờ văn phòng nhà trường bổ sung rồi chọn lại."
    )


def addresses_of(actor: Actor, on: date) -> dict[str, str]:
    """The phone and the mailbox that the school keeps of this person, by channel."""
    children = [one.id for one in children_of_account(actor.account_id, on)]
    mine = [one for one in family_members(children, on) if one.account_id == actor.account_id]
    phone = next((one.phone for one in mine if one.phone), "")
    mailbox = next((one.email.strip() for one in mine if one.email), "")
    number = parse_phone(phone) if phone else ""
    found = {"email": mailbox}
    if isinstance(number, str):
        found |= {"sms": number, "zns": number}
    return {channel: address for channel, address in found.items() if address}


def choose_channel(*, actor: Actor, now: datetime, channel: str, agreed: bool) -> None:
    """Nhận hoặc thôi nhận tin qua một kênh: in force for every message from now on.

    Law: NĐ 91/2020/NĐ-CP
    """
    address = addresses_of(actor, vietnam_day(now)).get(channel)
    if address is None:
        raise NoSuchChannel(channel)
    operation = Operation(Author(actor.account_id, actor.name), now)
    tell_consent(operation=operation, now=now, channel=channel, address=address, agreed=agreed)


def send_trial_push(*, actor: Actor, now: datetime) -> None:
    """Gửi thử: one push to every browser of this person."""
    outgoing = Outgoing(
        intent=f"push-trial:{uuid4()}",
        channel="push",
        text=TRIAL_TEXT,
        account_id=actor.account_id,
        data={"subject": TRIAL_TITLE, "url": "/tai-khoan-cua-toi/nhan-tin/"},
        kind="trial",
        urgent=True,
    )
    operation = Operation(Author(actor.account_id, actor.name), now)
    order_messages(operation=operation, now=now, title=TRIAL_TITLE, outgoing=[outgoing])
