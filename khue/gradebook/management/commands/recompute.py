"""`manage.py recompute [--check] [--province CODE] [--year Y] [--processes N]`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from khue.gradebook.queries.result_inputs import classes_with_results
from khue.gradebook.services.results_check import Checked, Difference, check_class, repair_class
from kit.fences import EVERYTHING, scoped

MOST_PRINTED = 1000
AT_ONCE = 8


def work_on(class_ids: list[int], *, repair: bool) -> Checked:
    """Check or repair some classes of a school; each class in a transaction of its own."""
    found = Checked()
    with scoped(EVERYTHING):
        for class_id in class_ids:
            found += repair_class(class_id, now=timezone.now()) if repair else check_class(class_id)
    return found


class Command(BaseCommand):
    help = (
        "Tính lại mọi kết quả từ điểm đã nhập và so với kết quả đang lưu (--check);"
        " không có --check thì sửa chỗ sai và ghi vào lịch sử."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="chỉ so sánh, không sửa")
        parser.add_argument("--province", default="", help="mã tỉnh, ví dụ 20")
        parser.add_argument("--year", type=int, help="năm bắt đầu năm học, ví dụ 2026")
        parser.add_argument("--processes", type=int, default=1, help="số tiến trình song song")

    def handle(self, *args: Any, **options: Any) -> None:
        with scoped(EVERYTHING):
            schools = classes_with_results(province=options["province"], year=options["year"])
        total = Checked()
        work = partial(work_on, repair=not options["check"])
        for found in run(work, portions(schools.values()), options["processes"]):
            self.tell(found.differences, printed=len(total.differences))
            total += found
        self.stdout.write(f"{total.rows} rows, {len(total.differences)} differ")
        if options["check"] and total.differences:
            raise CommandError("Kết quả đang lưu khác kết quả tính lại.", returncode=1)

    def tell(self, differences: Iterable[Difference], *, printed: int) -> None:
        for number, one in enumerate(differences, printed):
            if number < MOST_PRINTED:
                self.stdout.write(line_of(one))


def line_of(one: Difference) -> str:
    """A difference as a line: numbers only, no names."""
    where = f" môn {one.book}" if one.book else ""
    where += f" học kì {one.term}" if one.term else ""
    return (
        f"lớp {one.class_id} học sinh {one.student_id}{where} {one.column}:"
        f" đang lưu {one.stored!r}, tính lại {one.computed!r}"
    )


def portions(schools: Iterable[list[int]]) -> Iterator[list[int]]:
    """The classes of each school, a few at a time, so that a large one keeps several busy."""
    for classes in schools:
        for first in range(0, len(classes), AT_ONCE):
            yield classes[first : first + AT_ONCE]


def run(work: partial[Checked], parts: Iterable[list[int]], processes: int) -> Iterator[Checked]:
    """Portion after portion, in this process or in several at once."""
    if processes <= 1:
        yield from map(work, parts)
        return
    connections.close_all()
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(work, parts)
