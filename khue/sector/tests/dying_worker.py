"""A push in a process of its own, so that a test can kill it in the middle."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    import django

    django.setup()
    from django.conf import settings

    from khue.sector.services.pushing import Run, push_due

    settings.SECTOR = json.loads(sys.argv[1])
    moment = datetime.fromisoformat(sys.argv[2])
    push_due(Run(clock=lambda: moment), seconds=60)


if __name__ == "__main__":
    main()
