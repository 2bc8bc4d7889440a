"""An authority of one's own: made by a command, for trials and for the demonstration."""

from __future__ import annotations

import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from django.core.management import CommandError, call_command

from khue.signing.rules.certificates import facts_of, holder_of
from khue.signing.rules.judging import judge
from khue.signing.rules.shapes import (
    Format,
    FoundSignature,
    Holder,
    SigningCertificate,
    Status,
)
from khue.signing.services.authority import authority_folder, make_own_authority, own_authority
from khue.signing.services.checking import check_certificate
from khue.signing.services.demonstration import demonstration_certificate, prepare_demonstration
from khue.signing.services.evidence import CertificateRevoked, EvidenceDown, collect_evidence
from khue.signing.services.timestamping import TimestampDown, stamp
from khue.signing.services.trust import trusted

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
VALUE = b"value"


@pytest.fixture
def place(settings: Any, tmp_path: Path, db: None) -> Path:
    settings.DATA_DIR = tmp_path
    settings.DEMO = True
    settings.TSA_URL = "demo:"
    return tmp_path


def run(*arguments: str) -> str:
    told = StringIO()
    call_command(*arguments, stdout=told)
    return told.getvalue()


def hoa(at: datetime = NOW) -> SigningCertificate:
    signer, _ = demonstration_certificate(
        holder=Holder.PERSON,
        name="Nông Thị Hoa",
        title="Giáo viên",
        organisation="Trường THCS Sao Khuê",
        now=at,
    )
    return signer


class TestDemonstration:
    def test_a_signature_of_every_level_without_any_network(self, place: Path) -> None:
        signer = hoa()
        evidence = collect_evidence(signer, now=NOW)
        assert check_certificate(signer, Holder.PERSON, now=NOW).warnings == ()
        found = FoundSignature(
            id="s",
            format=Format.XADES,
            certificate=signer.certificate,
            chain=signer.chain,
            intact=True,
            timestamps=(stamp(VALUE, now=NOW),),
            stamped=VALUE,
            evidence=evidence,
        )
        report = judge(found, trusted(), now=NOW + timedelta(days=200))
        assert (report.status, report.at) == (Status.VALID, NOW)
        ended = judge(found, trusted(), now=NOW + timedelta(days=2000))
        assert ended.status is Status.VALID_THEN

    def test_openssl_reads_its_timestamps(self, place: Path) -> None:
        prepare_demonstration(now=NOW)
        (place / "token").write_bytes(stamp(VALUE, now=NOW))
        (place / "data").write_bytes(VALUE)
        root = authority_folder() / "root.crt"
        given = ["-in", "token", "-token_in", "-data", "data", "-CAfile", str(root)]
        openssl = shutil.which("openssl")
        assert openssl, "openssl is a program that the tests need"
        told = subprocess.run([openssl, "ts", "-verify", *given], cwd=place, capture_output=True)
        assert b"Verification: OK" in told.stdout + told.stderr, told.stderr

    def test_seals_are_of_organisations(self, place: Path) -> None:
        school = "Trường THCS Sao Khuê"
        seal, _ = demonstration_certificate(
            holder=Holder.ORGANISATION, name=school, organisation=school, now=NOW, elliptic=True
        )
        assert holder_of(seal.certificate) is Holder.ORGANISATION
        assert facts_of(seal.certificate).key == "ECDSA P-256"

    def test_what_was_revoked_must_not_sign(self, place: Path) -> None:
        signer = hoa()
        own_authority().revoke(facts_of(signer.certificate).serial, now=NOW)
        with pytest.raises(CertificateRevoked):
            collect_evidence(signer, now=NOW + timedelta(minutes=1))

    def test_it_signs_in_past_years(self, place: Path) -> None:
        past = datetime(2024, 6, 1, tzinfo=UTC)
        assert collect_evidence(hoa(), now=past).crls

    def test_production_has_none_of_it(self, place: Path, settings: Any) -> None:
        signer = hoa()
        assert trusted().roots
        settings.DEMO = False
        assert trusted().roots == ()
        with pytest.raises(EvidenceDown):
            collect_evidence(signer, now=NOW)
        with pytest.raises(TimestampDown, match="chỉ dùng được trong bản trình diễn"):
            stamp(VALUE, now=NOW)
        with pytest.raises(CommandError, match="trình diễn"):
            run("trust", "add", str(place / "demo-authority" / "root.crt"))

    def test_made_twice_it_is_the_same(self, place: Path) -> None:
        first = make_own_authority(now=NOW).certificate("root")
        assert make_own_authority(now=NOW).certificate("root") == first
        assert "đã được tin cậy" in run("signing_authority", "make")
        assert run("trust", "list").count("CA gốc") == 2


class TestTrial:
    """Outside the demonstration: made by hand, trusted by hand, lists published by hand."""

    @pytest.fixture
    def trial(self, place: Path, settings: Any) -> Path:
        settings.DEMO = False
        lists = "--lists-at=http://127.0.0.1:9/crl"
        run("signing_authority", "make", "--organisation=Sở GD&ĐT tỉnh Thử", lists)
        return place

    def test_keys_are_for_their_owner_only(self, trial: Path) -> None:
        folder = trial / "signing-authority"
        keys = list(folder.glob("*.key"))
        assert len(keys) == 4
        assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_nobody_trusts_it_before_it_is_added(self, trial: Path) -> None:
        assert trusted().roots == ()
        told = run("trust", "add", str(trial / "signing-authority" / "root.crt"))
        assert "Gốc tin cậy" in told
        assert len(trusted().roots) == 1
        with pytest.raises(CommandError, match="đã có trong danh sách"):
            run("trust", "add", str(trial / "signing-authority" / "root.crt"))

    def test_certificates_are_issued_listed_and_revoked(self, trial: Path) -> None:
        out = str(trial / "hoa")
        office = ["--title=Giáo viên", "--organisation=Trường THCS Sao Khuê"]
        told = run("signing_authority", "issue", "--name=Nông Thị Hoa", *office, f"--out={out}")
        serial = told.rsplit(" ", 1)[1].strip(".\n")
        key = load_pem_private_key((trial / "hoa.key").read_bytes(), None)
        made = x509.load_pem_x509_certificates((trial / "hoa.crt").read_bytes())
        assert made[0].public_key() == key.public_key()
        assert len(made) == 3
        assert "còn hiệu lực" in run("signing_authority", "list")
        assert "Nông Thị Hoa" in run("signing_authority", "revoke", serial)
        run("signing_authority", "crl", str(trial / "lists"))
        listed = x509.load_der_x509_crl((trial / "lists" / "people.crl").read_bytes())
        assert listed.get_revoked_certificate_by_serial_number(int(serial, 16)) is not None
        with pytest.raises(CommandError, match="chưa cấp chứng thư nào"):
            run("signing_authority", "revoke", "00ff")
        with pytest.raises(CommandError, match="có thể đã có tệp"):
            run("signing_authority", "issue", "--name=Nông Thị Hoa", f"--out={out}")

    def test_a_key_may_stay_in_its_token(self, trial: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        content = asked.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
        (trial / "asked.csr").write_bytes(content)
        names = ["--name=Trường THCS Sao Khuê", "--seal", f"--request={trial / 'asked.csr'}"]
        run("signing_authority", "issue", *names, f"--out={trial / 'seal'}")
        made = x509.load_pem_x509_certificates((trial / "seal.crt").read_bytes())[0]
        assert made.public_key() == key.public_key()
        assert not (trial / "seal.key").exists()
        (trial / "asked.csr").write_bytes(b"rac")
        with pytest.raises(CommandError, match="Không đọc được yêu cầu"):
            run("signing_authority", "issue", *names, f"--out={trial / 'seal2'}")

    def test_trust_is_removed_with_a_reason(self, trial: Path) -> None:
        run("trust", "add", str(trial / "signing-authority" / "root.crt"))
        fingerprint = run("trust", "list").split(" ", 1)[0]
        assert "Đã gỡ" in run("trust", "remove", fingerprint, "--reason=Hết thử nghiệm")
        assert trusted().roots == ()
        assert len(trusted().former) == 1
        assert "chưa có chứng thư nào" in run("trust", "list")
        with pytest.raises(CommandError, match="Không có đúng một chứng thư"):
            run("trust", "remove", fingerprint, "--reason=Nữa")
        with pytest.raises(CommandError, match="Không đọc được tệp"):
            run("trust", "add", str(trial / "khong-co"))

    def test_an_organisation_is_needed(self, place: Path, settings: Any) -> None:
        settings.DEMO = False
        with pytest.raises(CommandError, match="tên tổ chức"):
            run("signing_authority", "make")
        with pytest.raises(CommandError, match="signing_authority make"):
            run("signing_authority", "list")
