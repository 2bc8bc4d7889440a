"""Keys behind the one door (`open_key`), a second of one core, against the raw rate of the key.

Part of `make bench`; alone: `python -m benchmarks.back_ends`. The same content is signed by a key
in memory and by a token of SoftHSM, which works in this very process. What SoftHSM takes for itself
is told by calling it directly; the door is held against that, while the token stays logged in and
as acts of twenty with their own login. Without SoftHSM only the key in memory is measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import django
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.measures import run_module
from benchmarks.rates import Rate, Work, rates_of
from benchmarks.signers import BenchSigner, bench_signers
from machinery.surroundings import TEST_SURROUNDINGS

GOAL = 0.6
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
MANY = [b"bang diem " * 100] * 20
LABEL, PIN, OFFICER_PIN = "bench", "271828", "31415926"


def measure_back_ends(environment: Mapping[str, str], rounds: int) -> dict[str, Rate]:
    """Signatures a second of every back end that signs here, in a process of its own."""
    told = run_module("benchmarks.back_ends", str(rounds), environment=environment)
    return {name: Rate(**rate) for name, rate in told.items()}


def inside(rounds: int) -> dict[str, Rate]:
    """Measure with the product's settings; twenty signatures are one call of a key."""
    rates: dict[str, Rate] = {}
    with tempfile.TemporaryDirectory() as folder:
        token = _make_token(Path(folder)) if MODULE.exists() else None
        for number, signer in enumerate(bench_signers(), start=1):
            rates |= _rates(signer, token, number, rounds)
    return {name: _of_one(rate) for name, rate in rates.items()}


def _of_one(rate: Rate) -> Rate:
    return replace(rate, per_second=rate.per_second * len(MANY))


def _rates(signer: BenchSigner, token: Path | None, number: int, rounds: int) -> dict[str, Rate]:
    from khue.signing.services.backends import open_key
    from khue.signing.services.backends.memory import MemoryKey

    raw, name = f"raw {signer.name} signature", signer.name
    works = {
        raw: Work(lambda: [signer.sign(one) for one in MANY]),
        f"key in memory, {name}": Work(
            partial(MemoryKey(signer.key).sign, MANY, "sha256"), raw, GOAL
        ),
    }
    if token is None:
        return rates_of(works, rounds=rounds)
    card = _card(signer, _put(token, signer, f"{number:02x}"))
    direct, door = f"SoftHSM called directly, {name}", f"SoftHSM through the door, {name}"
    with open_key(card, PIN, count=len(MANY)) as opened:
        key: Any = opened
        works[direct] = Work(partial(_direct, key._key), raw)
        works[door] = Work(partial(key.sign, MANY, "sha256"), direct, GOAL)
        found = rates_of(works, rounds=rounds)
    act = f"SoftHSM with a login every {len(MANY)}, {name}"
    return found | rates_of({raw: works[raw], act: Work(partial(_act, card), raw)}, rounds=rounds)


def _direct(key: Any) -> None:
    """What the token itself can do: as many values over content of the right length."""
    from pkcs11 import KeyType, Mechanism

    of_rsa = key.key_type == KeyType.RSA
    mechanism, content = (Mechanism.RSA_PKCS, b"x" * 51) if of_rsa else (Mechanism.ECDSA, b"x" * 32)
    for _ in MANY:
        key.sign(content, mechanism=mechanism)


def _card(signer: BenchSigner, where: dict[str, str]) -> Any:
    from khue.signing.services.credentials import NewCredential, unregistered

    return unregistered(NewCredential(backend="pkcs11", signer=signer.signer, settings=where))


def _act(card: Any) -> list[bytes]:
    from khue.signing.services.backends import open_key

    with open_key(card, PIN, count=len(MANY)) as key:
        return key.sign(MANY, "sha256")


def _make_token(folder: Path) -> Path:
    """A token in a folder that goes with the measurement."""
    from django.conf import settings

    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    settings.PKCS11_MODULES = {"bench": str(MODULE)}
    pins = ("--so-pin", OFFICER_PIN, "--pin", PIN)
    _util("--init-token", "--free", "--label", LABEL, *pins)
    return folder


def _put(folder: Path, signer: BenchSigner, number: str) -> dict[str, str]:
    """The key on the token; returns where it is, as a credential keeps it."""
    from khue.signing.services.backends.modules import begin_anew, held

    file = folder / "key.pem"
    file.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    where = ("--token", LABEL, "--label", signer.name, "--id", number, "--pin", PIN)
    _util("--import", str(file), *where)
    with held("bench") as module:
        begin_anew(module)
        serial = next(one.serial.decode() for one in module.get_tokens() if one.label == LABEL)
    return {"module": "bench", "token": LABEL, "serial": serial, "key": number}


def _util(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, timeout=60)


def main() -> int:
    """Print the rates as JSON; told to a person when nobody says how many rounds."""
    for name, value in TEST_SURROUNDINGS.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    asked = sys.argv[1:]
    rates = inside(int(asked[0]) if asked else 7)
    if asked:
        json.dump({name: asdict(rate) for name, rate in rates.items()}, sys.stdout)
        return 0
    for name, rate in rates.items():
        share = "" if rate.ratio is None else f"{rate.ratio:>8.0%} of {rate.against}"
        print(f"{name:<52}{rate.per_second:>10,.0f}{share}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
