"""`manage.py demo`: build the demonstration province once; `--people` lists whom to log in as."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from demo.build import build_demo, is_built
from demo.cast import Member, as_json
from demo.members import keep_members, kept_members, neighbours
from demo.transcripts import PIN
from khue.organisations.api import load_codes
from kit.fences import EVERYTHING, scoped


class Command(BaseCommand):
    help = "Dựng tỉnh trình diễn (một lần); --people in danh sách đăng nhập."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", action="store_true", help="chỉ in danh sách, dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Chỉ dựng được dữ liệu trình diễn khi KHUE_DEMO=1.")
        with scoped(EVERYTHING):
            if options["people"]:
                people = as_json([*kept_members(), *neighbours()])
                self.stdout.write(json.dumps(people, ensure_ascii=False))
            else:
                self.print_table(kept_members() if is_built() else self.build())

    def build(self) -> list[Member]:
        now = timezone.now()
        self.stdout.write("Nạp danh mục và chương trình giáo dục")
        load_codes(now=now)
        self.stdout.write("Dựng tỉnh trình diễn")
        members = build_demo(now=now, say=self.stdout.write)
        keep_members(members)
        return members

    def print_table(self, members: list[Member]) -> None:
        self.stdout.write("")
        self.stdout.write(f"{'Vai trò':<26}{'Họ và tên':<20}{'Tên đăng nhập':<16}Mật khẩu")
        for one in members:
            self.stdout.write(f"{one.role:<26}{one.name:<20}{one.login:<16}{one.password}")
        self.stdout.write(f"Mã PIN của các khóa ký trình diễn: {PIN}")
