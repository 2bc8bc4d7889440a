"""The credential of a year, verified by a library that knows nothing of us (openbadgeslib)."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from openbadgeslib.verify import issuer_did_from_token

from khue.transcripts.rules.credentials import (
    LIST_BITS,
    Issuer,
    IssuerKey,
    clr_credential,
    completes_level,
    completion_credential,
    did_document,
    secure,
    status_list,
    year_credential,
)
from khue.transcripts.rules.facts import YearFacts
from khue.transcripts.tests.samples import PRIMARY_YEAR, SECONDARY

KEY = IssuerKey.from_seal("11" * 32)
OTHER_KEY = IssuerKey.from_seal("22" * 32)
SCHOOL = Issuer("https://khue.example.edu.vn", "37", "20001A", "Trường THCS Sao Khuê")
PLACE = LIST_BITS + 7
ISSUED = timezone.now() - timedelta(days=3)


def token_of(facts: YearFacts = SECONDARY, key: IssuerKey = KEY) -> str:
    credential = year_credential(facts, issuer=SCHOOL, place_in_list=PLACE, issued=ISSUED)
    return secure(credential, key)


def site(*ended: int, key: IssuerKey = KEY, days: int = 1) -> Callable[[str], bytes]:
    """What the site serves without a login: the document of the school, and its status lists."""
    now = timezone.now()

    def served(address: str) -> bytes:
        if address == "https://khue.example.edu.vn/hoc-ba/truong/37/did.json":
            return json.dumps(did_document(SCHOOL, KEY)).encode()
        assert address == "https://khue.example.edu.vn/hoc-ba/truong/37/trang-thai/1/"
        made = status_list(
            SCHOOL, 1, ended, issued=now - timedelta(hours=1), until=now + timedelta(days=days)
        )
        return secure(made, key).encode()

    return served


def verified(token: str, served: Callable[[str], bytes]) -> Any:
    verifier = OB3Verifier.for_issuer_did(issuer_did_from_token(token), download=served)
    return verifier.verify(token, check_status=True, download=served)


def test_an_independent_library_accepts_a_year() -> None:
    found = verified(token_of(), site())
    assert found.issuer.name == "Trường THCS Sao Khuê"
    assert found.recipient_id == "urn:hocba:HB-7KQ2M9XA4T"
    assert found.achievement.name == "Kết quả năm học 2026-2027, lớp 8A"
    names = {one.id: one.name for one in found.achievement.result_descriptions}
    values = {names[one.result_description]: one.value for one in found.results}
    assert values["Toán"] == "6.0"
    assert values["Giáo dục thể chất"] == "Đ"
    assert values["Kết quả học tập"] == "Khá"


def test_a_year_that_was_superseded_is_revoked() -> None:
    with pytest.raises(OB3VerificationError, match="revocation"):
        verified(token_of(), site(PLACE))
    assert verified(token_of(), site(PLACE + 1, PLACE - 1))


def test_a_list_that_is_old_or_of_another_key_is_not_believed() -> None:
    with pytest.raises(OB3VerificationError, match="expired"):
        verified(token_of(), site(days=-1))
    with pytest.raises(OB3VerificationError, match="proof is invalid"):
        verified(token_of(), site(key=OTHER_KEY))


def test_another_key_or_another_mark_is_seen() -> None:
    with pytest.raises(OB3VerificationError, match="signature"):
        verified(token_of(key=OTHER_KEY), site())
    head, body, signature = token_of().split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    told["credentialSubject"]["result"][0]["value"] = "9.9"
    changed = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    with pytest.raises(OB3VerificationError, match="signature"):
        verified(f"{head}.{changed}.{signature}", site())


def test_no_personal_number_nor_anything_sensitive_travels() -> None:
    credential = year_credential(SECONDARY, issuer=SCHOOL, place_in_list=1, issued=ISSUED)
    told = json.dumps(credential, ensure_ascii=False)
    pupil = SECONDARY.pupil
    for secret in (pupil.personal_number, pupil.born, pupil.ethnic, pupil.address, pupil.father):
        assert secret not in told
    assert SECONDARY.remark not in told
    assert SECONDARY.subjects[0].comment not in told


def test_a_completed_level_has_a_credential_of_its_own() -> None:
    assert completes_level(PRIMARY_YEAR)
    assert not completes_level(SECONDARY)
    made = completion_credential(PRIMARY_YEAR, issuer=SCHOOL, place_in_list=PLACE, issued=ISSUED)
    found = verified(secure(made, KEY), site())
    assert found.achievement.name == "Hoàn thành chương trình tiểu học"
    assert found.achievement.achievement_type == "CertificateOfCompletion"
    assert found.results == []


def test_a_learner_record_holds_each_year_as_it_was_secured() -> None:
    years = [token_of(), token_of(replace(SECONDARY, year=2025))]
    record = clr_credential(
        years, name="Triệu Quang Minh", code="HB-7KQ2M9XA4T", issuer=SCHOOL, issued=ISSUED
    )
    verifier = OB3Verifier.for_issuer_did(SCHOOL.did, download=site())
    held = verifier._decode_payload(secure(record, KEY))
    members = held["credentialSubject"]["verifiableCredential"]
    inside = [one["id"].removeprefix("data:application/vc+jwt,") for one in members]
    assert [verified(one, site()).achievement.name for one in inside] == [
        "Kết quả năm học 2026-2027, lớp 8A",
        "Kết quả năm học 2025-2026, lớp 8A",
    ]
