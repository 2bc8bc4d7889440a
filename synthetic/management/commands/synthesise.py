"""`manage.py synthesise`: make, check or remove the synthetic province."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from kit.dates import print_date, vietnam_day, vietnam_time
from kit.fences import EVERYTHING, scoped
from synthetic.build import NotHere, check, province_of, standing, synthesise
from synthetic.counting import count_everything
from synthetic.kinds import SCHOOLS
from synthetic.models import SyntheticProvince
from synthetic.removing import NotAlone, remove_province
from synthetic.totals import table_lines
from synthetic.year_work import add_years, check_years

# Everybody may know it, where everything is invented and nothing is kept.
DEMONSTRATION_PASSWORD = "muc-tim-giay-trang"
NOT_THERE = "Ở đây chưa có tỉnh tổng hợp. Hãy chạy lệnh không kèm --check hoặc --remove để dựng."
DIFFERS = "Dữ liệu khác với số liệu đã biết ở {count} chỗ."
NO_SUCH_PROVINCE = "Hiện chỉ dựng được tỉnh lang-son."
ALREADY_BESIDE = "Các trường tổng hợp đã có sẵn bên cạnh tỉnh trình diễn."
LESSONS_BEGIN = 8
HOW_MANY = "Số trường phải từ 1 đến {most}."


def newest_day(now: datetime) -> date:
    """Today as soon as the first lesson is under way: nobody takes attendance before."""
    return vietnam_day(now) - timedelta(days=vietnam_time(now).hour < LESSONS_BEGIN)


class Command(BaseCommand):
    help = "Dựng tỉnh tổng hợp từ một hạt giống; --check kiểm tra, --remove gỡ bỏ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", default="lang-son", help="tỉnh: lang-son")
        parser.add_argument("--seed", type=int, default=1, help="hạt giống, mặc định 1")
        parser.add_argument("--schools", type=int, default=SCHOOLS, help="số trường, từ 1 đến 675")
        parser.add_argument("--until", type=date.fromisoformat, help="năm nay đến ngày nào")
        parser.add_argument("--processes", type=int, default=1, help="số tiến trình song song")
        parser.add_argument(
            "--skeleton", action="store_true", help="chỉ trường, lớp, người; không có sổ sách"
        )
        parser.add_argument(
            "--no-figures", action="store_true", help="không đếm số liệu và soát lỗi sau khi dựng"
        )
        parser.add_argument(
            "--beside", action="store_true", help="dựng thêm trường bên cạnh tỉnh trình diễn"
        )
        parser.add_argument("--check", action="store_true", help="đếm lại và so với số đã biết")
        parser.add_argument("--remove", action="store_true", help="gỡ bỏ tỉnh tổng hợp")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["province"] != "lang-son":
            raise CommandError(NO_SUCH_PROVINCE)
        with scoped(EVERYTHING):
            if options["check"]:
                self._check()
            elif options["remove"]:
                self._remove()
            elif options["beside"]:
                self._make_beside(options)
            else:
                self._make(options)

    def _make(self, options: Mapping[str, Any]) -> None:
        password = DEMONSTRATION_PASSWORD if settings.DEMO else secrets.token_urlsafe(12)
        began = time.monotonic()
        row = self._build(options, password)
        self._count(options)
        self._tell(row, password, time.monotonic() - began)

    def _make_beside(self, options: Mapping[str, Any]) -> None:
        """All or nothing: what stands beside others cannot be taken away alone."""
        row = standing()
        if row is not None and row.department_id is not None:
            self.stdout.write(ALREADY_BESIDE)
            return
        with transaction.atomic():
            self._build({**options, "processes": 1}, DEMONSTRATION_PASSWORD)
        self._count(options)

    def _build(self, options: Mapping[str, Any], password: str) -> SyntheticProvince:
        """The skeleton and, unless they were refused, both years."""
        if not 1 <= options["schools"] <= SCHOOLS:
            raise CommandError(HOW_MANY.format(most=SCHOOLS))
        try:
            row = synthesise(
                seed=options["seed"], schools=options["schools"], now=timezone.now(),
                password=password, say=self.stdout.write, beside=options["beside"],
            )  # fmt: skip
        except NotHere as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["skeleton"]:
            self._add_years(row, options["until"], options["processes"])
        return row

    def _count(self, options: Mapping[str, Any]) -> None:
        if not options["no_figures"]:
            count_everything(now=timezone.now(), say=self.stdout.write)

    def _add_years(self, row: SyntheticProvince, until: date | None, processes: int) -> None:
        day = until or newest_day(timezone.now())
        self.stdout.write(f"Sổ điểm, điểm danh và kết quả đến ngày {print_date(day)}")
        add_years(row, province_of(row), day, self.stdout.write, processes=processes)

    def _tell(self, row: SyntheticProvince, password: str, seconds: float) -> None:
        for line in table_lines(row.totals):
            self.stdout.write(line)
        for known in check_years(row, province_of(row)):
            self.stdout.write(known.told)
        self.stdout.write(f"Xong sau {seconds:.1f} giây.".replace(".", ",", 1))
        self.stdout.write(f"Mật khẩu của mọi tài khoản: {password}")
        self.stdout.write("Tên đăng nhập: so.01 (Sở), xa.05977 (xã), ht.001 (hiệu trưởng trường 1)")

    def _check(self) -> None:
        row = self._standing()
        lines = list(check_years(row, province_of(row)))
        found = [one.sentence for one in check(row)]
        found += [one.sentence for one in lines if not one.holds]
        for sentence in found[:50]:
            self.stderr.write(sentence)
        if found:
            raise CommandError(DIFFERS.format(count=len(found)))
        for line in [*table_lines(row.totals), *(one.told for one in lines)]:
            self.stdout.write(line)
        self.stdout.write("Mọi số liệu đều khớp.")

    def _remove(self) -> None:
        try:
            remove_province(self._standing(), now=timezone.now())
        except NotAlone as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("Đã gỡ bỏ tỉnh tổng hợp; sổ cái giữ nguyên các mục đã ghi.")

    def _standing(self) -> SyntheticProvince:
        row = standing()
        if row is None:
            raise CommandError(NOT_THERE)
        return row
