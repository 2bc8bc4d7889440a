"""What stands at the addresses of transcripts: a published year, a code, a package that came."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings

from khue.transcripts.queries.received import LABEL
from khue.transcripts.queries.sealed import (
    BODY,
    FILE,
    PDF,
    digest,
    new_transcript_code,
    new_verify_code,
    seal,
)
from khue.transcripts.rules.credentials import Issuer, IssuerKey
from khue.transcripts.rules.facts import Stay, YearFacts
from khue.transcripts.rules.packages import YearToPack, digest_of, pack
from khue.transcripts.rules.xml import write_body
from khue.transcripts.tests.samples import SECONDARY
from kit.cipher import seal_bytes
from tests.cast import NOW, YEAR, table

KEY = IssuerKey.from_seal("44" * 32)


def make_transcript_work(school: Any, room: Any, child: Any, teacher: Any) -> dict[str, Any]:
    """Last year of the child published here, the year before brought along in a package."""
    where = {"school": school, "province": school.province}
    transcript = table("transcripts.Transcript").objects.create(
        student=child, province=school.province, code=new_transcript_code(), created_at=NOW
    )
    part_of = table("transcripts.TranscriptYear").objects.create(
        transcript=transcript,
        student=child,
        year=YEAR,
        level="03",
        grade="08",
        school_class=room,
        school_name=school.organisation.name,
        class_name=room.name,
        **where,
    )
    facts = facts_of(school, child, teacher, transcript.code, YEAR)
    version = _published(part_of, child, where, facts)
    share = table("transcripts.Share").objects.create(
        transcript=transcript,
        student=child,
        province=school.province,
        code_digest=digest(f"share {child.pk}".encode()),
        given_by=child.name,
        given_at=NOW,
        valid_until=NOW + timedelta(days=30),
        purpose="Nộp hồ sơ",
    )
    return {
        "version_id": version.pk,
        "part_id": _part(version, child, where, teacher).pk,
        "share_id": share.pk,
        "received_id": _received(school, child, where, facts).pk,
    }


def facts_of(school: Any, child: Any, teacher: Any, code: str, year: int) -> YearFacts:
    """The sample year in the names of a school."""
    name = school.organisation.name
    head = replace(
        SECONDARY.head,
        code=code,
        verify_code=new_verify_code(),
        school=name,
        school_code=school.organisation.code,
        leader_name=teacher.name,
    )
    pupil = replace(SECONDARY.pupil, name=child.name, father="", mother="", personal_number="")
    subjects = tuple(replace(one, teacher=teacher.name) for one in SECONDARY.subjects)
    return replace(
        SECONDARY,
        head=head,
        pupil=pupil,
        year=year,
        subjects=subjects,
        homeroom=teacher.name,
        stays=tuple(replace(one, school=name) for one in SECONDARY.stays) or (Stay("", "", NOW),),
    )


def _published(part_of: Any, child: Any, where: dict[str, Any], facts: YearFacts) -> Any:
    body = write_body(facts)
    return table("transcripts.Version").objects.create(
        part_of=part_of,
        student=child,
        number=1,
        state="published",
        body=seal(body, BODY),
        body_digest=digest(body),
        file=seal(body, FILE),
        file_digest=digest(body),
        pdf=seal(b"%PDF-1.7\n", PDF),
        pdf_digest=digest(b"%PDF-1.7\n"),
        verify_code=facts.head.verify_code,
        created_at=NOW,
        created_by="Ai đó",
        changed_at=NOW,
        changed_by="Ai đó",
        published_at=NOW,
        **where,
    )


def _part(version: Any, child: Any, where: dict[str, Any], teacher: Any) -> Any:
    return table("transcripts.Part").objects.create(
        version=version,
        student=child,
        role="homeroom",
        element=f"nh-{YEAR}",
        signer_name=teacher.name,
        **where,
    )


def _received(school: Any, child: Any, where: dict[str, Any], facts: YearFacts) -> Any:
    """A package that was taken: its files are whole, whoever signed them."""
    earlier = replace(facts, year=YEAR - 1)
    body = write_body(earlier)
    name = school.organisation.name
    packed = YearToPack(YEAR - 1, "7A", name, 1, facts.head.verify_code, body, b"%PDF-1.7\n")
    content = pack(
        [packed],
        issuer=Issuer("https://noi-khac.example.edu.vn", "1", school.organisation.code, name),
        key=KEY,
        record=facts.head.code,
        pupil=child.name,
        born=child.born,
        at=NOW,
    )
    return table("transcripts.Received").objects.create(
        student=child,
        digest=digest_of(content),
        package=seal_bytes(content, label=LABEL, key_hex=settings.FIELD_KEY),
        from_school=name,
        report={"years": [f"{YEAR - 1}–{YEAR}, lớp 7A"], "findings": [["good", "Đạt."]]},
        accepted=True,
        received_at=NOW,
        received_by="Ai đó",
        **where,
    )
