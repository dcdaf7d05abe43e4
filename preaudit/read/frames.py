"""Frames between the process that asks and the one that reads: a length, and so many bytes."""

from __future__ import annotations

import struct
from typing import IO, Final

LENGTH: Final = struct.Struct(">Q")


def framed(data: bytes) -> bytes:
    """Return bytes with their length before them."""
    return LENGTH.pack(len(data)) + data


def frame(stream: IO[bytes]) -> bytes | None:
    """Return what the next frame holds, or None when there is none any more."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None
