"""Look at everything that must be right before people work with the product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.running import check_database, check_settings
from config.running.findings import Finding, Level


class Command(BaseCommand):
    """`manage.py check_configuration`: ends with an error when anything is wrong."""

    help = "Kiểm tra cấu hình trước khi dùng thật: khóa, tên miền, HTTPS, vai, hàng rào, đĩa, giờ."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        for one in findings():
            self.stdout.write(one.line())
            found.append(one)
        wrong = sum(one.level == Level.ERROR for one in found)
        notes = sum(one.level == Level.WARNING for one in found)
        if wrong:
            raise CommandError(f"{wrong} điều sai, {notes} điều cần lưu ý. Hãy sửa rồi chạy lại.")
        self.stdout.write(f"\nCấu hình dùng được; {notes} điều cần lưu ý.")


def findings() -> Iterator[Finding]:
    """Everything, in the order in which one would mend it."""
    for check in check_settings.CHECKS:
        yield from check()
    reached = check_database.reaches_database()
    yield reached
    if reached.level == Level.GOOD:
        for asked in check_database.CHECKS:
            yield from asked()
