"""Nạp danh mục dùng chung, môn học và chương trình vào cơ sở dữ liệu."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from khue.organisations.services.codes import load_codes
from kit.fences import EVERYTHING, scoped


class Command(BaseCommand):
    help = "Load the code lists, subjects and curriculum; run it again after every update."

    def handle(self, *args: Any, **options: Any) -> None:
        with scoped(EVERYTHING):
            report = load_codes(now=timezone.now())
        self.stdout.write(
            f"Danh mục: {report.lines} mã; thêm {report.added}, sửa {report.changed},"
            f" đóng {report.closed}."
        )
        self.stdout.write(f"Môn học: {report.subjects}; dòng chương trình: {report.curriculum}.")
