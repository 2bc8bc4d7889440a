"""`manage.py recompute_figures [--check]`: count everything from scratch."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khue.statistics.services.checking import Checked, check_figures
from khue.statistics.services.following import count_again, follow_to_the_end
from kit.fences import EVERYTHING, scoped

MOST_PRINTED = 20


class Command(BaseCommand):
    help = (
        "Đếm lại mọi số liệu từ dữ liệu gốc. Với --check: chỉ so sánh với số liệu đang lưu"
        " và nói số đầu tiên khác."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="chỉ so sánh, không sửa")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            self.check_all()
            return
        steps = count_again(now=timezone.now())
        self.stdout.write(f"Đã đếm lại mọi số liệu ({steps} bước).")

    def check_all(self) -> None:
        """Catch up first; what differs is looked at once more, for people write meanwhile."""
        checked = self.looked_at()
        if checked.differences or checked.told:
            checked = self.looked_at()
        for one in [*checked.differences, *checked.told][:MOST_PRINTED]:
            self.stdout.write(str(one))
        self.stdout.write(
            f"{checked.figures} số liệu, {len(checked.differences)} khác,"
            f" {len(checked.told)} chỗ che số nhỏ chưa đúng"
        )
        if checked.differences or checked.told:
            raise CommandError("Số liệu đang lưu khác số liệu đếm lại.", returncode=1)

    def looked_at(self) -> Checked:
        follow_to_the_end(now=timezone.now())
        with scoped(EVERYTHING):
            return check_figures(now=timezone.now())
