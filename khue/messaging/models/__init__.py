"""What messaging keeps."""

from khue.messaging.models.addresses import Address, PushSubscription
from khue.messaging.models.inbound import Inbound
from khue.messaging.models.moving import MovedDay
from khue.messaging.models.outbox import Batch, Budget, Channel, Message, Receipt

__all__ = [
    "Address",
    "Batch",
    "Budget",
    "Channel",
    "Inbound",
    "Message",
    "MovedDay",
    "PushSubscription",
    "Receipt",
]
