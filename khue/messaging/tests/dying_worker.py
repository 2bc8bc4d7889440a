"""A drain in a process of its own, so that a test can kill it in the middle."""

from __future__ import annotations

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from khue.messaging.services.sending import Drain, drain

    settings.MESSAGING = json.loads(sys.argv[1])
    morning = timezone.localtime().replace(hour=9, minute=0, second=30, microsecond=0)
    drain(Drain(clock=lambda: morning), seconds=60)


if __name__ == "__main__":
    main()
