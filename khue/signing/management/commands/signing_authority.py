"""`manage.py signing_authority make | issue | list | revoke | crl`: an authority of one's own.

For trials and the demonstration. Real signatures need certificates of a licensed authority.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from khue.signing.rules.authorities import PublicKey, Subject
from khue.signing.rules.certificates import load
from khue.signing.rules.shapes import Holder, SigningCertificate
from khue.signing.services.authority import (
    Authority,
    AuthorityRefused,
    make_own_authority,
    own_authority,
    write_private,
)
from khue.signing.services.demonstration import prepare_demonstration
from kit.fences import EVERYTHING, scoped

LISTED = ("root", "people", "organisations")


class Command(BaseCommand):
    help = "Nơi cấp chứng thư tự lập, để thử nghiệm và trình diễn."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        make = acts.add_parser("make", help="lập gốc, nơi cấp và dịch vụ dấu thời gian")
        make.add_argument("--organisation", default="", help="tên tổ chức lập nơi cấp")
        make.add_argument(
            "--lists-at", default="", help="địa chỉ đăng danh sách thu hồi, http://…/"
        )
        issue = acts.add_parser("issue", help="cấp một chứng thư")
        issue.add_argument("--name", required=True)
        issue.add_argument("--title", default="", help="chức danh")
        issue.add_argument("--organisation", default="", help="tên tổ chức")
        issue.add_argument("--number", default="", help="CCCD:… hoặc MST:…")
        issue.add_argument("--seal", action="store_true", help="chứng thư của tổ chức (con dấu số)")
        issue.add_argument("--request", type=Path, help="tệp yêu cầu PKCS#10 từ thiết bị ký")
        issue.add_argument("--out", type=Path, required=True, help="tên tệp kết quả, không đuôi")
        acts.add_parser("list", help="các chứng thư đã cấp")
        acts.add_parser("revoke", help="thu hồi").add_argument("serial")
        acts.add_parser("crl", help="ghi danh sách thu hồi").add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["act"])(options)
        except AuthorityRefused as refused:
            raise CommandError(refused.sentence) from refused

    def make(self, options: dict[str, Any]) -> None:
        if settings.DEMO:
            with scoped(EVERYTHING):
                authority = prepare_demonstration(now=timezone.now())
            self.stdout.write(f"Nơi cấp trình diễn ở {authority.folder}, đã được tin cậy.")
            return
        authority = make_own_authority(
            now=timezone.now(),
            organisation=options["organisation"],
            lists_at=options["lists_at"].rstrip("/") + "/" if options["lists_at"] else "",
        )
        self.stdout.write(
            f"Nơi cấp thử nghiệm ở {authority.folder}. Muốn hệ thống tin, hãy gõ:\n"
            f"  manage.py trust add {authority.folder / 'root.crt'} --note 'Thử nghiệm'"
        )

    def issue(self, options: dict[str, Any]) -> None:
        authority = own_authority()
        out: Path = options["out"]
        key = _requested_key(options["request"]) if options["request"] else _fresh_key(out)
        name = options["name"]
        subject = Subject(
            name,
            options["organisation"] or (name if options["seal"] else ""),
            options["title"],
            options["number"],
        )
        holder = Holder.ORGANISATION if options["seal"] else Holder.PERSON
        made = authority.issue(subject, key, holder, now=timezone.now())
        file = Path(f"{out}.crt")
        _write_chain(file, made)
        self.stdout.write(f"Đã cấp {file}, số {_serial(made)}.")

    def list(self, options: dict[str, Any]) -> None:
        for one in own_authority().issued():
            state = f"thu hồi {one['revoked']}" if one["revoked"] else "còn hiệu lực"
            self.stdout.write(f"{one['serial']}  {one['name']}  {state}")

    def revoke(self, options: dict[str, Any]) -> None:
        name = own_authority().revoke(options["serial"], now=timezone.now())
        self.stdout.write(f"Đã thu hồi chứng thư của {name}. Hãy ghi lại danh sách thu hồi (crl).")

    def crl(self, options: dict[str, Any]) -> None:
        authority: Authority = own_authority()
        options["folder"].mkdir(parents=True, exist_ok=True)
        for label in LISTED:
            file = options["folder"] / f"{label}.crl"
            file.write_bytes(authority.make_list(label, now=timezone.now()))
            self.stdout.write(f"{file}")


def _requested_key(file: Path) -> PublicKey:
    """The key in a PKCS#10 request whose own signature holds; it never left the token."""
    try:
        content = file.read_bytes()
        pem = content.startswith(b"-----")
        asked = x509.load_pem_x509_csr(content) if pem else x509.load_der_x509_csr(content)
        key = asked.public_key()
    except (OSError, ValueError) as unreadable:
        raise CommandError(f"Không đọc được yêu cầu cấp chứng thư {file}.") from unreadable
    if not asked.is_signature_valid or not isinstance(
        key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    ):
        raise CommandError("Yêu cầu cấp chứng thư không hợp lệ.")
    return key


def _fresh_key(out: Path) -> PublicKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    write_private(
        Path(f"{out}.key"),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    return key.public_key()


def _write_chain(file: Path, made: SigningCertificate) -> None:
    every = [made.certificate, *made.chain]
    file.write_bytes(b"".join(load(one).public_bytes(Encoding.PEM) for one in every))


def _serial(made: SigningCertificate) -> str:
    return f"{load(made.certificate).serial_number:x}"
