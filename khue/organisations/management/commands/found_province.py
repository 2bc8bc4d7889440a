"""Khởi tạo một tỉnh trên hệ thống vừa cài và in phiếu đăng nhập của người đầu tiên."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from khue.access.api import LoginMalformed, LoginTaken
from khue.organisations.services.founding import found_province
from khue.organisations.services.work import OrganisationRefused
from kit.dates import print_date, vietnam_day
from kit.fences import EVERYTHING, scoped


class Command(BaseCommand):
    """`manage.py found_province --province 20 --name "Nông Thị Hạnh" --login hanh.nong`."""

    help = (
        "Lập Sở, các xã, phường theo danh mục, năm học và tài khoản đầu tiên của Sở. Tỉnh đã có "
        "thì chỉ thêm phần còn thiếu và tài khoản: dùng khi Sở không còn ai đăng nhập được."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", required=True, help="Mã tỉnh từ 01/7/2025 (Lạng Sơn: 20)")
        parser.add_argument("--name", required=True, help="Họ và tên chuyên viên của Sở")
        parser.add_argument("--login", required=True, help="Tên đăng nhập của người ấy")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = {key: options[key] for key in ("province", "name", "login")}
        try:
            with scoped(EVERYTHING):
                made = found_province(now=timezone.now(), **asked)
        except OrganisationRefused as refused:
            raise CommandError(refused.sentence) from refused
        except (LoginMalformed, LoginTaken) as refused:
            raise CommandError(str(refused)) from refused
        until = print_date(vietnam_day(made.slip.expires_at))
        self.stdout.write(
            f"{made.department.name}: thêm {made.communes} xã, phường; năm học {made.year}.\n"
            f"Phiếu đăng nhập lần đầu của {made.slip.name}, dùng một lần, đến hết {until}:\n"
            f"  {settings.PUBLIC_ADDRESS}\n"
            f"  Tên đăng nhập: {made.slip.login}\n"
            f"  Mã:            {made.slip.code}\n"
            "Mở địa chỉ trên, chọn “Đăng nhập lần đầu bằng phiếu mã”; trang đầu chỉ việc tiếp theo."
        )
