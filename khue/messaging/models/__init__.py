"""What messaging keeps."""

from khue.messaging.models.addresses import Address, PushSubscription
from khue.messaging.models.inbound import Inbound
from khue.messaging.models.outbox import Batch, Budget, Message

__all__ = ["Address", "Batch", "Budget", "Inbound", "Message", "PushSubscription"]
