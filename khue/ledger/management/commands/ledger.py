"""`manage.py ledger seal | verify | audit | prove | daily | root | key`."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khue.ledger.queries.reading import last_seal
from khue.ledger.rules.daily import fault_of_root, read_root
from khue.ledger.services import (
    NoSuchEntry,
    NotSealedYet,
    Verdict,
    audit_ledger,
    known_keys,
    make_daily_roots,
    proof_of,
    seal_new_entries,
    verify_ledger,
)
from kit.fences import EVERYTHING, scoped

EVERYTHING_BACK = 2**62
HELP = (
    "Niêm phong sổ cái (seal), kiểm tra nhanh (verify), kiểm toán toàn bộ (audit), "
    "lập minh chứng một dòng (prove), lập gốc ngày (daily), in gốc (root), in khóa (key)."
)


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        acts = ["seal", "verify", "audit", "prove", "daily", "root", "key"]
        parser.add_argument("act", choices=acts)
        parser.add_argument("entry", nargs="?", type=int, help="prove: số của dòng")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--state", type=Path, help="audit: tệp ghi chỗ đã kiểm, để chạy tiếp")
        parser.add_argument(
            "--published", type=Path, help="audit: thư mục hoặc tệp gốc ngày đã lưu"
        )
        parser.add_argument("--json", action="store_true", help="audit: kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with scoped(EVERYTHING):
            getattr(self, options["act"])(options)

    def seal(self, options: dict[str, Any]) -> None:
        del options
        seal = seal_new_entries(now=timezone.now(), lookback=EVERYTHING_BACK)
        self.stdout.write(f"Đã niêm phong {seal.entries} dòng." if seal else "Không có dòng mới.")

    def verify(self, options: dict[str, Any]) -> None:
        del options
        self._tell(verify_ledger())

    def audit(self, options: dict[str, Any]) -> None:
        started, state = time.monotonic(), options["state"]
        verdict = audit_ledger(
            processes=options["processes"],
            start=_read_state(state),
            published=_published(options["published"]),
            tell=lambda one: _write_state(state, one),
        )
        if options["json"]:
            self.stdout.write(json.dumps(asdict(verdict), ensure_ascii=False))
            if not verdict.holds:
                raise SystemExit(1)
            return
        self._tell(verdict)
        keys = ", ".join(verdict.keys) or "chưa có"
        self.stdout.write(f"{verdict.days} gốc ngày. Khóa niêm phong: {keys}.")
        self.stdout.write(f"Mất {time.monotonic() - started:.1f} giây.")

    def prove(self, options: dict[str, Any]) -> None:
        if options["entry"] is None:
            raise CommandError("Thiếu số của dòng. Hãy gõ: manage.py ledger prove 123 > tep.json")
        try:
            proof = proof_of(options["entry"], now=timezone.now())
        except NoSuchEntry:
            raise CommandError(f"Sổ cái không có dòng số {options['entry']}.") from None
        except NotSealedYet as early:
            raise CommandError(early.sentence) from None
        self.stdout.write(proof.decode(), ending="")

    def daily(self, options: dict[str, Any]) -> None:
        del options
        days = make_daily_roots(now=timezone.now())
        told = ", ".join(day.isoformat() for day in days)
        self.stdout.write(f"Đã lập gốc ngày: {told}." if days else "Không có ngày nào đến hạn.")

    def root(self, options: dict[str, Any]) -> None:
        del options
        seal = last_seal()
        if seal is None:
            raise CommandError("Sổ cái chưa có niêm phong nào. Hãy gõ: manage.py ledger seal")
        self.stdout.write(f"{seal.sealed_at.isoformat()} {seal.key_id} {seal.digest}")
        self.stdout.write(seal.signature)

    def key(self, options: dict[str, Any]) -> None:
        del options
        for number, public in known_keys().items():
            self.stdout.write(f"{number} {public}")

    def _tell(self, verdict: Verdict) -> None:
        self.stdout.write(
            f"{verdict.seals} niêm phong, {verdict.entries} dòng, "
            f"{verdict.unsealed} dòng chờ niêm phong."
        )
        if not verdict.holds:
            raise CommandError(verdict.fault)
        self.stdout.write("Sổ cái nguyên vẹn.")


def _read_state(path: Path | None) -> Verdict | None:
    """Where an interrupted audit stopped."""
    if path is None or not path.exists():
        return None
    kept = json.loads(path.read_text())
    return Verdict(**{name: kept[name] for name in ("seals", "entries", "last", "digest")})


def _write_state(path: Path | None, verdict: Verdict) -> None:
    if path is None:
        return
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(verdict)))
    draft.replace(path)


def _published(path: Path | None) -> dict[str, str]:
    """Digests by day, from a folder of files or one file with a root on each line."""
    if path is None:
        return {}
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    lines = [line for one in files for line in one.read_text().splitlines() if line.strip()]
    return dict(_digest_of_line(line) for line in lines)


def _digest_of_line(line: str) -> tuple[str, str]:
    try:
        root = read_root(json.loads(line))
    except (ValueError, TypeError):
        raise CommandError(f"Không đọc được gốc ngày: {line[:60]}") from None
    fault = fault_of_root(root)
    if fault:
        raise CommandError(f"Bản gốc đã lưu không dùng được. {fault}")
    return root.day, root.digest
