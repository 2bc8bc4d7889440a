"""Bằng chứng kèm hồ sơ: what proves the certificates of signed files, while it can be had."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from khue.signing.rules.chains import path_at, readable
from khue.signing.rules.pades import UnfitPdf, read_pades
from khue.signing.rules.shapes import Evidence, FoundSignature
from khue.signing.rules.verifying import PDF, XML, kind_of
from khue.signing.rules.xades import read_xades
from khue.signing.rules.xml_safe import UnsafeXml
from khue.signing.services.evidence import ask_about
from khue.signing.services.trust import trusted


def gather_evidence(files: Iterable[tuple[str, bytes]], *, now: datetime) -> Evidence:
    """Proof about every certificate that signed one of these files, as far as it can be had now.

    Whatever is answered is kept, "revoked" too; a service that is silent takes nothing of what
    the others said. Nothing is raised.
    """
    signers = {one.certificate: one for name, content in files for one in _found(name, content)}
    asked = ask_about(list(signers.values()), now=now)
    return asked + Evidence(certificates=_above(signers.values(), now))


def _above(signers: Iterable[FoundSignature], now: datetime) -> tuple[bytes, ...]:
    """The certificates of the authorities over the signers', each once."""
    trust = trusted()
    paths = (
        path_at(one.certificate, (*trust.others, *readable(one.chain)), trust.roots, now)
        for one in signers
    )
    return tuple(dict.fromkeys(each for path in paths for each in path[1:]))


def _found(name: str, content: bytes) -> list[FoundSignature]:
    kind = kind_of(content, name)
    with suppress(UnsafeXml, UnfitPdf):
        if kind == XML:
            return list(read_xades(content))
        if kind == PDF:
            return list(read_pades(content))
    return []
