"""Print the key that the process of results day needs, so that it is given no other."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """`manage.py answers_key`."""

    help = "In khóa của tiến trình tra cứu kết quả, để ghi vào tệp cấu hình riêng của nó."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"KHUE_ANSWERS_KEY={settings.ANSWERS_KEY}")
