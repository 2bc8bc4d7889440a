"""Ký bằng thiết bị trên máy chủ: log in with the PIN of this act, sign, log out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11 import exceptions as refusals

from khue.signing.queries.credentials import CredentialCard
from khue.signing.rules.algorithms import der_ecdsa
from khue.signing.services.backends.keys import OpenKey
from khue.signing.services.backends.modules import begin_anew, find_token, held
from khue.signing.services.backends.troubles import (
    KeyLocked,
    KeyUnfit,
    ServiceDown,
    TokenGone,
    WrongSecret,
)

# DigestInfo of PKCS#1 before the digest itself (RFC 8017, 9.2, note 1).
DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
WHOLE_RSA = {
    "sha256": Mechanism.SHA256_RSA_PKCS,
    "sha384": Mechanism.SHA384_RSA_PKCS,
    "sha512": Mechanism.SHA512_RSA_PKCS,
}
LOCKED = (
    "Thiết bị ký đã khóa vì mã PIN sai quá số lần cho phép. Hãy mở bằng mã PUK, hoặc mang thiết "
    "bị đến nơi cấp chứng thư."
)
NOT_PLUGGED = (
    "Không thấy thiết bị ký trên máy chủ. Hãy cắm thiết bị, hoặc báo người quản trị hệ thống."
)
NO_KEY = "Trên thiết bị không còn khóa của chứng thư này. Hãy đăng ký lại chứng thư."
NO_PIN = "Hãy nhập mã PIN của thiết bị ký."
NOT_SET_UP = "Thiết bị ký chưa đặt mã PIN. Hãy đặt mã PIN bằng phần mềm của thiết bị."
CANNOT = "Thiết bị ký không làm được kiểu chữ ký này. Hãy dùng chứng thư khác."
WRONG = (
    refusals.PinIncorrect,
    refusals.PinInvalid,
    refusals.PinLenRange,
)
UNABLE = (
    refusals.MechanismInvalid,
    refusals.MechanismParamInvalid,
    refusals.KeyTypeInconsistent,
    refusals.KeySizeRange,
    refusals.DataLenRange,
)


class TokenSigner(OpenKey):
    """A key on a token that is logged in."""

    def __init__(self, key: Any, pin: str) -> None:
        self.secret_for_next = pin
        self._key = key
        asks_each_time = _attribute(key, Attribute.ALWAYS_AUTHENTICATE)
        self._more = {"pin": pin} if asks_each_time else {}

    def sign(self, to_be_signed: Sequence[bytes], digest: str) -> list[bytes]:
        done: list[bytes] = []
        try:
            # What was signed before a failure stays in the list.
            done.extend(map(self._signer(digest), to_be_signed))
        except UNABLE:
            raise KeyUnfit(CANNOT) from None
        except refusals.PKCS11Error:
            raise TokenGone(done) from None
        return done

    def _signer(self, digest: str) -> Callable[[bytes], bytes]:
        """RSA on a DigestInfo where the token can, so that the hash is made here; else whole."""
        key, more = self._key, self._more
        if key.key_type == KeyType.EC:
            return lambda content: der_ecdsa(
                key.sign(hashlib.new(digest, content).digest(), mechanism=Mechanism.ECDSA, **more)
            )
        if key.key_type != KeyType.RSA:
            raise KeyUnfit(CANNOT)
        if Mechanism.RSA_PKCS not in key.session.token.slot.get_mechanisms():
            whole = WHOLE_RSA[digest]
            return lambda content: bytes(key.sign(content, mechanism=whole, **more))
        head = DIGEST_INFO[digest]
        return lambda content: bytes(
            key.sign(
                head + hashlib.new(digest, content).digest(), mechanism=Mechanism.RSA_PKCS, **more
            )
        )


def _attribute(key: Any, name: Attribute) -> bool:
    try:
        return bool(key[name])
    except refusals.PKCS11Error:
        return False


@contextmanager
def open_token_key(credential: CredentialCard, secret: str, *, count: int) -> Iterator[OpenKey]:
    """Log in, find the key by its id, and log out whatever happens."""
    if not secret:
        raise KeyUnfit(NO_PIN)
    where = credential.settings
    with held(where.get("module", "")) as module:
        token = find_token(module, where.get("token", ""), where.get("serial", ""))
        if token is None:
            raise TokenGone([], NOT_PLUGGED)
        with _logged_in(module, token, secret) as session:
            yield TokenSigner(_key(session, where.get("key", "")), secret)


@contextmanager
def _logged_in(module: Any, token: Any, pin: str) -> Iterator[Any]:
    session = _log_in(module, token, pin)
    try:
        yield session
    finally:
        try:
            session.close()
        except refusals.PKCS11Error:
            begin_anew(module)


def _log_in(module: Any, token: Any, pin: str) -> Any:
    """A failed login leaves a session behind, so the module starts anew after it."""
    try:
        return token.open(user_pin=pin)
    except WRONG:
        left = _tries_left(token)
        begin_anew(module)
        raise WrongSecret(left) from None
    except refusals.PinLocked:
        raise KeyLocked(LOCKED) from None
    except refusals.UserPinNotInitialized:
        raise KeyUnfit(NOT_SET_UP) from None
    except refusals.PKCS11Error:
        begin_anew(module)
        raise ServiceDown(NOT_PLUGGED) from None


def _tries_left(token: Any) -> int | None:
    """Only the last try is told by the flags of a token."""
    try:
        flags = token.slot.get_token().flags
    except refusals.PKCS11Error:
        return None
    if TokenFlag.USER_PIN_LOCKED in flags:
        raise KeyLocked(LOCKED)
    return 1 if TokenFlag.USER_PIN_FINAL_TRY in flags else None


def _key(session: Any, key_id: str) -> Any:
    try:
        return session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=bytes.fromhex(key_id))
    except (refusals.NoSuchKey, refusals.MultipleObjectsReturned, ValueError):
        raise KeyUnfit(NO_KEY) from None
    except refusals.PKCS11Error:
        raise TokenGone([]) from None
