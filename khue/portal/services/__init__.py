"""What the pages that compose several contexts do."""

from khue.portal.services.channels import (
    NoSuchChannel,
    addresses_of,
    choose_channel,
    send_trial_push,
)

__all__ = ["NoSuchChannel", "addresses_of", "choose_channel", "send_trial_push"]
