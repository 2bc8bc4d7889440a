"""Khóa trình diễn: a private key in a file, for the demonstration only.

The file is a PKCS#8 key, encrypted with a PIN as a token would ask for one. Outside the
demonstration neither the check at start-up nor the key itself lets it sign.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.core.checks import CheckMessage, Error

from khue.signing.queries.credentials import CredentialCard
from khue.signing.services.backends.keys import OpenKey
from khue.signing.services.backends.memory import MemoryKey
from khue.signing.services.backends.troubles import KeyUnfit, ServiceDown, WrongSecret

FORBIDDEN = (
    "Khóa trình diễn chỉ dùng trong bản trình diễn. Hãy đăng ký chứng thư trên thiết bị ký "
    "hoặc dịch vụ ký số từ xa."
)


def demo_keys() -> Path:
    """Where the demonstration keeps its keys."""
    return Path(settings.DATA_DIR) / "signing" / "demo-keys"


def keep_demo_key(key: RSAPrivateKey | EllipticCurvePrivateKey, *, secret: str) -> dict[str, str]:
    """Keep a key for the demonstration; return the `settings` of its credential."""
    if not settings.DEMO:
        raise KeyUnfit(FORBIDDEN)
    demo_keys().mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{secrets.token_hex(12)}.pem"
    content = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret.encode())
    )
    file = demo_keys() / name
    file.touch(mode=0o600)
    file.write_bytes(content)
    return {"key": name}


@contextmanager
def open_demo_key(credential: CredentialCard, secret: str, *, count: int) -> Iterator[OpenKey]:
    """Open the file with the PIN."""
    if not settings.DEMO:
        raise KeyUnfit(FORBIDDEN)
    if not secret:
        raise KeyUnfit("Hãy nhập mã PIN của khóa trình diễn.")
    key = _load(credential.settings.get("key", ""), secret)
    yield MemoryKey(key, secret_for_next=secret)


def _load(name: str, secret: str) -> Any:
    try:
        content = (demo_keys() / Path(name).name).read_bytes()
    except OSError:
        raise ServiceDown("Không còn tệp khóa trình diễn. Hãy đăng ký lại chứng thư.") from None
    try:
        return load_pem_private_key(content, secret.encode(), unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError):
        raise WrongSecret from None


def no_demo_keys_in_use(**_options: object) -> list[CheckMessage]:
    """Keys of a demonstration beside a site with real people stop it."""
    if settings.DEMO or not any(demo_keys().glob("*.pem")):
        return []
    hint = f"Hãy xóa thư mục {demo_keys()} rồi thu hồi các chứng thư trình diễn."
    text = "Khóa trình diễn còn trong dữ liệu của một bản cài đặt thật."
    return [Error(text, hint=hint, id="signing.E001")]
