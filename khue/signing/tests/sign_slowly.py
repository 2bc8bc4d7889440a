"""A server in a process of its own that signs slowly, so that a test can kill it in the middle.

python -m khue.signing.tests.sign_slowly ACCOUNT CREDENTIAL SECRET
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, date, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main(account_id: int, credential_id: int, secret: str) -> None:
    import django

    django.setup()
    from khue.access.api import actor_of_account
    from khue.signing.models import Request
    from khue.signing.services import bulk, making
    from kit.fences import EVERYTHING, scoped

    def prepare_slowly(*given: Any) -> Any:
        time.sleep(0.02)
        return making.prepare(*given)

    setattr(bulk, "prepare", prepare_slowly)  # noqa: B010
    with scoped(EVERYTHING):
        rows = Request.objects.filter(state="waiting")
        bulk.sign_slice(
            actor=actor_of_account(account_id, "Nông Thị Hoa", date(2026, 11, 20)),
            now=datetime.now(UTC),
            credential_id=credential_id,
            secret=secret,
            request_ids=list(rows.values_list("pk", flat=True)),
            batch=None,
            budget_seconds=300,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
