"""Digests by whatever name a signature calls them: RFC names, PDF names or object identifiers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


class NoSuchDigest(ValueError):  # noqa: N818  # an answer, not an error
    """A digest algorithm that is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestName:
    """A digest algorithm."""

    name: str
    """As `hashlib` calls it."""
    shown: str


_KNOWN = {
    "md5": "MD5", "sha1": "SHA-1", "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384",
    "sha512": "SHA-512", "sha3_256": "SHA3-256", "sha3_384": "SHA3-384", "sha3_512": "SHA3-512",
    "sm3": "SM3", "ripemd160": "RIPEMD-160",
}  # fmt: skip
_OTHER_NAMES = {
    "1.2.156.10197.1.401": "sm3",
    "1.2.156.10197.1.501": "sm3",
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.4": "sha224",
}


def digest_name(said: str) -> DigestName:
    """Return the algorithm that a file names.

    Its name is as the file says when it is not known here; `digest` then refuses it.
    """
    folded = said.strip().lower()
    plain = _OTHER_NAMES.get(folded) or folded.replace("-", "")
    name = plain if plain in _KNOWN else folded
    return DigestName(name=name, shown=_KNOWN.get(name, said))


def digest(name: str, *parts: bytes | memoryview) -> bytes:
    """Return the digest of some bytes, one after the other.

    Raises:
        NoSuchDigest: The algorithm is not known here.
    """
    if name not in _KNOWN:
        raise NoSuchDigest(f"digest {name}")
    try:
        state = hashlib.new(name, usedforsecurity=False)
    except ValueError as error:
        raise NoSuchDigest(f"digest {name}") from error
    for part in parts:
        state.update(part)
    return state.digest()
