"""Thiết bị ký trên máy chủ (PKCS#11): the modules that may be loaded, their tokens and keys.

A login on a token counts for the whole process, so one act at a time holds a module; only modules
of the setting PKCS11_MODULES are ever loaded.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pkcs11
from django.conf import settings
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import PKCS11Error

from khue.signing.rules.certificates import facts_of, is_for_signing
from khue.signing.rules.fitness import with_chain
from khue.signing.rules.shapes import CertificateFacts, SigningCertificate
from khue.signing.services.backends.troubles import KeyUnfit, ServiceDown
from kit.vietnamese import search_key

WAIT_SECONDS = 30
NOT_ALLOWED = "Máy chủ không có loại thiết bị ký này. Hãy báo người quản trị hệ thống."
NOT_ANSWERING = (
    "Phần mềm của thiết bị ký trên máy chủ không trả lời. Hãy báo người quản trị rồi thử lại."
)
IN_USE = "Thiết bị ký đang phục vụ người khác. Hãy thử lại sau ít phút."
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


@dataclass(frozen=True)
class TokenKey:
    """A certificate on a token whose key stands beside it."""

    module: str
    token: str
    serial: str
    key_id: str
    signer: SigningCertificate

    @property
    def settings(self) -> dict[str, str]:
        """Where the key is found again, as a credential keeps it."""
        return {
            "module": self.module,
            "token": self.token,
            "serial": self.serial,
            "key": self.key_id,
        }

    @property
    def facts(self) -> CertificateFacts:
        return facts_of(self.signer.certificate)


@contextmanager
def held(module: str) -> Iterator[Any]:
    """The loaded module, for one act alone; it was not started for several threads."""
    path = settings.PKCS11_MODULES.get(module)
    if path is None:
        raise KeyUnfit(NOT_ALLOWED)
    lock = _locks[path]
    if not lock.acquire(timeout=WAIT_SECONDS):
        raise ServiceDown(IN_USE)
    try:
        yield _loaded(path)
    finally:
        lock.release()


def _loaded(path: str) -> Any:
    try:
        return pkcs11.lib(path)
    except (PKCS11Error, OSError):
        raise ServiceDown(NOT_ANSWERING) from None


def begin_anew(module: Any) -> None:
    """Start the module again: it sees tokens that came, and forgets sessions that were left."""
    try:
        module.reinitialize()
    except PKCS11Error:
        if not module.initialized:
            _loaded(module.so)


def find_token(module: Any, label: str, serial: str) -> Any:
    """The token, looked for once more in a module that starts anew; None when it is not there."""
    for attempt in range(2):
        for token in _tokens(module):
            if token.label == label and _text(token.serial) == serial:
                return token
        if not attempt:
            begin_anew(module)
    return None


def _tokens(module: Any) -> list[Any]:
    """Every initialised token that is plugged in."""
    try:
        slots = module.get_slots(token_present=True)
    except PKCS11Error:
        return []
    found = []
    for slot in slots:
        try:
            token = slot.get_token()
        except PKCS11Error:
            continue
        if token.label:
            found.append(token)
    return found


def token_keys() -> list[TokenKey]:
    """Every certificate for signing on every token of every module; no PIN is needed."""
    found: list[TokenKey] = []
    for name in settings.PKCS11_MODULES:
        with held(name) as module:
            begin_anew(module)
            for token in _tokens(module):
                found += _keys_on(name, token)
    return found


def keys_named(name: str) -> list[TokenKey]:
    """Those whose certificate stands in this name, or is of this organisation's seal."""
    wanted = search_key(name)
    return [one for one in token_keys() if search_key(one.facts.name) == wanted]


def keys_numbered(serial: str) -> list[TokenKey]:
    """Those whose certificate has this number, as its paper says it."""
    wanted = "".join(serial.lower().split()).replace(":", "").lstrip("0")
    return [one for one in token_keys() if wanted and one.facts.serial.lstrip("0") == wanted]


def _keys_on(module: str, token: Any) -> list[TokenKey]:
    try:
        with token.open() as session:
            objects = session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            read = [(one[Attribute.ID], bytes(one[Attribute.VALUE])) for one in objects]
    except PKCS11Error:
        return []
    everything = [der for _, der in read]
    return [
        TokenKey(
            module, token.label, _text(token.serial), key_id.hex(), with_chain(der, everything)
        )
        for key_id, der in read
        if key_id and _signs(der)
    ]


def _signs(der: bytes) -> bool:
    try:
        return is_for_signing(der)
    except ValueError:
        return False


def _text(serial: bytes | str) -> str:
    return serial if isinstance(serial, str) else serial.decode("ascii", "replace").strip()
