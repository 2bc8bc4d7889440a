"""The door of signing: bytes in, signatures out, and who may be asked for one."""

from khue.signing.rules.codes import (
    CodeFacts,
    CodeState,
    short_digest,
    shown_code,
    verify_path,
)
from khue.signing.rules.requests import (
    Ask,
    OpenRequest,
    RefusedRequest,
    Signable,
    Signed,
    Signer,
)
from khue.signing.rules.shapes import (
    CertificateFacts,
    FileReport,
    Format,
    Holder,
    Level,
    PdfLook,
    SignatureReport,
    Status,
    XmlPlace,
)
from khue.signing.services.codes import register_verify_code
from khue.signing.services.kinds import SigningKind, register_signing_kind
from khue.signing.services.requests import ask_for_signatures, refuse, withdraw_requests

__all__ = [
    "Ask",
    "CertificateFacts",
    "CodeFacts",
    "CodeState",
    "FileReport",
    "Format",
    "Holder",
    "Level",
    "OpenRequest",
    "PdfLook",
    "RefusedRequest",
    "Signable",
    "SignatureReport",
    "Signed",
    "Signer",
    "SigningKind",
    "Status",
    "XmlPlace",
    "ask_for_signatures",
    "refuse",
    "register_signing_kind",
    "register_verify_code",
    "short_digest",
    "shown_code",
    "verify_path",
    "withdraw_requests",
]
