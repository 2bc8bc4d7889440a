"""The door of signing: bytes in, signatures out, and who may be asked for one."""

from khue.signing.queries.documents import (
    DocumentCard,
    DocumentFile,
    StepLine,
    newest_documents,
    signed_document,
    versions_of,
)
from khue.signing.queries.inbox import waiting_count
from khue.signing.rules.certificates import facts_of, holder_of
from khue.signing.rules.codes import (
    CodeFacts,
    CodeState,
    short_digest,
    shown_code,
    verify_path,
)
from khue.signing.rules.containers import Container
from khue.signing.rules.documents import Step
from khue.signing.rules.looks import organisation_look, personal_look, seal_box
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
    Evidence,
    FileReport,
    Format,
    FoundSignature,
    Holder,
    Level,
    PdfLook,
    SignatureReport,
    Status,
    XmlPlace,
)
from khue.signing.rules.verifying import Examined
from khue.signing.rules.xades import read_xades
from khue.signing.services.codes import register_verify_code
from khue.signing.services.documents import hand_in_document, usual_level, withdraw_document
from khue.signing.services.gathering import gather_evidence
from khue.signing.services.kinds import SigningKind, register_signing_kind
from khue.signing.services.requests import ask_for_signatures, refuse, withdraw_requests
from khue.signing.services.timestamping import ClockWrong, TimestampDown, stamp
from khue.signing.services.verifying import examine_file, register_container

__all__ = [
    "Ask",
    "CertificateFacts",
    "ClockWrong",
    "CodeFacts",
    "CodeState",
    "Container",
    "DocumentCard",
    "DocumentFile",
    "Evidence",
    "Examined",
    "FileReport",
    "Format",
    "FoundSignature",
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
    "Step",
    "StepLine",
    "TimestampDown",
    "XmlPlace",
    "ask_for_signatures",
    "examine_file",
    "facts_of",
    "gather_evidence",
    "hand_in_document",
    "holder_of",
    "newest_documents",
    "organisation_look",
    "personal_look",
    "read_xades",
    "refuse",
    "register_container",
    "register_signing_kind",
    "register_verify_code",
    "seal_box",
    "short_digest",
    "shown_code",
    "signed_document",
    "stamp",
    "usual_level",
    "verify_path",
    "versions_of",
    "waiting_count",
    "withdraw_document",
    "withdraw_requests",
]
