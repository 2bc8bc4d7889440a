"""The kinds of channels that come with the house."""

from __future__ import annotations

from khue.messaging.services.channels.plain import open_plain
from khue.messaging.services.channels.smpp import open_smpp
from khue.messaging.services.providers import register_channel


def register() -> None:
    register_channel("app", open_plain)
    register_channel("trial", open_plain)
    register_channel("smpp", open_smpp)
