"""Kiểm tra chữ ký số và sổ cái mà không cần máy chủ nào: `python khue-verify.pyz tệp …`.

The rules are those of the platform itself; nothing is asked of any network. Exit code: 0 when
everything holds, 1 when something does not, 2 when the question itself was wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from khue.ledger.rules.daily import fault_of_root, read_root
from khue.ledger.rules.proofs import check_proof, is_proof
from khue.ledger.rules.sealing_key import key_id_of
from khue.ledger.rules.telling import tell_proof
from khue.signing.rules.containers import Container
from khue.signing.rules.shapes import Evidence, FileReport, Trust
from khue.signing.rules.telling import tell_signatures
from khue.signing.rules.trust_file import read_trust_file
from khue.signing.rules.verifying import LEDGER, Examined, Judging, examine
from khue.transcripts.rules.container import describe, misplaced, title_of
from khue.transcripts.rules.mapping import NAMESPACE

GOOD, NOT_GOOD, WRONG_QUESTION = 0, 1, 2
TRANSCRIPT = Container(NAMESPACE, title_of, describe, misplaced)
MANY = {
    "--trust": "chứng thư gốc tin cậy, PEM",
    "--time-root": "chứng thư gốc của dịch vụ cấp dấu thời gian, PEM",
    "--seal-key": "khóa niêm phong công khai, 64 chữ số",
    "--root": "gốc ngày đã lưu, JSON",
}
NO_TRUST = (
    "Chưa cho biết tin vào chứng thư gốc nào (--trust goc-tin-cay.pem): chỉ kiểm tra được tệp còn "
    "nguyên vẹn hay không."
)


class WrongQuestion(Exception):
    """What was typed cannot be answered; the message says why."""


@dataclass(frozen=True)
class Known:
    """Whom the user trusts: certificates, keys of the ledger, roots of days."""

    trust: Trust = field(default_factory=Trust)
    keys: Mapping[str, str] | None = None
    roots: Mapping[str, str] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files that are named; print what was found."""
    # Names are at most 64 letters (X.520); the library counts bytes, of which ours have more.
    warnings.filterwarnings("ignore", message="Attribute's length must be")
    asked = _parser().parse_args(arguments)
    try:
        known = _known(asked)
        found = [_examined(path, asked, known) for path in asked.files]
    except (WrongQuestion, ValueError, OSError) as wrong:
        print(f"khue-verify: {wrong}", file=sys.stderr)
        return WRONG_QUESTION
    if asked.json:
        print(json.dumps([_as_json(one) for one in found], ensure_ascii=False, indent=1))
    else:
        print("\n\n".join(_as_text(one) for one in found))
        if not known.trust.roots:
            print(f"\n{NO_TRUST}", file=sys.stderr)
    return GOOD if all(one.is_good for one in found) else NOT_GOOD


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="khue-verify",
        description="Kiểm tra tệp XML, PDF, .p7s, gói .zip và minh chứng sổ cái của Khuê.",
        epilog="Mã thoát: 0 hợp lệ; 1 không hợp lệ; 2 hỏi sai.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="tệp")
    parser.add_argument("--signature", type=Path, help="chữ ký rời .p7s của tệp")
    for name, told in MANY.items():
        parser.add_argument(name, action="append", default=[], help=told)
    parser.add_argument("--at", help="kiểm tra như ở thời điểm này (ISO 8601)")
    parser.add_argument("--json", action="store_true", help="kết quả dạng JSON")
    return parser


def _known(asked: argparse.Namespace) -> Known:
    files = [read_trust_file(Path(path).read_bytes()) for path in asked.trust]
    times = [read_trust_file(Path(path).read_bytes()).trust for path in asked.time_root]
    trust = Trust(
        roots=tuple(one for file in files for one in file.trust.roots),
        others=tuple(one for file in files for one in file.trust.others),
        time_roots=(
            *(one for file in files for one in file.trust.time_roots),
            *(one for time in times for one in time.roots),
        ),
    )
    publics = [*asked.seal_key, *(key for file in files for key in file.seal_keys)]
    keys = {key_id_of(one): one for one in publics} if publics else None
    return Known(trust, keys, dict(_root(Path(path)) for path in asked.root))


def _root(path: Path) -> tuple[str, str]:
    root = read_root(json.loads(path.read_bytes()))
    if fault := fault_of_root(root):
        raise WrongQuestion(fault)
    return root.day, root.digest


def _examined(path: Path, asked: argparse.Namespace, known: Known) -> Examined:
    now = _moment(asked.at) if asked.at else datetime.now(UTC)
    judging = Judging(
        known.trust,
        now,
        Evidence(),
        (TRANSCRIPT,),
        lambda name, content: _proof(name, content, known),
    )
    detached = asked.signature.read_bytes() if asked.signature else None
    return examine(path.read_bytes(), name=path.name, judging=judging, detached=detached)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _proof(name: str, content: bytes, known: Known) -> Examined | None:
    if not is_proof(content):
        return None
    report = check_proof(content, keys=known.keys, roots=known.roots)
    sentence, notes = tell_proof(report)
    faults = () if report.holds else (report.fault,)
    told = FileReport(LEDGER, faults=faults, sentence=sentence)
    return Examined(name, told, notes=notes, proved=report.holds)


def _as_text(one: Examined, indent: str = "") -> str:
    head = f"{one.name} – {one.kind_title}" + (f" – {one.title}" if one.title else "")
    lines = [head, f"  {one.report.sentence}"]
    lines += [f"  ! {fault}" for fault in one.report.faults if fault != one.report.sentence]
    lines += [f"  · {note}" for note in one.notes]
    if one.files:
        lines += [_as_text(file, "  ") for file in one.files]
    else:
        for told in tell_signatures(one):
            lines.append(f"  [{told.word}] {told.sentence}")
            lines += [f"      {term}: {value}" for term, value in told.facts]
    return "\n".join(indent + line for text in lines for line in text.splitlines())


def _as_json(one: Examined) -> dict[str, Any]:
    return {
        "file": one.name,
        "kind": one.report.kind,
        "title": one.title,
        "good": one.is_good,
        "sentence": one.report.sentence,
        "faults": list(one.report.faults),
        "notes": list(one.notes),
        "files": [_as_json(file) for file in one.files],
        "signatures": [
            {
                "id": told.id,
                "status": told.status.value,
                "sentence": told.sentence,
                "name": told.signer.name,
                "title": told.signer.title,
                "organisation": told.signer.organisation,
                "issuer": told.signer.issuer,
                "serial": told.signer.serial,
                "fingerprint": told.signer.fingerprint,
                "role": told.role,
                "at": told.at.isoformat() if told.at else None,
                "time_is_trusted": told.time_is_trusted,
                "level": told.level.value,
                "covers": list(told.covers),
                "broken": list(told.broken),
            }
            for told in one.report.signatures
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
