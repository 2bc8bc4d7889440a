"""The door of messaging: a text sent to an address, once."""

from khue.messaging.queries.budgets import Room, room_of_schools
from khue.messaging.queries.counting import CountedSms, counted_sms
from khue.messaging.rules.filling import fill
from khue.messaging.rules.outcomes import Letter, Outcome, Report, Verdict
from khue.messaging.rules.segments import Segments, segments_of, shortened, without_diacritics
from khue.messaging.rules.timing import is_quiet
from khue.messaging.services.consent import tell_consent
from khue.messaging.services.inbound import (
    Question,
    WrongCode,
    register_inbound_command,
)
from khue.messaging.services.moving import take_moved_days
from khue.messaging.services.outbox import (
    Estimate,
    OrderRefused,
    Outgoing,
    estimate,
    order_messages,
)
from khue.messaging.services.own import Browser, OwnChannel, own_channels, push_browsers
from khue.messaging.services.providers import Provider, Sender, register_channel
from khue.messaging.services.pushing import (
    SubscriptionRefused,
    push_public_key,
    subscribe_to_pushes,
    unsubscribe_from_pushes,
)
from khue.messaging.services.withdrawing import cancel_waiting

__all__ = [
    "Browser",
    "CountedSms",
    "Estimate",
    "Letter",
    "OrderRefused",
    "Outcome",
    "Outgoing",
    "OwnChannel",
    "Provider",
    "Question",
    "Report",
    "Room",
    "Segments",
    "Sender",
    "SubscriptionRefused",
    "Verdict",
    "WrongCode",
    "cancel_waiting",
    "counted_sms",
    "estimate",
    "fill",
    "is_quiet",
    "order_messages",
    "own_channels",
    "push_browsers",
    "push_public_key",
    "register_channel",
    "register_inbound_command",
    "room_of_schools",
    "segments_of",
    "shortened",
    "subscribe_to_pushes",
    "take_moved_days",
    "tell_consent",
    "unsubscribe_from_pushes",
    "without_diacritics",
]
