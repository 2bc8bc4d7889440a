"""Kiểm tra một tệp theo danh sách tin cậy của hệ thống; nothing is kept of the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from khue.ledger.api import check_proof, daily_roots, is_proof, known_keys, tell_proof
from khue.signing.rules.codes import CodeState, standing_of_record
from khue.signing.rules.containers import Container
from khue.signing.rules.shapes import Evidence, FileReport
from khue.signing.rules.trust_file import write_trust_file
from khue.signing.rules.verifying import LEDGER, Examined, Judging, examine
from khue.signing.services.codes import look_up_code
from khue.signing.services.evidence import ask_about
from khue.signing.services.trust import trusted

_CONTAINERS: dict[str, Container] = {}


def register_container(container: Container) -> None:
    """Register an XML container, so that its parts are told by name and their places checked."""
    _CONTAINERS[container.namespace] = container


def known_containers() -> tuple[Container, ...]:
    return tuple(_CONTAINERS.values())


def examine_file(
    content: bytes,
    *,
    name: str,
    now: datetime,
    detached: bytes | None = None,
    evidence: Evidence | None = None,
) -> Examined:
    """Everything that can be told of a file. Nothing is raised, nothing is kept of it.

    `evidence`: proof about certificates that came beside the file. Where a file lacks proof, the
    trusted authorities are asked now.
    """
    judging = Judging(
        trusted(),
        now,
        evidence or Evidence(),
        containers=known_containers(),
        ledger=examine_proof,
        ask=partial(ask_about, now=now),
    )
    return _with_standing(examine(content, name=name, detached=detached, judging=judging))


def _with_standing(examined: Examined) -> Examined:
    """A file of a record that holds no more says so: its signatures stay good for ever."""
    facts = look_up_code(examined.code) if examined.code else None
    if facts is None or facts.state is CodeState.VALID:
        return examined
    return replace(examined, warning=standing_of_record(facts))


def trust_file() -> bytes:
    """Whom this installation trusts, as a file for verifiers that stand alone."""
    return write_trust_file(trusted(), known_keys().values())


def examine_proof(name: str, content: bytes) -> Examined | None:
    """A proof of the ledger against our own keys and published roots; None for another file."""
    if not is_proof(content):
        return None
    roots = {one.day.isoformat(): one.digest for one in daily_roots()}
    report = check_proof(content, keys=known_keys(), roots=roots)
    sentence, notes = tell_proof(report)
    faults = () if report.holds else (report.fault,)
    return Examined(
        name,
        FileReport(LEDGER, faults=faults, sentence=sentence),
        notes=notes,
        proved=report.holds,
    )
