"""Dấu thời gian (RFC 3161): asking for a token, opening one, and what must hold in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar

from asn1crypto import cms, core, tsp

from khue.signing.rules.algorithms import DIGESTS, verify_value
from khue.signing.rules.certificates import load, public_key_of
from khue.signing.rules.chains import is_for_time, is_valid_at, path_at, readable, weakness_of
from khue.signing.rules.revocation import CLOCKS_DIFFER, Standing, standing_of
from khue.signing.rules.shapes import Evidence, Trust

GRANTED = {"granted", "granted_with_mods"}
_ESS_DIGESTS = {"signing_certificate": "sha1", "signing_certificate_v2": "sha256"}


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp; the library forgets that a refusal brings no token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class BadToken(Exception):
    """Dấu thời gian không dùng được; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Token:
    """A token whose own signature holds; whom its maker is trusted by is another question."""

    at: datetime
    digest: str
    imprint: bytes
    nonce: int | None
    certificate: bytes
    others: tuple[bytes, ...]

    def covers(self, stamped: bytes) -> bool:
        return self.digest in DIGESTS and self.imprint == hashlib.new(self.digest, stamped).digest()


def request_for(data: bytes, nonce: int) -> bytes:
    """Yêu cầu cấp dấu thời gian over the SHA-256 of data, with the maker's certificate asked."""
    imprint = {
        "hash_algorithm": {"algorithm": "sha256"},
        "hashed_message": hashlib.sha256(data).digest(),
    }
    asked = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(asked).dump())


def token_in(answer: bytes, data: bytes, nonce: int) -> tuple[bytes, Token]:
    """The token in a TSA's answer, checked against what was asked; raises BadToken."""
    content = _token_bytes(answer)
    token = open_token(content)
    if token.nonce != nonce:
        raise BadToken("Dịch vụ cấp dấu thời gian trả lời cho một yêu cầu khác (sai số nonce).")
    if not token.covers(data):
        raise BadToken("Dấu thời gian nhận được không phải của dữ liệu đã gửi.")
    return content, token


def _token_bytes(answer: bytes) -> bytes:
    try:
        read = _Answer.load(answer, strict=True)
        status = read["status"]["status"].native
        if status not in GRANTED:
            raise BadToken(f"Dịch vụ cấp dấu thời gian từ chối yêu cầu ({status}).")
        return bytes(read["time_stamp_token"].dump())
    except (ValueError, TypeError, KeyError) as unreadable:
        raise BadToken("Câu trả lời của dịch vụ cấp dấu thời gian không đọc được.") from unreadable


@lru_cache(maxsize=2048)
def open_token(content: bytes) -> Token:
    """Mở dấu thời gian: its form, its signature, and that its maker may stamp; raises BadToken."""
    try:
        return _open(content)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as unreadable:
        raise BadToken("Dấu thời gian không đọc được.") from unreadable


def _open(content: bytes) -> Token:
    signed = cms.ContentInfo.load(content, strict=True)["content"]
    inside = signed["encap_content_info"]
    if inside["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise BadToken("Tệp kèm theo không phải là dấu thời gian theo RFC 3161.")
    told = bytes(inside["content"])
    signer = signed["signer_infos"][0]
    brought = tuple(
        bytes(one.chosen.dump()) for one in signed["certificates"] if one.name == "certificate"
    )
    certificate = _maker(signer["sid"], brought)
    _require_signature(signer, certificate, told)
    info = tsp.TSTInfo.load(told, strict=True)
    imprint = info["message_imprint"]
    return Token(
        at=info["gen_time"].native,
        digest=imprint["hash_algorithm"]["algorithm"].native,
        imprint=imprint["hashed_message"].native,
        nonce=None if isinstance(info["nonce"], core.Void) else info["nonce"].native,
        certificate=certificate,
        others=tuple(one for one in readable(brought) if one != certificate),
    )


def _maker(identity: Any, brought: tuple[bytes, ...]) -> bytes:
    """The certificate in the token that the signature names."""
    named = _named_by_key if identity.name == "subject_key_identifier" else _named_by_issuer
    for one in readable(brought):
        if named(identity, one):
            return one
    raise BadToken("Dấu thời gian không kèm chứng thư của dịch vụ đã cấp.")


def _named_by_key(identity: Any, certificate: bytes) -> bool:
    return bool(cms.Certificate.load(certificate).key_identifier == identity.native)


def _named_by_issuer(identity: Any, certificate: bytes) -> bool:
    read = load(certificate)
    if read.serial_number != identity.chosen["serial_number"].native:
        return False
    issuer = identity.chosen["issuer"]
    # Names that are written alike are the same; only the others are compared with care.
    same = issuer.dump() == read.issuer.public_bytes()
    return same or bool(issuer == cms.Certificate.load(certificate).issuer)


def _require_signature(signer: Any, certificate: bytes, told: bytes) -> None:
    attributes = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in DIGESTS:
        raise BadToken("Dấu thời gian dùng thuật toán băm yếu.")
    holds = (
        attributes["message_digest"].native == hashlib.new(digest, told).digest()
        and attributes["content_type"].native == "tst_info"
        and _names(attributes, certificate)
        and _value_holds(signer, certificate, digest)
    )
    if not holds:
        raise BadToken("Dấu thời gian đã bị thay đổi: chữ ký của dịch vụ cấp không còn đúng.")
    if not is_for_time(certificate):
        raise BadToken("Chứng thư đã ký dấu thời gian không được cấp để làm việc này.")
    if weakness_of(certificate):
        raise BadToken(f"Dấu thời gian yếu. {weakness_of(certificate)}")


def _names(attributes: dict[str, Any], certificate: bytes) -> bool:
    """ESS: the signed attributes name the very certificate (RFC 5035, RFC 5816)."""
    for name, usual in _ESS_DIGESTS.items():
        if name in attributes:
            first = attributes[name]["certs"][0]
            digest = usual
            if name == "signing_certificate_v2":
                digest = first["hash_algorithm"]["algorithm"].native
            return bool(first["cert_hash"].native == hashlib.new(digest, certificate).digest())
    return False


def _value_holds(signer: Any, certificate: bytes, digest: str) -> bool:
    # The attributes were signed as a SET, and stand in the token under a tag of their own.
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
    method = signer["signature_algorithm"]
    return verify_value(
        public_key_of(certificate),
        signer["signature"].native,
        attributes,
        digest,
        pss=method["algorithm"].native == "rsassa_pss",
    )


def check_token(
    content: bytes, stamped: bytes, trust: Trust, *, now: datetime, evidence: Evidence
) -> datetime:
    """Kiểm tra dấu thời gian của một chữ ký; the trusted time, or raises BadToken.

    `stamped`: what the token must cover. Its maker must lead to a root of timestamp authorities,
    and every certificate on the way must have been valid when it stamped.
    """
    token = open_token(content)
    if not token.covers(stamped):
        raise BadToken("Dấu thời gian không phải của chữ ký số này.")
    if token.at > now + CLOCKS_DIFFER:
        raise BadToken("Dấu thời gian ghi một thời điểm chưa tới.")
    require_trusted_maker(token, trust, now=now, evidence=evidence)
    return token.at


def require_trusted_maker(token: Token, trust: Trust, *, now: datetime, evidence: Evidence) -> None:
    """Dịch vụ cấp dấu thời gian có đáng tin không; raises BadToken."""
    former = tuple(root for root, until in trust.former if token.at < until)
    roots = (*trust.time_roots, *trust.roots, *former)
    others = (*token.others, *trust.others, *readable(evidence.certificates))
    path = path_at(token.certificate, others, roots, token.at)
    if not path:
        raise BadToken("Dịch vụ cấp dấu thời gian không nằm trong danh sách tin cậy.")
    if not _valid_when_stamping(path, token, evidence, now):
        raise BadToken("Chứng thư của dịch vụ cấp dấu thời gian không còn hiệu lực khi cấp.")


def _valid_when_stamping(
    path: tuple[bytes, ...], token: Token, evidence: Evidence, now: datetime
) -> bool:
    return is_valid_at(path[0], token.at) and all(
        standing_of(one, above, evidence, at=token.at, now=now).standing is not Standing.REVOKED
        for one, above in pairwise(path)
    )
