"""The door of messaging: a text sent to an address, once."""

from khue.messaging.rules.outcomes import Letter, Outcome, Report, Verdict
from khue.messaging.rules.segments import Segments, segments_of, shortened, without_diacritics
from khue.messaging.rules.timing import is_quiet
from khue.messaging.services.inbound import (
    Question,
    WrongCode,
    register_inbound_command,
)
from khue.messaging.services.outbox import (
    Estimate,
    OrderRefused,
    Outgoing,
    estimate,
    order_messages,
)
from khue.messaging.services.providers import Provider, Sender, register_channel

__all__ = [
    "Estimate",
    "Letter",
    "OrderRefused",
    "Outcome",
    "Outgoing",
    "Provider",
    "Question",
    "Report",
    "Segments",
    "Sender",
    "Verdict",
    "WrongCode",
    "estimate",
    "is_quiet",
    "order_messages",
    "register_channel",
    "register_inbound_command",
    "segments_of",
    "shortened",
    "without_diacritics",
]
