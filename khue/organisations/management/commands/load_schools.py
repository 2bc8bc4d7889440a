"""Nạp danh sách trường của một tỉnh từ một tệp Excel hay CSV."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from khue.organisations.queries.tree import department_of_province
from khue.organisations.sheets.schools import COLUMNS, Taken, load_schools
from kit.fences import EVERYTHING, scoped
from kit.sheets.reading import SheetRefused, open_workbook


class Command(BaseCommand):
    """`manage.py load_schools --province 20 truong.xlsx`."""

    help = (
        "Thêm các trường trong tệp chưa có trên hệ thống; một dòng sai thì không ghi gì. Cột: "
        + ", ".join(one.title + ("*" if one.required else "") for one in COLUMNS)
        + " (* bắt buộc)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", required=True, help="Mã tỉnh")
        parser.add_argument("file", type=Path, help="Tệp .xlsx, .xls, .ods hay .csv")

    def handle(self, *args: Any, **options: Any) -> None:
        with scoped(EVERYTHING):
            taken = self._taken(options["province"], options["file"])
        if taken.refused:
            raise CommandError(
                "Chưa ghi trường nào. Hãy sửa tệp rồi chạy lại:\n" + "\n".join(taken.refused)
            )
        self.stdout.write(f"Đã thêm {taken.made} trường; {taken.standing} trường có từ trước.")

    def _taken(self, province: str, file: Path) -> Taken:
        department = department_of_province(province)
        if department is None:
            raise CommandError(f"Chưa có Sở của tỉnh {province}. Hãy chạy found_province trước.")
        now = timezone.now()
        try:
            book = open_workbook(file)
            return load_schools(
                now=now, today=timezone.localdate(now), department=department, book=book
            )
        except FileNotFoundError as missing:
            raise CommandError(f"Không có tệp {file}.") from missing
        except SheetRefused as refused:
            raise CommandError(str(refused)) from refused
