"""Detached CMS signatures before openssl and pyHanko, and those that openssl makes."""

from __future__ import annotations

import asyncio
import subprocess
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints

from khue.signing.rules.algorithms import Weak
from khue.signing.rules.cms import (
    UnfitCms,
    add_cms_signer,
    cms_stamped,
    finish_cms,
    prepare_cms,
    read_cms,
)
from khue.signing.rules.cms.der import NotDer, children, head, sequence, set_of, tlv
from khue.signing.rules.cms.making import packed, time_value, unpacked
from khue.signing.rules.cms.reading import NOT_CMS
from khue.signing.rules.shapes import Format, Level, Prepared, Status
from khue.signing.tests.pdfs import NOW, context, made_by_openssl, pem, value_of
from khue.signing.tests.pki import Pki

LIST = "Danh sách lớp 8A\r\nNguyễn Thị Ước\n\0".encode()
CHANGED = LIST.replace("Ước".encode(), "Ưóc".encode())


def sign(
    pki: Pki, label: str = "hoa", level: Level = Level.B_B, *, digest: str = "sha256"
) -> bytes:
    signer, key = pki.signer(label)
    prepared = prepare_cms(LIST, signer, at=NOW, digest=digest)
    value = value_of(key, prepared)
    return finish_cms(
        prepared,
        value,
        timestamp=pki.stamp(cms_stamped(prepared, value)) if level.needs_timestamp else None,
        evidence=pki.evidence(label) if level.needs_evidence else None,
    )


def openssl_accepts(cms: bytes, content: bytes, pki: Pki, folder: Path) -> bool:
    """`-cades` also checks that the signer's certificate is the one that the attributes name."""
    for name, data in {
        "cms": cms,
        "content": content,
        "root": pem(pki.certificate("root")),
    }.items():
        (folder / name).write_bytes(data)
    command = [
        "openssl",
        "cms",
        "-verify",
        "-binary",
        "-cades",
        "-inform",
        "DER",
        "-purpose",
        "any",
    ]
    files = ["-in", "cms", "-content", "content", "-CAfile", "root", "-out", "out"]
    return subprocess.run([*command, *files], cwd=folder, capture_output=True).returncode == 0


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("label", ["hoa", "binh", "sao_khue"])
def test_openssl_accepts_what_we_sign(pki: Pki, tmp_path: Path, label: str, level: Level) -> None:
    cms = sign(pki, label, level)
    assert openssl_accepts(cms, LIST, pki, tmp_path)
    assert not openssl_accepts(cms, CHANGED, pki, tmp_path)


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("label", ["hoa", "binh"])
def test_every_digest(pki: Pki, tmp_path: Path, label: str, digest: str) -> None:
    cms = sign(pki, label, digest=digest)
    assert openssl_accepts(cms, LIST, pki, tmp_path)
    assert read_cms(cms, LIST)[0].facts["digest"] == digest


@pytest.mark.parametrize("level", Level)
def test_pyhanko_accepts_what_we_sign(pki: Pki, level: Level) -> None:
    signed = asn1_cms.ContentInfo.load(sign(pki, "mai", level), strict=True)["content"]
    verdict = async_validate_detached_cms(
        LIST,
        signed,
        signer_validation_context=context(pki),
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
    )
    assert asyncio.run(verdict).bottom_line


def test_openssl_accepts_the_timestamp(pki: Pki, tmp_path: Path) -> None:
    (found,) = read_cms(sign(pki, level=Level.B_T), LIST)
    (tmp_path / "token").write_bytes(found.timestamps[0])
    (tmp_path / "value").write_bytes(found.stamped)
    (tmp_path / "root").write_bytes(pem(pki.certificate("time-root")))
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "value"]
    told = subprocess.run(
        [*command, "-CAfile", "root"], cwd=tmp_path, capture_output=True, text=True
    )
    assert "Verification: OK" in told.stdout + told.stderr


def test_what_a_signature_tells(pki: Pki) -> None:
    (found,) = read_cms(sign(pki, "mai", Level.B_LT), LIST)
    assert found.format == Format.CMS
    assert (found.intact, found.fault, found.broken) == (True, "", ())
    assert found.certificate == pki.certificate("mai")
    assert found.claimed_at == NOW
    assert set(pki.chain("mai")) <= set(found.chain)
    assert found.evidence.ocsp
    assert found.evidence.crls


def test_several_signers_beside_one_file(pki: Pki, tmp_path: Path) -> None:
    cms = sign(pki, "hoa", Level.B_T)
    for label in ("binh", "mai", "sao_khue"):
        cms = add_cms_signer(cms, sign(pki, label, Level.B_LT))
    found = read_cms(cms, LIST)
    assert {one.certificate for one in found} == {
        pki.certificate(label) for label in ("hoa", "binh", "mai", "sao_khue")
    }
    assert all(one.intact and not one.fault for one in found)
    assert [one.id for one in found] == ["ky-1", "ky-2", "ky-3", "ky-4"]
    assert openssl_accepts(cms, LIST, pki, tmp_path)
    assert add_cms_signer(cms, cms) == cms


def test_a_changed_file_breaks_every_signature(pki: Pki) -> None:
    cms = add_cms_signer(sign(pki, "hoa"), sign(pki, "binh"))
    for found in read_cms(cms, CHANGED):
        assert (found.intact, found.fault, found.broken) == (False, Status.BROKEN, ("nội dung",))


def test_a_byte_changed_in_the_signature(pki: Pki) -> None:
    """What is still whole after a change tells the same as before: chains and proof may differ."""
    cms = sign(pki)
    (before,) = read_cms(cms, LIST)
    for at in range(0, len(cms), 11):
        spoiled = bytearray(cms)
        spoiled[at] ^= 1 << (at % 8)
        try:
            found = read_cms(bytes(spoiled), LIST)
        except UnfitCms:
            continue
        good = [one for one in found if one.intact and not one.fault]
        assert all(
            (one.certificate, one.claimed_at) == (before.certificate, before.claimed_at)
            for one in good
        )


def test_a_value_of_another_key(pki: Pki) -> None:
    signer, _ = pki.signer("hoa")
    prepared = prepare_cms(LIST, signer, at=NOW)
    value = value_of(pki.key("mai"), prepared)
    (found,) = read_cms(finish_cms(prepared, value), LIST)
    assert (found.intact, found.fault) == (False, Status.BROKEN)


def test_another_certificate_for_the_same_key(pki: Pki) -> None:
    signer, key = pki.signer("expired")
    prepared = prepare_cms(LIST, signer, at=NOW)
    swapped: Prepared = replace(prepared, state=packed(pki.certificate("revoked")))
    (found,) = read_cms(finish_cms(swapped, value_of(key, prepared)), LIST)
    assert (found.intact, found.fault) == (False, Status.BROKEN)


def test_weak_keys_and_digests_are_refused(pki: Pki) -> None:
    weak, _ = pki.signer("weak")
    strong, _ = pki.signer("hoa")
    with pytest.raises(Weak):
        prepare_cms(LIST, weak, at=NOW)
    for digest in ("sha1", "md5", "sha224"):
        with pytest.raises(Weak):
            prepare_cms(LIST, strong, at=NOW, digest=digest)


@pytest.mark.parametrize(
    "options",
    [
        ("-outform", "DER"),
        ("-outform", "PEM"),
        ("-outform", "DER", "-cades"),
        ("-outform", "DER", "-nodetach"),
        ("-outform", "DER", "-stream", "-nodetach"),
        ("-outform", "DER", "-noattr"),
        ("-outform", "DER", "-md", "sha512"),
        ("-outform", "DER", "-md", "sha384", "-keyopt", "rsa_padding_mode:pss"),
    ],
)
def test_signatures_of_openssl(pki: Pki, tmp_path: Path, options: tuple[str, ...]) -> None:
    cms = made_by_openssl(pki, tmp_path, *options, content=LIST)
    (found,) = read_cms(cms, LIST)
    assert (found.intact, found.fault) == (True, "")
    assert found.certificate == pki.certificate("hoa")
    (changed,) = read_cms(cms, CHANGED)
    assert not changed.intact


def test_weak_signatures_are_told_as_weak(pki: Pki, tmp_path: Path) -> None:
    for options in (("-md", "sha1"), ("-md", "md5")):
        cms = made_by_openssl(pki, tmp_path, "-outform", "DER", *options, content=LIST)
        (found,) = read_cms(cms, LIST)
        assert (found.intact, found.fault) == (True, Status.WEAK)


def test_a_signature_without_its_certificate(pki: Pki, tmp_path: Path) -> None:
    cms = made_by_openssl(pki, tmp_path, "-outform", "DER", "-nocerts", content=LIST)
    (found,) = read_cms(cms, LIST)
    assert (found.certificate, found.intact, found.fault) == (b"", False, Status.BROKEN)


def test_another_file_inside_is_told(pki: Pki, tmp_path: Path) -> None:
    cms = made_by_openssl(pki, tmp_path, "-outform", "DER", "-nodetach", content=LIST)
    (found,) = read_cms(cms, CHANGED)
    assert not found.intact
    with pytest.raises(UnfitCms, match="không ghép được"):
        add_cms_signer(cms, sign(pki))


@pytest.mark.parametrize(
    "rubbish", [b"", b"0", b"0\x80", b"0\x03\x02\x01\x01", b"%PDF-1.7", b"-----B"]
)
def test_rubbish_is_told_in_a_sentence(pki: Pki, rubbish: bytes) -> None:
    for act in (
        lambda: read_cms(rubbish, LIST),
        lambda: add_cms_signer(rubbish, sign(pki)),
        lambda: add_cms_signer(sign(pki), rubbish),
    ):
        with pytest.raises(UnfitCms) as unfit:
            act()
        assert unfit.value.sentence == NOT_CMS


def test_changed_signatures_only_ever_raise_what_a_reader_expects(pki: Pki) -> None:
    cms = add_cms_signer(sign(pki, "hoa", Level.B_LT), sign(pki, "binh"))
    for at in range(0, len(cms), 7):
        for rubbish in (b"", b"\x80", b"\x30\x80", b"\xff\xff"):
            spoiled = cms[:at] + rubbish + cms[at + 1 :]
            with suppress(UnfitCms):
                assert not all(one.intact for one in read_cms(spoiled, CHANGED))
            with suppress(UnfitCms):
                add_cms_signer(cms, spoiled)


@given(st.binary(max_size=300))
def test_der_is_what_was_put_in(content: bytes) -> None:
    told = tlv(0x04, content)
    assert head(told)[2] == len(told)
    assert children(sequence(told, told)) == [(0x04, told), (0x04, told)]
    assert children(set_of(told, told)) == [(0x04, told)]


@given(st.binary(max_size=60))
def test_der_of_rubbish_is_refused_or_read(content: bytes) -> None:
    try:
        children(content)
    except NotDer:
        return


@given(st.lists(st.binary(max_size=50)))
def test_pieces_are_taken_apart_again(pieces: list[bytes]) -> None:
    assert unpacked(packed(*pieces)) == tuple(pieces)


def test_times_after_2049_have_four_digits() -> None:
    assert time_value(datetime(2049, 12, 31, tzinfo=UTC)) == b"\x17\x0d491231000000Z"
    assert time_value(datetime(2050, 1, 1, tzinfo=UTC)) == b"\x18\x0f20500101000000Z"
