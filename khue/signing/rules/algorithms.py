"""Thuật toán chữ ký số: which digests, keys and signature values count, and their names in XML."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

DIGESTS = ("sha256", "sha384", "sha512")
SMALLEST_RSA_BITS = 2048
CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
XML_DIGESTS = {
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
DIGEST_OF_XML = {uri: name for name, uri in XML_DIGESTS.items()}
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_PSS = "http://www.w3.org/2007/05/xmldsig-more#"
_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


class Weak(Exception):
    """Khóa hoặc thuật toán yếu; `sentence` is for the user."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class XmlMethod:
    """A signature algorithm as an XML signature names it; `family` is "rsa" or "ecdsa"."""

    family: str
    digest: str
    pss: bool = False


XML_METHODS = {
    **{f"{_MORE}rsa-{name}": XmlMethod("rsa", name) for name in DIGESTS},
    **{f"{_PSS}{name}-rsa-MGF1": XmlMethod("rsa", name, pss=True) for name in DIGESTS},
    **{f"{_MORE}ecdsa-{name}": XmlMethod("ecdsa", name) for name in DIGESTS},
}


def digest(name: str, data: bytes) -> bytes:
    """Giá trị băm; raises Weak for anything but SHA-256, SHA-384 and SHA-512."""
    if name not in DIGESTS:
        raise Weak(
            f"Thuật toán băm {name.upper()} không đủ an toàn. Hãy dùng SHA-256, SHA-384 hoặc "
            "SHA-512."
        )
    return hashlib.new(name, data).digest()


def require_strong_key(public_key: object) -> None:
    """Độ dài khóa: RSA from 2048 bits, ECDSA on P-256, P-384 or P-521; else raises Weak."""
    if isinstance(public_key, rsa.RSAPublicKey):
        if public_key.key_size >= SMALLEST_RSA_BITS:
            return
        raise Weak(
            f"Khóa RSA {public_key.key_size} bit quá ngắn, dễ bị giả mạo. Hãy dùng chứng thư có "
            f"khóa RSA từ {SMALLEST_RSA_BITS} bit trở lên."
        )
    if isinstance(public_key, ec.EllipticCurvePublicKey) and public_key.curve.name in CURVES:
        return
    raise Weak(
        f"Loại khóa {key_name(public_key)} không được chấp nhận. Hãy dùng chứng thư có khóa RSA "
        f"từ {SMALLEST_RSA_BITS} bit hoặc ECDSA P-256 trở lên."
    )


def key_name(public_key: object) -> str:
    """A key as shown: "RSA 2048", "ECDSA P-256"."""
    if isinstance(public_key, rsa.RSAPublicKey):
        return f"RSA {public_key.key_size}"
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        return f"ECDSA {CURVES.get(public_key.curve.name, public_key.curve.name)}"
    return type(public_key).__name__.removesuffix("PublicKey").lstrip("_")


def verify_value(
    public_key: object, signature: bytes, data: bytes, digest: str, *, pss: bool = False
) -> bool:
    """Kiểm tra giá trị chữ ký: RSA PKCS#1 v1.5 (or PSS when told so), ECDSA as DER.

    A weak key is still computed with (`require_strong_key` judges it); a digest that is not one of
    DIGESTS, or a key of another kind, is simply not right.
    """
    method = _HASHES.get(digest)
    if method is None:
        return False
    try:
        _verify(public_key, signature, data, method, pss=pss)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _verify(
    public_key: object, signature: bytes, data: bytes, method: hashes.HashAlgorithm, *, pss: bool
) -> None:
    if isinstance(public_key, rsa.RSAPublicKey):
        public_key.verify(signature, data, _padding(method) if pss else padding.PKCS1v15(), method)
    elif isinstance(public_key, ec.EllipticCurvePublicKey) and not pss:
        public_key.verify(signature, data, ec.ECDSA(method))
    else:
        raise TypeError(key_name(public_key))


def _padding(method: hashes.HashAlgorithm) -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(method), salt_length=method.digest_size)


def xml_algorithm(public_key: object, digest: str) -> str:
    """The name of the algorithm in an XML signature; raises Weak for a key or digest too weak."""
    require_strong_key(public_key)
    family = "rsa" if isinstance(public_key, rsa.RSAPublicKey) else "ecdsa"
    if digest not in DIGESTS:
        raise Weak(f"Thuật toán băm {digest.upper()} không đủ an toàn để ký.")
    return f"{_MORE}{family}-{digest}"


def coordinate_size(public_key: object) -> int:
    """Bytes of one of the two numbers of an ECDSA value; 0 for RSA."""
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        return (public_key.curve.key_size + 7) // 8
    return 0


def raw_ecdsa(signature: bytes, size: int) -> bytes:
    """An ECDSA value from DER to the two numbers side by side, as XML wants it."""
    first, second = decode_dss_signature(signature)
    return first.to_bytes(size, "big") + second.to_bytes(size, "big")


def der_ecdsa(value: bytes) -> bytes:
    """An ECDSA value from two numbers side by side to DER."""
    half = len(value) // 2
    return encode_dss_signature(
        int.from_bytes(value[:half], "big"), int.from_bytes(value[half:], "big")
    )
