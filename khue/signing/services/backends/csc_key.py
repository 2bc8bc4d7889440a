"""Ký số từ xa (CSC API v2): the key stays with the service, the signer allows each act."""

from __future__ import annotations

import hashlib
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from khue.signing.queries.credentials import CredentialCard
from khue.signing.rules.algorithms import coordinate_size, der_ecdsa, verify_value
from khue.signing.rules.certificates import public_key_of
from khue.signing.services.backends.csc_http import DISABLED, OVER, STRANGE, CscService, service
from khue.signing.services.backends.keys import OpenKey
from khue.signing.services.backends.secrets import code_of, pin_of
from khue.signing.services.backends.troubles import KeyUnfit, ServiceDown, TokenGone

HASH_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
RSA = "1.2.840.113549.1.1.1"
WHOLE = {
    "sha256": ("1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"),
    "sha384": ("1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"),
    "sha512": ("1.2.840.113549.1.1.13", "1.2.840.10045.4.3.4"),
}
IN_ONE_REQUEST = 100
CONTINUES = "khue-sad:"
NOT_CONFIRMED = "Chưa thấy xác nhận trên điện thoại của thầy cô. Hãy ký lại và xác nhận kịp thời."
NEEDS_LOGIN = (
    "Chứng thư này chỉ ký được qua trang đăng nhập riêng của dịch vụ, Khuê chưa hỗ trợ. Hãy dùng "
    "chứng thư khác hoặc đề nghị dịch vụ cho phép xác nhận bằng mã PIN."
)
AGAIN = "Mỗi lần xác nhận, dịch vụ chỉ cho ký {most} văn bản. Hãy nhập mã mới để ký tiếp."
NO_ALGORITHM = (
    "Dịch vụ không ký được bằng thuật toán an toàn với khóa này. Hãy dùng chứng thư khác."
)
WRONG_VALUE = (
    "Giá trị chữ ký mà dịch vụ trả về không khớp chứng thư nên không được nhận. Hãy báo người "
    "quản trị hệ thống."
)


@dataclass(frozen=True)
class RemoteKey:
    """What the service says of a credential."""

    algorithms: tuple[str, ...]
    most: int
    binds_hashes: bool
    objects: tuple[Mapping[str, Any], ...]
    certificates: tuple[bytes, ...] = ()
    id: str = ""

    def factors(self) -> dict[str, str]:
        """How the signer allows an act: settings `pin`, `code`, `sends` (ids of the service)."""
        found: dict[str, str] = {}
        for one in self.objects:
            kind, name = str(one.get("type", "")), str(one.get("id", ""))
            if kind == "ChallengeResponse":
                found |= {"code": name, "sends": "1"}
            elif kind == "Password" and one.get("generator"):
                found["code"] = name
            elif kind == "Password":
                found["pin"] = name
        return found


def read_key(of: CscService, read: Mapping[str, Any]) -> RemoteKey:
    """Read a CredentialInfo; raises KeyUnfit for one that cannot sign here."""
    try:
        key, auth = read["key"], read.get("auth", {})
        certificates = read.get("cert", {}).get("certificates", [])
        remote = RemoteKey(
            algorithms=tuple(key["algo"]),
            most=max(int(read.get("multisign", 1)), 1),
            binds_hashes=str(read.get("SCAL", "1")) == "2",
            objects=tuple(_objects(auth.get("objects", []))),
            certificates=tuple(b64decode(one) for one in certificates),
            id=str(read.get("credentialID", "")),
        )
        status, mode = key["status"], auth.get("mode", "explicit")
    except (KeyError, TypeError, ValueError, AttributeError):
        raise of.down(STRANGE) from None
    if status != "enabled":
        raise KeyUnfit(DISABLED)
    if mode not in {"explicit", "implicit"}:
        raise KeyUnfit(NEEDS_LOGIN)
    return remote


def _objects(read: object) -> list[Mapping[str, Any]]:
    return [one for one in read if isinstance(one, dict)] if isinstance(read, list) else []


@dataclass
class _Permission:
    """What the signer has allowed: the SAD, and how many signatures are left under it."""

    sad: str = ""
    left: int = 0
    fresh: bool = False


@dataclass
class CscKey(OpenKey):
    """A remote key for one act; asks for the permission with the first hashes."""

    service: CscService
    credential: str
    remote: RemoteKey
    public_key: object
    settings: Mapping[str, str]
    secret: str
    count: int
    title: str = ""
    _permission: _Permission = field(default_factory=_Permission)
    _used: bool = False

    def __post_init__(self) -> None:
        if self.secret.startswith(CONTINUES):
            left, _, sad = self.secret.removeprefix(CONTINUES).partition(":")
            self._permission = _Permission(sad, int(left) if left.isdecimal() else 0)
            self._used = True

    @property
    def secret_for_next(self) -> str:  # type: ignore[override]
        if self._permission.left and self._permission.sad:
            return f"{CONTINUES}{self._permission.left}:{self._permission.sad}"
        return "" if self.settings.get("code") else self.secret

    def sign(self, to_be_signed: Sequence[bytes], digest: str) -> list[bytes]:
        done: list[bytes] = []
        while len(done) < len(to_be_signed):
            batch = to_be_signed[len(done) : len(done) + self._room()]
            try:
                done += self._sign_batch(batch, digest)
            except ServiceDown as trouble:
                raise ServiceDown(trouble.sentence, done) from None
        return done

    def _room(self) -> int:
        most = self._permission.left or self.remote.most
        return max(1, min(most, IN_ONE_REQUEST))

    def _sign_batch(self, batch: Sequence[bytes], digest: str) -> list[bytes]:
        hashes = [b64encode(hashlib.new(digest, one).digest()).decode() for one in batch]
        self._allow(hashes, digest)
        asked = {
            "credentialID": self.credential,
            "SAD": self._permission.sad,
            "hashes": hashes,
            "hashAlgorithmOID": HASH_OIDS[digest],
            "signAlgo": self._algorithm(digest),
        }
        read = self.service.ask("signatures/signHash", asked)
        self._permission.fresh = False
        self._permission.left -= len(batch)
        self.count = max(self.count - len(batch), 0)
        return self._values(read.get("signatures"), batch, digest)

    def _algorithm(self, digest: str) -> str:
        whole_rsa, whole_ecdsa = WHOLE[digest]
        wanted = (whole_ecdsa,) if coordinate_size(self.public_key) else (whole_rsa, RSA)
        for one in wanted:
            if one in self.remote.algorithms:
                return one
        raise KeyUnfit(NO_ALGORITHM)

    def _allow(self, hashes: list[str], digest: str) -> None:
        """A permission for these hashes: a new one, or the running one carried on."""
        if self._permission.left:
            if not self._permission.fresh:
                self._extend(hashes, digest)
            return
        if self._used and self.settings.get("code"):
            raise ServiceDown(AGAIN.format(most=self.remote.most))
        if self.secret.startswith(CONTINUES):
            raise ServiceDown(OVER)
        self._authorise(hashes, digest)

    def _authorise(self, hashes: list[str], digest: str) -> None:
        number = max(len(hashes), min(self.count, self.remote.most))
        asked: dict[str, Any] = {
            "credentialID": self.credential,
            "numSignatures": number,
            "authData": self._factors(),
            "description": self.title[:500],
            **self._bound(hashes, digest),
        }
        read = self.service.ask("credentials/authorize", asked)
        self._permission = _Permission(self._confirmed(read), number, fresh=True)
        self._used = True

    def _bound(self, hashes: list[str], digest: str) -> dict[str, Any]:
        return {"hashes": hashes, "hashAlgorithmOID": HASH_OIDS[digest]}

    def _factors(self) -> list[dict[str, str]]:
        """An object per factor; one that is confirmed elsewhere (telephone) stays empty."""
        given = {self.settings.get("pin"): pin_of(self.secret)}
        given[self.settings.get("code")] = code_of(self.secret)
        told = []
        for one in self.remote.objects:
            name, elsewhere = str(one.get("id", "")), str(one.get("type", "")).endswith("OOB")
            told.append({"id": name} if elsewhere else {"id": name, "value": given.get(name, "")})
        return told

    def _confirmed(self, read: dict[str, Any]) -> str:
        """The SAD; while the service answers with a handle, the signer still has to confirm."""
        ends = time.monotonic() + float(self.service.keys.get("confirm_seconds", 90))
        while "SAD" not in read and "handle" in read:
            if time.monotonic() > ends:
                raise ServiceDown(NOT_CONFIRMED)
            time.sleep(float(self.service.keys.get("poll_seconds", 2)))
            read = self.service.ask("credentials/authorizeCheck", {"handle": read["handle"]})
        sad = read.get("SAD")
        if not isinstance(sad, str) or not sad:
            raise self.service.down(STRANGE)
        return sad

    def _extend(self, hashes: list[str], digest: str) -> None:
        asked = {"credentialID": self.credential, "SAD": self._permission.sad}
        asked |= self._bound(hashes, digest)
        read = self.service.ask("credentials/extendTransaction", asked)
        self._permission.sad = self._confirmed(read)

    def _values(self, read: object, batch: Sequence[bytes], digest: str) -> list[bytes]:
        if not isinstance(read, list) or len(read) != len(batch):
            raise self.service.down(STRANGE)
        try:
            values = [b64decode(one) for one in read]
        except (NotBase64, TypeError, ValueError):
            raise self.service.down(STRANGE) from None
        return [
            self._checked(value, content, digest)
            for value, content in zip(values, batch, strict=True)
        ]

    def _checked(self, value: bytes, content: bytes, digest: str) -> bytes:
        """The value in our form; what does not fit the certificate is not taken."""
        forms = [value]
        if coordinate_size(self.public_key) * 2 == len(value):
            forms.insert(0, der_ecdsa(value))
        for one in forms:
            if verify_value(self.public_key, one, content, digest):
                return one
        raise ServiceDown(WRONG_VALUE)


@contextmanager
def open_csc_key(credential: CredentialCard, secret: str, *, count: int) -> Iterator[OpenKey]:
    """Ask what the credential can do now; the secret is spent with the first hashes."""
    of = service(credential.settings.get("service", ""))
    name = credential.settings.get("credential", "")
    asked = {"credentialID": name, "certificates": "none", "authInfo": True}
    remote = read_key(of, of.ask("credentials/info", asked))
    public_key = public_key_of(credential.certificate)
    yield CscKey(of, name, remote, public_key, credential.settings, secret, count)


def remote_credentials(service_name: str, user_id: str) -> list[RemoteKey]:
    """The credentials of a user at a service; `user_id` is asked with and forgotten."""
    of = service(service_name)
    asked: dict[str, Any] = {
        "credentialInfo": True,
        "certificates": "chain",
        "authInfo": True,
        "onlyValid": True,
    }
    if user_id:
        asked["userID"] = user_id
    read = of.ask("credentials/list", asked)
    infos = read.get("credentialInfos")
    found = infos if isinstance(infos, list) else _asked_one_by_one(of, read)
    return [key for one in found if isinstance(one, dict) for key in _usable(of, one)]


def remote_credential(service_name: str, credential: str) -> RemoteKey:
    """One credential, with its certificates."""
    of = service(service_name)
    asked = {"credentialID": credential, "certificates": "chain", "authInfo": True}
    key = read_key(of, of.ask("credentials/info", asked) | {"credentialID": credential})
    if not key.certificates:
        raise of.down(STRANGE)
    return key


def _asked_one_by_one(of: CscService, read: Mapping[str, Any]) -> list[dict[str, Any]]:
    ids = read.get("credentialIDs")
    if not isinstance(ids, list):
        raise of.down(STRANGE)
    asked = {"certificates": "chain", "authInfo": True}
    return [
        of.ask("credentials/info", {"credentialID": one, **asked}) | {"credentialID": one}
        for one in ids[:20]
    ]


def _usable(of: CscService, info: Mapping[str, Any]) -> list[RemoteKey]:
    try:
        key = read_key(of, info)
    except (KeyUnfit, TokenGone):
        return []
    return [key] if key.certificates else []


def send_code(credential: CredentialCard) -> bool:
    """Ask the service to send the one-time code; False when it needs no asking."""
    where = credential.settings
    if not where.get("sends"):
        return False
    _ask_code(where.get("service", ""), where.get("credential", ""), where["code"])
    return True


def ask_code_of(service_name: str, key: RemoteKey) -> None:
    """The same for a credential that is just being registered."""
    _ask_code(service_name, key.id, key.factors().get("code", "OTP"))


def _ask_code(service_name: str, credential: str, name: str) -> None:
    """credentials/getChallenge of version 2, or credentials/sendOTP where `send_code` says so."""
    of = service(service_name)
    if of.keys.get("send_code") == "sendOTP":
        of.ask("credentials/sendOTP", {"credentialID": credential})
    else:
        of.ask("credentials/getChallenge", {"credentialID": credential, "authObjectID": name})
