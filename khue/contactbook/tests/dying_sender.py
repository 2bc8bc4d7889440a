"""A worker in a process of its own that dies in a slice, with everything written but not kept."""

from __future__ import annotations

import os
import signal
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    import django

    django.setup()
    from typing import Any

    from khue.background.api import Work
    from khue.background.services import registry
    from khue.background.services.running import run_task
    from khue.contactbook.services import delivering
    from khue.contactbook.services.notices import SENDING, send_in_background

    def die(work: Work) -> dict[str, Any]:
        send_in_background(work)
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    delivering.SLICE = int(sys.argv[2])
    registry._kinds[SENDING] = registry.Kind(SENDING, die)
    run_task(int(sys.argv[1]))


if __name__ == "__main__":
    main()
