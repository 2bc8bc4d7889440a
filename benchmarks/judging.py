"""Verdicts on signatures a second of one core: chain, revocation, timestamp, the sentence.

Part of `make bench`; alone: `python -m benchmarks.judging`. The reading of the file is measured
with each format; here is what comes after it. pyhanko-certvalidator judges the same certificate
by the same lists as a peer.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle

from asn1crypto import crl
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from benchmarks.measures import run_module
from benchmarks.rates import Rate, Work, print_rates, rates_of
from benchmarks.signers import SIGNED_AT
from khue.signing.rules import authorities
from khue.signing.rules.authorities import Issuer, PrivateKey, Subject, Validity
from khue.signing.rules.judging import judge
from khue.signing.rules.shapes import (
    Evidence,
    Format,
    FoundSignature,
    SigningCertificate,
    Status,
    Trust,
)
from khue.signing.rules.timestamps import open_token, request_for, token_in

LASTS = Validity(SIGNED_AT - timedelta(days=200), SIGNED_AT + timedelta(days=800))
LATER = SIGNED_AT + timedelta(days=30)
REVOKED = 2_000
"""Numbers in the list of the authority: some years of a province."""
SIGNATURES = 64


class Bench:
    """A root, an authority with a long list, a timestamp authority, a signer."""

    def __init__(self) -> None:
        root_key, self.people_key, self.time_key, key = (_key() for _ in range(4))
        root = authorities.make_root(Subject("CA gốc đo tốc độ"), root_key, LASTS)
        self.root = Issuer(root, root_key, lists_at="http://127.0.0.1/root.crl")
        self.people = self._authority("CA đo tốc độ", self.people_key)
        maker = authorities.make_time_authority(
            self.root, Subject("Dấu thời gian đo tốc độ"), self.time_key.public_key(), LASTS
        )
        self.maker = Issuer(maker, self.time_key, self.root.chain)
        subject = Subject("Lò Thị Đo", "Trường đo tốc độ", "Giáo viên")
        listed = replace(self.people, lists_at="http://127.0.0.1/crl")
        self.signer: SigningCertificate = authorities.make_signer(
            listed, subject, key.public_key(), LASTS
        )
        self.trust = Trust(roots=(root,), time_roots=(root,))
        self.lists = (self._list(self.people, REVOKED), self._list(self.root, 0))

    def _authority(self, name: str, key: PrivateKey) -> Issuer:
        made = authorities.make_authority(self.root, Subject(name), key, LASTS)
        return Issuer(made, key, self.root.chain)

    def _list(self, issuer: Issuer, count: int) -> bytes:
        revoked = [(number + 1, SIGNED_AT - timedelta(days=9)) for number in range(count)]
        return authorities.make_list(issuer, revoked, now=SIGNED_AT, lasts=timedelta(days=90))

    def found(self, number: int, *, stamped: bool) -> FoundSignature:
        """One whole signature with the proof in it."""
        value = number.to_bytes(256, "big")
        return FoundSignature(
            id=f"s-{number}",
            format=Format.XADES,
            certificate=self.signer.certificate,
            chain=self.signer.chain,
            intact=True,
            claimed_at=SIGNED_AT,
            timestamps=(self._stamp(value),) if stamped else (),
            stamped=value,
            evidence=Evidence(crls=self.lists),
        )

    def _stamp(self, value: bytes) -> bytes:
        nonce = secrets.randbits(60)
        request = request_for(value, nonce)
        answer = authorities.answer_time_request(request, self.maker, at=SIGNED_AT, serial=nonce)
        return token_in(answer, value, nonce)[0]

    def judged(self, found: FoundSignature, now: datetime = LATER) -> None:
        report = judge(found, self.trust, now=now)
        if report.status is not Status.VALID:
            raise SystemExit(report.sentence)

    def judged_by_peer(self) -> None:
        """The certificate and its lists, without a timestamp."""
        context = ValidationContext(
            trust_roots=[Certificate.load(self.root.certificate)],
            other_certs=[Certificate.load(self.people.certificate)],
            moment=LATER,
            crls=[crl.CertificateList.load(one) for one in self.lists],
            revocation_mode="hard-fail",
        )
        held = Certificate.load(self.signer.certificate)
        asyncio.run(CertificateValidator(held, [], context).async_validate_path())


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def judging_works() -> Iterator[tuple[str, Work]]:
    """Everything that is measured, by name."""
    bench = Bench()
    plain = cycle([bench.found(number, stamped=False) for number in range(SIGNATURES)])
    stamped = cycle([bench.found(number, stamped=True) for number in range(SIGNATURES)])
    peer = "certvalidator, the same certificate"
    yield peer, Work(bench.judged_by_peer)
    yield "a verdict without a timestamp", Work(lambda: bench.judged(next(plain)), peer)
    yield "a verdict with a new timestamp", Work(partial(_judged_anew, bench, stamped))


def _judged_anew(bench: Bench, stamped: Iterator[FoundSignature]) -> None:
    open_token.cache_clear()
    bench.judged(next(stamped))


def measure_judging(environment: Mapping[str, str], rounds: int) -> dict[str, Rate]:
    """Verdicts a second, in a process of its own."""
    told = run_module("benchmarks.judging", str(rounds), environment=environment)
    return {name: Rate(**rate) for name, rate in told.items()}


def main() -> int:
    """Print the rates as JSON; told to a person when nobody says how many rounds."""
    asked = sys.argv[1:]
    rates = rates_of(dict(judging_works()), rounds=int(asked[0]) if asked else 7)
    if asked:
        json.dump({name: asdict(rate) for name, rate in rates.items()}, sys.stdout)
        return 0
    print_rates(rates)
    return 0


if __name__ == "__main__":
    sys.exit(main())
