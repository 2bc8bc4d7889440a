"""Địa chỉ che bớt: enough to tell two numbers or mailboxes apart, too little to write to them."""

from __future__ import annotations

SHOWN_DIGITS = 3


def masked_phone(number: str) -> str:
    """ "0912345678" is shown as "•••••••678"."""
    return "•" * max(len(number) - SHOWN_DIGITS, 0) + number[-SHOWN_DIGITS:]


def masked_email(address: str) -> str:
    """ "hoa.nguyen@truong.vn" is shown as "h•••@truong.vn"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}•••@{domain}"


def masked(channel: str, address: str) -> str:
    """The address of a channel as lists show it."""
    if channel in {"sms", "zns"}:
        return masked_phone(address)
    if channel == "email":
        return masked_email(address)
    return "ứng dụng"
