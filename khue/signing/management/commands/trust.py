"""`manage.py trust list | add FILE | remove FINGERPRINT`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khue.ledger.api import Operation
from khue.signing.queries.trust import find_trusted, trusted_list
from khue.signing.rules.certificates import facts_of
from khue.signing.services.trust import (
    COMMAND,
    Kind,
    TrustRefused,
    end_trust,
    keep_trusted,
    kind_of,
    read_certificates,
)
from kit.dates import print_date, vietnam_time
from kit.fences import EVERYTHING, scoped


class Command(BaseCommand):
    help = "Danh sách chứng thư tin cậy: xem (list), thêm tệp (add), gỡ (remove)."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list")
        add = acts.add_parser("add")
        add.add_argument("file", type=Path)
        add.add_argument("--kind", choices=Kind.values, help="mặc định: theo chính chứng thư")
        add.add_argument("--note", default="")
        remove = acts.add_parser("remove")
        remove.add_argument("fingerprint", help="vài chữ số đầu của dấu vân tay SHA-256")
        remove.add_argument("--reason", required=True)
        remove.add_argument(
            "--wholly", action="store_true", help="không tin cả chữ ký có trước lúc gỡ"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with scoped(EVERYTHING):
                getattr(self, options["act"])(options)
        except TrustRefused as refused:
            raise CommandError(refused.sentence) from refused

    def list(self, options: dict[str, Any]) -> None:
        rows = trusted_list().standing
        for row in rows:
            ends = print_date(vietnam_time(row.valid_to))
            line = f"{row.fingerprint[:16]}  {row.kind_name}  {row.name}  (đến {ends})"
            self.stdout.write(line)
        if not rows:
            self.stdout.write("Danh sách tin cậy chưa có chứng thư nào.")

    def add(self, options: dict[str, Any]) -> None:
        operation = Operation(COMMAND, timezone.now())
        for one in read_certificates(_content(options["file"])):
            kind = options["kind"] or kind_of(one)
            keep_trusted(operation, one, kind, options["note"])
            facts = facts_of(one)
            self.stdout.write(f"Đã thêm {facts.name} ({Kind(kind).label}), {facts.fingerprint}.")

    def remove(self, options: dict[str, Any]) -> None:
        row = find_trusted(options["fingerprint"])
        if row is None:
            raise CommandError("Không có đúng một chứng thư với dấu vân tay này. Hãy gõ dài hơn.")
        operation = Operation(COMMAND, timezone.now())
        end_trust(operation, row.id, options["reason"], keeps_past=not options["wholly"])
        self.stdout.write(f"Đã gỡ {row.name} khỏi danh sách tin cậy.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as missing:
        raise CommandError(f"Không đọc được tệp {file}.") from missing
