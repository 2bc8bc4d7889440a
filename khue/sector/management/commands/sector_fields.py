"""Print docs/reference/sector-fields.md: which fields of the message the product fills."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from khue.sector.queries.coverage import reference_page


class Command(BaseCommand):
    help = "Bảng các trường dữ liệu gửi ngành: trường nào lấy từ hồ sơ, trường nào bổ sung."
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        del options
        self.stdout.write(reference_page(), ending="")
