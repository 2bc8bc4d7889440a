"""A token of SoftHSM for tests, with its own store: plugged in, pulled out, put back.

def test_something(token: SoftToken, pki: Pki) -> None:
    settings_of_key = token.hold(*pki.person("hoa"))
    token.pull_out(); token.put_back()
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute
from pkcs11.util.x509 import decode_x509_certificate

from khue.signing.rules.certificates import facts_of
from khue.signing.rules.shapes import SigningCertificate
from khue.signing.services.backends.modules import begin_anew, held

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
NAME = "softhsm"
PIN, OFFICER_PIN = "271828", "31415926"


@dataclass
class SoftToken:
    """One token in a folder of its own."""

    folder: Path
    label: str = "Token thử"
    pin: str = PIN
    held_keys: list[str] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "tokens"

    def begin(self) -> None:
        """Make the store, point SoftHSM to it, and initialise one token."""
        self.store.mkdir(parents=True)
        conf = self.folder / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {self.store}\nobjectstore.backend = file\n")
        os.environ["SOFTHSM2_CONF"] = str(conf)
        self._util("--init-token", "--free", "--so-pin", OFFICER_PIN, "--pin", self.pin)
        self.notice()

    def notice(self) -> None:
        """Let the module of this process see the store as it is now."""
        with held(NAME) as module:
            begin_anew(module)

    def hold(self, signer: SigningCertificate, key: Any) -> dict[str, str]:
        """Put a key with its certificate, and those above, on the token; return where it is."""
        number = f"{len(self.held_keys) + 1:02x}"
        self.held_keys.append(number)
        file = self.folder / "key.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        name = facts_of(signer.certificate).name
        more = ("--import", str(file), "--id", number, "--pin", self.pin)
        self._util(*more, named=name)
        file.unlink()
        return self._certify(signer, number)

    def _certify(self, signer: SigningCertificate, number: str) -> dict[str, str]:
        with held(NAME) as module:
            begin_anew(module)
            token = next(one for one in module.get_tokens() if one.label == self.label)
            with token.open(rw=True, user_pin=self.pin) as session:
                self._write(session, signer.certificate, bytes.fromhex(number))
                for above in signer.chain:
                    self._write(session, above, b"")
            serial = token.serial.decode()
        return {"module": NAME, "token": self.label, "serial": serial, "key": number}

    def _write(self, session: Any, der: bytes, number: bytes) -> None:
        attributes = decode_x509_certificate(der)
        session.create_object(attributes | {Attribute.ID: number, Attribute.TOKEN: True})

    def pull_out(self) -> None:
        """The token is gone while the module runs on."""
        away = self.folder / "away"
        away.mkdir()
        for one in self.store.iterdir():
            one.rename(away / one.name)

    def put_back(self) -> None:
        away = self.folder / "away"
        for one in away.iterdir():
            one.rename(self.store / one.name)
        away.rmdir()

    def lose(self) -> None:
        for one in self.store.iterdir():
            shutil.rmtree(one)

    def _util(self, *arguments: str, named: str = "") -> None:
        where = ("--token", self.label, "--label", named) if named else ("--label", self.label)
        subprocess.run(
            ["softhsm2-util", *arguments, *where], check=True, capture_output=True, timeout=60
        )


@pytest.fixture
def token(tmp_path: Path, settings: Any) -> Iterator[SoftToken]:
    """A token that is plugged into the server."""
    settings.PKCS11_MODULES = {NAME: MODULE}
    before = os.environ.get("SOFTHSM2_CONF")
    made = SoftToken(tmp_path)
    made.begin()
    yield made
    with held(NAME) as module, suppress(pkcs11.PKCS11Error):
        module.finalize()
    if before is None:
        os.environ.pop("SOFTHSM2_CONF", None)
    else:
        os.environ["SOFTHSM2_CONF"] = before
