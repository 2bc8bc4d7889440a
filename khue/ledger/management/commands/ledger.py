"""`manage.py ledger seal | verify | root`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khue.ledger.queries import last_seal
from khue.ledger.services import seal_new_entries, verify_ledger
from kit.fences import EVERYTHING, scoped

EVERYTHING_BACK = 2**62


class Command(BaseCommand):
    help = "Niêm phong sổ cái (seal), kiểm tra toàn bộ (verify), in gốc đã ký (root)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["seal", "verify", "root"])

    def handle(self, *args: Any, **options: Any) -> None:
        with scoped(EVERYTHING):
            getattr(self, options["act"])()

    def seal(self) -> None:
        seal = seal_new_entries(now=timezone.now(), lookback=EVERYTHING_BACK)
        self.stdout.write(f"Đã niêm phong {seal.entries} dòng." if seal else "Không có dòng mới.")

    def verify(self) -> None:
        verdict = verify_ledger()
        self.stdout.write(
            f"{verdict.seals} niêm phong, {verdict.entries} dòng, "
            f"{verdict.unsealed} dòng chờ niêm phong."
        )
        if not verdict.holds:
            raise CommandError(verdict.fault)
        self.stdout.write("Sổ cái nguyên vẹn.")

    def root(self) -> None:
        seal = last_seal()
        if seal is None:
            raise CommandError("Sổ cái chưa có niêm phong nào. Hãy gõ: manage.py ledger seal")
        self.stdout.write(f"{seal.sealed_at.isoformat()} {seal.key_id} {seal.digest}")
        self.stdout.write(seal.signature)
