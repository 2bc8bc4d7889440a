"""Chứng nhận số của học bạ: a published year as a W3C Verifiable Credential (Open Badges 3.0).

Secured as VC-JWT (VC-JOSE-COSE) with Ed25519. The issuer is the school, a did:web under the address
of the site; its key is the province's. Revocation: W3C Bitstring Status List. The credential names
the person by name and by the code of the transcript only: no personal number, no birth date, no
ethnic group, no comment of a teacher.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from khue.transcripts.rules.facts import CONTINUING, LOWER, PRIMARY, UPPER, SubjectFacts, YearFacts

VC = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
    "ob_v3p0_achievementcredential_schema.json",
    "type": "1EdTechJsonSchemaValidator2019",
}
DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"]
KEY_NAME = "key-1"
SCHOOLS = "hoc-ba/truong"
LIST_BITS = 131_072
FINISHED = "Hoàn thành chương trình"
LEVEL_NAMES: Mapping[str, str] = {
    PRIMARY: "tiểu học",
    LOWER: "trung học cơ sở",
    UPPER: "trung học phổ thông",
    CONTINUING: "giáo dục thường xuyên",
}


@dataclass(frozen=True)
class IssuerKey:
    """The key that secures credentials; made from the province's sealing key, apart from it."""

    private: Ed25519PrivateKey

    @classmethod
    def from_seal(cls, seed_hex: str) -> IssuerKey:
        """Another key than the one that seals the ledger, so that neither signs for the other."""
        person = b"khue-credential"
        seed = hashlib.blake2b(bytes.fromhex(seed_hex), digest_size=32, person=person).digest()
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def jwk(self) -> dict[str, str]:
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": _b64(raw)}


@dataclass(frozen=True)
class Issuer:
    """The school as issuer: where it is found, and what it is called.

    `place`: the part of the address that is the school's for ever; its code may change with who
    manages it.
    """

    address: str
    place: str
    code: str
    name: str

    @property
    def did(self) -> str:
        """did:web, resolved to {address}/hoc-ba/truong/{place}/did.json."""
        host = self.address.partition("://")[2].partition("/")[0].replace(":", "%3A")
        return f"did:web:{host}:{SCHOOLS.replace('/', ':')}:{self.place}"

    @property
    def page(self) -> str:
        return f"{self.address}/{SCHOOLS}/{self.place}"

    def list_address(self, number: int) -> str:
        return f"{self.page}/trang-thai/{number}/"


def did_document(issuer: Issuer, key: IssuerKey) -> dict[str, Any]:
    """What did:web resolves to: the key that speaks for the school."""
    method = {
        "id": f"{issuer.did}#{KEY_NAME}",
        "type": "JsonWebKey2020",
        "controller": issuer.did,
        "publicKeyJwk": key.jwk,
    }
    return {
        "@context": DID_CONTEXTS,
        "id": issuer.did,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
    }


def year_credential(
    facts: YearFacts, *, issuer: Issuer, place_in_list: int, issued: datetime
) -> dict[str, Any]:
    """Kết quả một năm học as an AchievementCredential; each subject is a result."""
    return _credential(facts, _year_achievement(facts), issuer, place_in_list, issued, "nam-hoc")


def completion_credential(
    facts: YearFacts, *, issuer: Issuer, place_in_list: int, issued: datetime
) -> dict[str, Any]:
    """Hoàn thành chương trình of a level, from the year that completed it."""
    return _credential(facts, _completion(facts), issuer, place_in_list, issued, "hoan-thanh")


def completes_level(facts: YearFacts) -> bool:
    """Whether the year ends a level, so that there is a completion to tell of."""
    return facts.outcome_text.startswith(FINISHED)


def _credential(
    facts: YearFacts,
    achievement: dict[str, Any],
    issuer: Issuer,
    place_in_list: int,
    issued: datetime,
    kind: str,
) -> dict[str, Any]:
    return {
        "@context": [VC, OPEN_BADGES],
        "id": f"{issuer.address}/kiem-tra/{facts.head.verify_code}#{kind}",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": achievement["name"],
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.page},
        "validFrom": _moment(issued),
        "credentialSubject": _subject(facts, achievement, kind),
        "credentialSchema": [SCHEMA],
        "credentialStatus": status_entry(issuer, place_in_list),
    }


def _subject(facts: YearFacts, achievement: dict[str, Any], kind: str) -> dict[str, Any]:
    name = {
        "type": "IdentityObject",
        "identityType": "name",
        "hashed": False,
        "identityHash": facts.pupil.name,
    }
    told: dict[str, Any] = {
        "id": f"urn:hocba:{facts.head.code}",
        "type": ["AchievementSubject"],
        "identifier": [name],
        "achievement": achievement,
    }
    results = _results(facts) if kind == "nam-hoc" else []
    return told | ({"result": results} if results else {})


def _year_achievement(facts: YearFacts) -> dict[str, Any]:
    level = LEVEL_NAMES.get(facts.head.level, "")
    return {
        "id": _achievement_id(facts, str(facts.year)),
        "type": ["Achievement"],
        "achievementType": "CourseWork" if facts.subjects else "Achievement",
        "name": f"Kết quả năm học {facts.label}, lớp {facts.class_name}",
        "description": f"Kết quả học tập và rèn luyện cấp {level}, {facts.head.school}.",
        "criteria": {"narrative": _rule_of(facts)},
        "resultDescription": [_description(facts, one) for one in _told_subjects(facts)]
        + _levels_told(facts),
    }


def _completion(facts: YearFacts) -> dict[str, Any]:
    return {
        "id": _achievement_id(facts, "hoan-thanh"),
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": facts.outcome_text,
        "description": f"{facts.outcome_text}, năm học {facts.label}, {facts.head.school}.",
        "criteria": {"narrative": _rule_of(facts)},
    }


RULES: Mapping[str, str] = {
    "TT27": "Đánh giá theo Thông tư 27/2020/TT-BGDĐT.",
    "TT22": "Đánh giá theo Thông tư 22/2021/TT-BGDĐT.",
    "TT43": "Đánh giá theo Thông tư 43/2021/TT-BGDĐT.",
    "TT58": "Đánh giá theo Thông tư 58/2011/TT-BGDĐT.",
}


def _rule_of(facts: YearFacts) -> str:
    return RULES.get(facts.regime, "Đánh giá theo quy chế của Bộ Giáo dục và Đào tạo.")


def _achievement_id(facts: YearFacts, what: str) -> str:
    return f"urn:hocba:{facts.head.code}:{facts.head.version}:{what}"


def _told_subjects(facts: YearFacts) -> list[SubjectFacts]:
    return [one for one in facts.subjects if _value(one)]


def _value(one: SubjectFacts) -> str:
    """Cả năm, or after re-assessment; a decimal point for machines."""
    value = one.after or one.year or one.level_after or one.level
    return value.replace(",", ".") if value[:1].isdigit() else value


def _description(facts: YearFacts, one: SubjectFacts) -> dict[str, Any]:
    told = {
        "id": f"{_achievement_id(facts, str(facts.year))}:{one.element}",
        "type": ["ResultDescription"],
        "name": one.name,
    }
    if _value(one)[:1].isdigit():
        return told | {"resultType": "ScaledScore", "valueMin": "0", "valueMax": "10"}
    return told | {"resultType": "PerformanceLevel"}


def _levels(facts: YearFacts) -> list[tuple[str, str, str]]:
    """The results of the year as a whole: id, name, value."""
    told = [
        ("hoc-tap", "Kết quả học tập", facts.learning.after or facts.learning.year),
        ("ren-luyen", "Kết quả rèn luyện", facts.conduct.after or facts.conduct.year),
        ("giao-duc", "Đánh giá kết quả giáo dục", facts.year_level_after or facts.year_level),
        ("ket-luan", "Kết luận", facts.outcome_text),
    ]
    return [one for one in told if one[2]]


def _levels_told(facts: YearFacts) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{_achievement_id(facts, str(facts.year))}:{key}",
            "type": ["ResultDescription"],
            "name": name,
            "resultType": "PerformanceLevel",
        }
        for key, name, _ in _levels(facts)
    ]


def _results(facts: YearFacts) -> list[dict[str, Any]]:
    start = _achievement_id(facts, str(facts.year))
    values = [(one.element, _value(one)) for one in _told_subjects(facts)]
    values += [(key, value) for key, _, value in _levels(facts)]
    return [
        {"type": ["Result"], "resultDescription": f"{start}:{key}", "value": value}
        for key, value in values
    ]


def clr_credential(
    members: Sequence[str], *, name: str, code: str, issuer: Issuer, issued: datetime
) -> dict[str, Any]:
    """Hồ sơ học tập: a Comprehensive Learner Record 2.0 of secured credentials, each as it is."""
    identity = {
        "type": "IdentityObject",
        "identityType": "name",
        "hashed": False,
        "identityHash": name,
    }
    return {
        "@context": [VC, OPEN_BADGES, CLR],
        "id": f"urn:hocba:{code}:clr:{int(issued.timestamp())}",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": f"Hồ sơ học tập của {name}",
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.page},
        "validFrom": _moment(issued),
        "credentialSubject": {
            "id": f"urn:hocba:{code}",
            "type": ["ClrSubject"],
            "identifier": [identity],
            "verifiableCredential": [_enveloped(one) for one in members],
        },
    }


def _enveloped(token: str) -> dict[str, Any]:
    """A secured credential inside another (VCDM 2.0, EnvelopedVerifiableCredential)."""
    return {
        "@context": VC,
        "id": f"data:application/vc+jwt,{token}",
        "type": "EnvelopedVerifiableCredential",
    }


def status_entry(issuer: Issuer, place: int) -> dict[str, str]:
    """Where the status of a credential stands: the bit `place` of the lists of its school."""
    number, index = divmod(place, LIST_BITS)
    address = issuer.list_address(number)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def status_list(
    issuer: Issuer, number: int, ended: Iterable[int], *, issued: datetime, until: datetime
) -> dict[str, Any]:
    """Danh sách trạng thái: `ended` are the places (over all lists) that hold no more."""
    address = issuer.list_address(number)
    return {
        "@context": [VC],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": _moment(issued),
        "validUntil": _moment(until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": _bits(place % LIST_BITS for place in ended),
        },
    }


def _bits(ended: Iterable[int]) -> str:
    bits = bytearray(LIST_BITS // 8)
    for index in ended:
        bits[index // 8] |= 0x80 >> (index % 8)
    return "u" + _b64(gzip.compress(bytes(bits), mtime=0))


def secure(credential: Mapping[str, Any], key: IssuerKey) -> str:
    """VC-JWT: the credential with the registered claims, signed (EdDSA)."""
    issuer = credential["issuer"]
    did = issuer if isinstance(issuer, str) else issuer["id"]
    claims: dict[str, Any] = {"iss": did, "jti": credential["id"], "nbf": _seconds(credential)}
    subject = credential["credentialSubject"]
    claims["sub"] = subject["id"]
    header = {"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": f"{did}#{KEY_NAME}"}
    text = f"{_json(header)}.{_json({**credential, **claims})}"
    return f"{text}.{_b64(key.private.sign(text.encode()))}"


def _seconds(credential: Mapping[str, Any]) -> int:
    return int(datetime.fromisoformat(credential["validFrom"]).timestamp())


def _json(value: Mapping[str, Any]) -> str:
    return _b64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
