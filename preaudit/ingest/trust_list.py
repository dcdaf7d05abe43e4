"""The certificates that the house trusts, from a folder that a setting names."""

from __future__ import annotations

import base64
import re
from pathlib import Path

from preaudit.errors import UsageError

_SUFFIXES = frozenset({".pem", ".crt", ".cer", ".der"})
_CERTIFICATE_MAX_BYTES = 64 << 10
_LIST_MAX_BYTES = 1 << 20
"""The list goes to the worker with every file."""
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE = b"\x30"


def read_trust_list(folder: Path | None) -> tuple[bytes, ...]:
    """Return the DER certificates of a folder's PEM and DER files; none without a folder.

    They are only told apart here. A file's own worker parses them, beside the signatures.

    Raises:
        UsageError: `bad_trust_list`: no folder, no certificate in it, or too much of it.
    """
    if folder is None:
        return ()
    if not folder.is_dir():
        raise UsageError(
            f"{folder}: the trust list is not a folder; give one with certificates (PEM or DER)",
            code="bad_trust_list",
        )
    found: dict[bytes, None] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _SUFFIXES and path.is_file():
            found |= dict.fromkeys(_certificates(path))
    if not found:
        raise UsageError(
            f"{folder}: no certificate (.pem, .crt, .cer or .der) in the trust list",
            code="bad_trust_list",
        )
    if sum(map(len, found)) > _LIST_MAX_BYTES:
        raise UsageError(f"{folder}: the trust list exceeds 1 MB", code="bad_trust_list")
    return tuple(found)


def _certificates(path: Path) -> list[bytes]:
    data = path.read_bytes()
    if data.startswith(_SEQUENCE):
        return [data] if len(data) <= _CERTIFICATE_MAX_BYTES else []
    try:
        return [
            base64.b64decode(b"".join(one.split()), validate=True) for one in _PEM.findall(data)
        ]
    except ValueError as error:
        raise UsageError(f"{path}: not a certificate ({error})", code="bad_trust_list") from error
