"""Algorithms by the names that a CMS gives them; the weak ones are known, to be told as weak."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from khue.signing.rules.cms.der import children

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha1": hashes.SHA1(),  # noqa: S303 – only to tell a weak signature from a broken one
    "md5": hashes.MD5(),  # noqa: S303
}
_DIGESTS = {
    "0609608648016503040201": "sha256",
    "0609608648016503040202": "sha384",
    "0609608648016503040203": "sha512",
    "06052b0e03021a": "sha1",
    "06082a864886f70d0205": "md5",
}
_SIGNATURES = {
    "06092a864886f70d01010b": "sha256",
    "06092a864886f70d01010c": "sha384",
    "06092a864886f70d01010d": "sha512",
    "06092a864886f70d010105": "sha1",
    "06092a864886f70d010104": "md5",
    "06082a8648ce3d040302": "sha256",
    "06082a8648ce3d040303": "sha384",
    "06082a8648ce3d040304": "sha512",
    "06072a8648ce3d0401": "sha1",
}
_PLAIN_KEYS = {"06092a864886f70d010101", "06072a8648ce3d0201"}
_PSS = "06092a864886f70d01010a"


@dataclass(frozen=True, slots=True)
class Method:
    """How a value was made; `digest` is "" when nobody here knows it."""

    digest: str
    pss: bool = False


def digest_named(algorithm: bytes) -> str:
    """The name of a digest algorithm, "" when it is unknown."""
    return _DIGESTS.get(children(algorithm)[0][1].hex(), "")


def method_of(algorithm: bytes, digest: str) -> Method:
    """How a value was made, by its signature algorithm and the digest named beside it."""
    name, *parameters = [raw for _, raw in children(algorithm)]
    if name.hex() in _PLAIN_KEYS:
        return Method(digest)
    if name.hex() == _PSS:
        return Method(_pss_digest(parameters), pss=True)
    return Method(_SIGNATURES.get(name.hex(), ""))


def _pss_digest(parameters: list[bytes]) -> str:
    told = dict(children(parameters[0])) if parameters else {}
    return digest_named(children(told[0xA0])[0][1]) if 0xA0 in told else "sha1"


def value_holds(key: object, value: bytes, digest: bytes, method: Method) -> bool:
    """Whether the value is this key's over something with this digest."""
    try:
        _verify(key, value, digest, method)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _verify(key: object, value: bytes, digest: bytes, method: Method) -> None:
    hashed = Prehashed(_HASHES[method.digest])
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(value, digest, _padding(method), hashed)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, digest, ec.ECDSA(hashed))
    else:
        raise TypeError(type(key))


def _padding(method: Method) -> padding.AsymmetricPadding:
    if not method.pss:
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(_HASHES[method.digest]), padding.PSS.AUTO)
