"""A worker in a process of its own, with one slow kind of work, so that a test can kill it."""

from __future__ import annotations

import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from khue.background.api import Work, register_work
    from khue.ledger.api import Author, Change, Operation, append_changes
    from kit.fences import EVERYTHING, scoped

    def write_slowly(work: Work) -> dict[str, str]:
        operation = Operation(Author(work.actor.account_id, work.actor.name), work.now)
        work.progress.begin(20, "Đang ghi")
        for step in range(20):
            with scoped(EVERYTHING):
                append_changes(operation, [Change(subject=f"slow:{step}", action="write")])
            work.progress.step(step + 1)
            time.sleep(float(os.environ.get("SLOW_STEP", "0")))
        return {"text": "Đã ghi 20 dòng."}

    register_work("test.slow", write_slowly)
    call_command("work", "--concurrency", "1")


if __name__ == "__main__":
    main()
