"""What signing keeps."""

from khue.signing.models.credentials import Credential
from khue.signing.models.documents import Document
from khue.signing.models.requests import Request
from khue.signing.models.trust import KeptEvidence, TrustedCertificate

__all__ = ["Credential", "Document", "KeptEvidence", "Request", "TrustedCertificate"]
