"""Chuyển học bạ khi chuyển trường: packed by the old school, verified and taken by the new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from khue.access.api import Actor, OutsidePlace, Refused, permit
from khue.ledger.api import Author, Change, Operation, append_changes
from khue.records.api import StudentSummary, identities_of, student_places, student_summary
from khue.signing.api import (
    Evidence,
    Examined,
    Holder,
    SignatureReport,
    Status,
    examine_file,
    gather_evidence,
)
from khue.transcripts.models import Received
from khue.transcripts.permissions import TRANSFER
from khue.transcripts.queries.published import (
    OutYear,
    facts_out,
    pdf_of,
    transcript_code,
    xml_of,
    years_out,
)
from khue.transcripts.queries.received import (
    LABEL,
    ReceivedPackage,
    ReceivedYear,
    file_of_received,
    open_package,
    received_years,
)
from khue.transcripts.rules.packages import (
    NotAPackage,
    Package,
    Proofs,
    YearToPack,
    digest_of,
    pack,
    proofs_of,
    read_package,
)
from khue.transcripts.rules.receiving import (
    KNOWN_KEY,
    NOT_READABLE,
    STRANGE_KEY,
    Expected,
    Finding,
    SignedBy,
    Verdict,
    Weight,
    check_pupil,
    check_year,
)
from khue.transcripts.rules.xml import NotATranscript, read_body
from khue.transcripts.services.credentials import issuer_key, issuer_of
from khue.transcripts.services.lookups import note_lookup
from kit.cipher import seal_bytes
from kit.dates import vietnam_day
from kit.fences import EVERYTHING, scoped

NOTHING_OUT = "Em chưa có năm học nào được phát hành nên chưa có gì để đóng gói."
NOT_GOOD = "Gói có chỗ không đạt nên không nhận vào học bạ được. Hãy xin trường cũ lập lại gói."
TAKEN = "Gói này đã được nhận vào học bạ trước đó."
PACKED = "gói học bạ khi chuyển trường"


@transaction.atomic
def make_package(*, actor: Actor, now: datetime, student_id: int) -> bytes:
    """Lập gói: every published year of a pupil, also those that came from earlier schools."""
    student = _open(actor, student_id)
    with scoped(EVERYTHING):
        years = _years_to_pack(student_id)
        if not years:
            raise Refused(NOTHING_OUT)
        note_lookup(
            now=now,
            actor=actor,
            student_id=student_id,
            province_id=student.province_id,
            what=PACKED,
        )
        _tell(actor, now, student, "pack_transcript", f"{len(years)} năm học")
        return pack(
            years,
            issuer=issuer_of(student.home_school_id),
            key=issuer_key(),
            record=transcript_code(student_id),
            pupil=student.name,
            born=student.born,
            at=now,
            proofs=_proofs(years, now),
        )


def _proofs(years: list[YearToPack], now: datetime) -> Proofs:
    """What can be had today about the certificates, so that the new school need not ask."""
    files = [pair for one in years for pair in (("a.xml", one.file), ("a.pdf", one.pdf))]
    found = gather_evidence(files, now=now)
    return Proofs(found.certificates, found.ocsp, found.crls)


def _open(actor: Actor, student_id: int) -> StudentSummary:
    student = student_summary(student_id)
    if student is None:
        raise OutsidePlace(student_id)
    permit(actor, TRANSFER, *student_places(student_id))
    return student


def _years_to_pack(student_id: int) -> list[YearToPack]:
    """Ours, and those that came from earlier schools, byte for byte as they came."""
    ours = {one.year: _to_pack(one) for one in years_out(student_id)}
    theirs = {one.packed.year: _to_hand_on(one) for one in received_years(student_id)}
    found = theirs | ours
    return [found[year] for year in sorted(found)]


def _to_hand_on(one: ReceivedYear) -> YearToPack:
    packed = one.packed
    return YearToPack(
        year=packed.year,
        class_name=packed.class_name,
        school=packed.school,
        version=packed.version,
        verify_code=packed.verify_code,
        file=file_of_received(one.package_id, packed.body) or b"",
        pdf=file_of_received(one.package_id, packed.view) or b"",
    )


def _to_pack(one: OutYear) -> YearToPack:
    facts = facts_out(one.id)
    return YearToPack(
        year=one.year,
        class_name=facts.class_name,
        school=facts.head.school,
        version=one.number,
        verify_code=one.verify_code,
        file=xml_of(one.id),
        pdf=pdf_of(one.id),
    )


@transaction.atomic
def receive_package(*, actor: Actor, now: datetime, student_id: int, content: bytes) -> int:
    """Nhận gói: verified whole and kept with its report; nothing of it is taken yet.

    Raises Refused when it is no package at all.
    """
    student = _open(actor, student_id)
    try:
        package = read_package(content)
    except NotAPackage as error:
        raise Refused(error.sentence) from error
    findings = check_package(package, _expected(student, now), now)
    with scoped(EVERYTHING):
        row = Received.objects.create(
            student_id=student_id,
            school_id=student.home_school_id,
            province_id=student.province_id,
            digest=digest_of(content),
            package=seal_bytes(content, label=LABEL, key_hex=settings.FIELD_KEY),
            from_school=package.contents.school[:200],
            report=_report(package, findings),
            received_at=now,
            received_by=actor.name,
        )
        _tell(actor, now, student, "receive_transcript", package.contents.school)
    return row.pk


def _expected(student: StudentSummary, now: datetime) -> Expected:
    identity = identities_of([student.id], vietnam_day(now))[student.id]
    return Expected(identity.name, identity.born, identity.sex, identity.personal_number)


def _report(package: Package, findings: list[Finding]) -> dict[str, Any]:
    return {
        "years": [f"{one.label}, lớp {one.class_name}" for one in package.contents.years],
        "findings": [[one.weight.value, one.sentence] for one in findings],
    }


def check_package(package: Package, pupil: Expected, now: datetime) -> list[Finding]:
    """Mọi điều kiểm tra được, in sentences; nothing is taken while one of them is a fault."""
    findings = [Finding(Weight.FAULT, fault) for fault in package.faults]
    if findings:
        return findings
    findings.append(_of_the_key(package))
    examined = _examine(package, now)
    for packed in package.contents.years:
        try:
            facts = read_body(package.files[packed.body])
        except NotATranscript as error:
            sentence = NOT_READABLE.format(year=packed.label, sentence=error.sentence)
            findings.append(Finding(Weight.FAULT, sentence))
            continue
        findings += check_pupil(facts, pupil)
        findings += check_year(packed, facts, package.contents.record, examined)
    return list(dict.fromkeys(findings))


def _examine(package: Package, now: datetime) -> dict[str, Verdict]:
    """Every file with the proofs of the package; what they leave open is asked for here."""
    brought = proofs_of(package)
    evidence = Evidence(brought.certificates, brought.ocsp, brought.crls)
    names = [name for one in package.contents.years for name in (one.body, one.view) if name]
    files = [(name, package.files[name]) for name in names]
    examined = {
        name: examine_file(content, name=name, now=now, evidence=evidence)
        for name, content in files
    }
    if any(_is_open(one) for one in examined.values()):
        evidence = gather_evidence(files, now=now)
        for name, content in files:
            if _is_open(examined[name]):
                examined[name] = examine_file(content, name=name, now=now, evidence=evidence)
    return {name: _verdict(one) for name, one in examined.items()}


def _is_open(examined: Examined) -> bool:
    """Nothing proved yet whether a certificate was revoked."""
    return any(one.status is Status.STATUS_UNKNOWN for one in examined.report.signatures)


def _verdict(examined: Examined) -> Verdict:
    report = examined.report
    signatures = tuple(_signed_by(one) for one in report.signatures)
    return Verdict(examined.is_good, report.sentence, signatures)


def _signed_by(one: SignatureReport) -> SignedBy:
    names = tuple(name for name in (one.signer.name, one.signer.organisation) if name)
    return SignedBy(one.holder is Holder.ORGANISATION, one.covers, names or ("?",))


def _of_the_key(package: Package) -> Finding:
    known = {issuer_key().jwk["x"], *settings.TRUSTED_ISSUERS}
    school = package.contents.school
    if package.signer_key.get("x") in known:
        return Finding(Weight.GOOD, KNOWN_KEY.format(school=school))
    return Finding(Weight.NOTE, STRANGE_KEY.format(school=school))


@transaction.atomic
def accept_package(*, actor: Actor, now: datetime, received_id: int) -> int:
    """Nhận vào học bạ: verified once more, as of now; return the pupil. Raises Refused."""
    package, content = open_package(actor, received_id)
    student = _open(actor, package.student_id)
    findings = check_package(read_package(content), _expected(student, now), now)
    if any(one.weight is Weight.FAULT for one in findings):
        raise Refused(NOT_GOOD)
    with scoped(EVERYTHING):
        _accept(package)
        _tell(actor, now, student, "accept_transcript", package.from_school)
    return student.id


def _accept(package: ReceivedPackage) -> None:
    rows = Received.objects.filter(pk=package.id, accepted=False)
    try:
        with transaction.atomic():
            if not rows.update(accepted=True):
                raise Refused(TAKEN)
    except IntegrityError as error:
        raise Refused(TAKEN) from error


def _tell(actor: Actor, now: datetime, student: StudentSummary, action: str, told: str) -> None:
    change = Change(
        subject=f"student:{student.id}",
        action=action,
        label=f"Gói học bạ: {told}"[:200],
        school_id=student.home_school_id,
        province_id=student.province_id,
    )
    append_changes(Operation(Author(actor.account_id, actor.name), now), [change])
