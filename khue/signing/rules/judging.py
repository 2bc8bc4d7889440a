"""Kiểm tra chữ ký số: the verdict on one signature and on a file, in a sentence for everybody.

Nothing is asked of anybody here: what proves that a certificate was good comes with the file or
is handed in. The order of the questions is that of TT 22/2020/TT-BTTTT: is it whole, is the
algorithm strong, may the certificate sign, does it lead to a trusted root, was it valid and not
revoked when it signed.

A timestamp that holds makes the time of signing trusted, and everything is judged at that time.
Without one it is judged at the moment of checking: what the signer claims proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from khue.signing.rules import chains, verdicts
from khue.signing.rules.certificates import NOBODY, facts_of, holder_of, is_for_signing, load
from khue.signing.rules.revocation import Finding, Standing, says_where_to_ask, standing_of
from khue.signing.rules.shapes import (
    Evidence,
    FileReport,
    FoundSignature,
    Holder,
    Level,
    SignatureReport,
    Status,
    Trust,
)
from khue.signing.rules.timestamps import BadToken, check_token

MOST_TIMESTAMPS = 8
"""A signature could bring any number; so many are read."""


@dataclass(frozen=True, slots=True)
class Case:
    """A signature with everything that may be known when it is judged."""

    found: FoundSignature
    trust: Trust
    evidence: Evidence
    now: datetime
    stamped_at: datetime | None
    stamp_fault: str

    @property
    def at(self) -> datetime:
        """The moment at which the certificate has to be good."""
        return self.stamped_at or self.now

    @property
    def others(self) -> tuple[bytes, ...]:
        kept = (*self.found.chain, *self.found.evidence.certificates, *self.evidence.certificates)
        return (*self.trust.others, *chains.readable(kept))

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Roots trusted now, and those still trusted when a trusted time says it was signed."""
        at = self.stamped_at
        former = tuple(root for root, until in self.trust.former if at is not None and at < until)
        return (*self.trust.roots, *former)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and what belongs into its sentence."""

    status: Status
    detail: str = ""
    since: datetime | None = None


def judge(
    found: FoundSignature, trust: Trust, *, now: datetime, evidence: Evidence | None = None
) -> SignatureReport:
    """Kết luận về một chữ ký số: status, trusted time, and the sentence.

    `evidence` adds to what the signature brings: OCSP responses and CRLs fetched at `now`.

    Law: TT 22/2020/TT-BTTTT
    """
    everything = found.evidence + (evidence or Evidence())
    stamped_at, fault = _trusted_time(found, trust, now, everything)
    case = Case(found, trust, everything, now, stamped_at, fault)
    return _report(case, _verdict(case))


def _trusted_time(
    found: FoundSignature, trust: Trust, now: datetime, evidence: Evidence
) -> tuple[datetime | None, str]:
    """The earliest time that a good timestamp gives; else None and why the last one is not."""
    times, fault = [], ""
    for token in found.timestamps[:MOST_TIMESTAMPS]:
        try:
            times.append(check_token(token, found.stamped, trust, now=now, evidence=evidence))
        except BadToken as bad:
            fault = bad.sentence
    return (min(times), "") if times else (None, fault)


def _verdict(case: Case) -> Verdict:
    found = case.found
    if facts_of(found.certificate) is NOBODY:
        return Verdict(Status.BROKEN, verdicts.NO_CERTIFICATE)
    if found.fault:
        return Verdict(Status(found.fault), found.facts.get("fault", ""))
    if not found.intact:
        return Verdict(Status.BROKEN)
    if weakness := chains.weakness_of(found.certificate):
        return Verdict(Status.WEAK, weakness)
    if not (is_for_signing(found.certificate) and chains.purposes_allow_signing(found.certificate)):
        return Verdict(Status.WRONG_USAGE)
    return _of_the_path(case)


def _of_the_path(case: Case) -> Verdict:
    certificate = case.found.certificate
    possible = chains.paths(certificate, case.others, case.roots)
    if not possible:
        return Verdict(Status.UNTRUSTED, _why_untrusted(case))
    read = load(certificate)
    if case.at < read.not_valid_before_utc:
        return Verdict(Status.NOT_YET_VALID, since=read.not_valid_before_utc)
    path = chains.path_at(certificate, case.others, case.roots, case.at)
    if case.at > read.not_valid_after_utc:
        return Verdict(Status.EXPIRED, since=read.not_valid_after_utc)
    if not path:
        return Verdict(Status.UNTRUSTED, verdicts.ISSUER_ENDED)
    if weakness := next(filter(None, map(chains.weakness_of, path[1:])), ""):
        return Verdict(Status.WEAK, weakness)
    return _of_revocation(case, path)


def _why_untrusted(case: Case) -> str:
    former = tuple(root for root, _ in case.trust.former)
    if former and chains.paths(case.found.certificate, case.others, former):
        return verdicts.ROOT_REMOVED
    return ""


def _of_revocation(case: Case, path: tuple[bytes, ...]) -> Verdict:
    above = [(_standing(case, one, up).standing, one) for one, up in pairwise(path[1:])]
    if any(standing is Standing.REVOKED for standing, _ in above):
        return Verdict(Status.UNTRUSTED, verdicts.ISSUER_REVOKED)
    held = _standing(case, path[0], path[1]) if len(path) > 1 else Finding(Standing.GOOD)
    verdict = _still(case, held)
    unknown = [one for standing, one in above if standing is Standing.UNKNOWN]
    if verdict.status.is_good and any(map(says_where_to_ask, unknown)):
        return Verdict(Status.STATUS_UNKNOWN, verdicts.ISSUER_UNKNOWN)
    return verdict


def _standing(case: Case, certificate: bytes, issuer: bytes) -> Finding:
    return standing_of(certificate, issuer, case.evidence, at=case.at, now=case.now)


def _still(case: Case, finding: Finding) -> Verdict:
    """The verdict on a certificate that was valid at the time, by whether it was revoked."""
    if finding.standing is Standing.REVOKED:
        detail = verdicts.ON_HOLD if finding.on_hold else ""
        return Verdict(Status.REVOKED, detail, finding.revoked_at)
    if finding.standing is Standing.UNKNOWN:
        return Verdict(Status.STATUS_UNKNOWN)
    if finding.standing is Standing.REVOKED_SINCE:
        return Verdict(Status.VALID_THEN, verdicts.REVOKED_SINCE, finding.revoked_at)
    ends = load(case.found.certificate).not_valid_after_utc
    if case.now > ends:
        return Verdict(Status.VALID_THEN, verdicts.EXPIRED_SINCE, ends)
    return Verdict(Status.VALID)


def _report(case: Case, verdict: Verdict) -> SignatureReport:
    found, signer = case.found, facts_of(case.found.certificate)
    known = signer is not NOBODY
    at = case.stamped_at or found.claimed_at
    told = verdicts.Told(
        status=verdict.status,
        signer=signer,
        holder=holder_of(found.certificate) if known else Holder.PERSON,
        at=at,
        is_trusted_time=case.stamped_at is not None,
        judged_at=case.at,
        detail=verdict.detail,
        since=verdict.since,
        broken=found.broken,
        stamp_fault=case.stamp_fault,
    )
    return SignatureReport(
        id=found.id,
        status=verdict.status,
        sentence=verdicts.sentence(told),
        signer=signer,
        role=found.role,
        at=at,
        time_is_trusted=case.stamped_at is not None,
        level=_level(case),
        covers=found.covers,
        broken=found.broken,
        holder=told.holder,
    )


def _level(case: Case) -> Level:
    """Mức chữ ký mà tệp thực có, by what it brings itself."""
    if case.stamped_at is None:
        return Level.B_B
    brought = case.found.evidence
    return Level.B_LT if brought.ocsp or brought.crls else Level.B_T


def judge_file(
    kind: str,
    found: Sequence[FoundSignature],
    trust: Trust,
    *,
    now: datetime,
    evidence: Evidence | None = None,
    faults: Sequence[str] = (),
) -> FileReport:
    """Kết luận về cả tệp; evidence that one signature brings serves the others too."""
    shared = sum((one.evidence for one in found), evidence or Evidence())
    reports = tuple(judge(one, trust, now=now, evidence=shared) for one in found)
    return FileReport(kind, reports, tuple(faults), verdicts.file_sentence(reports, faults))
