"""The kinds of channels that come with the house."""

from __future__ import annotations

from khue.messaging.services.channels.email import open_email
from khue.messaging.services.channels.http import open_http, open_zns
from khue.messaging.services.channels.plain import open_plain
from khue.messaging.services.channels.push import open_push
from khue.messaging.services.channels.smpp import open_smpp
from khue.messaging.services.providers import register_channel

OPENERS = {
    "app": open_plain,
    "trial": open_plain,
    "smpp": open_smpp,
    "http": open_http,
    "zns": open_zns,
    "email": open_email,
    "push": open_push,
}


def register() -> None:
    for kind, opener in OPENERS.items():
        register_channel(kind, opener)
