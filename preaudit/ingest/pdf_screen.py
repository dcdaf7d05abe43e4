"""A look at a PDF's bytes before any engine reads them: how often streams are compressed over.

Each layer of compression may blow its data up a thousand times. Honest writers use one, and at most
put it into letters; three were never seen. Dictionaries of streams lie in the open, whatever else
of a file is packed or encrypted, so a search finds them. One that hides its list of filters behind
a reference is left to the limits of the worker.
"""

from __future__ import annotations

import re

_FILTERS = re.compile(rb"/(?:Filter|F)\s*\[([^\]]{1,4096})\]")
_NAME = re.compile(rb"/([^\s/\[\]<>()]+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_COMPRESSING = frozenset(
    {b"FlateDecode", b"Fl", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL", b"BrotliDecode"}
)


def layers_of_compression(data: bytes) -> int:
    """Return how many compressing filters are stacked upon one stream at most."""
    return max((_compressing(found.group(1)) for found in _FILTERS.finditer(data)), default=0)


def _compressing(names: bytes) -> int:
    return sum(_plain(name) in _COMPRESSING for name in _NAME.findall(names))


def _plain(name: bytes) -> bytes:
    """Return a name without its escapes: #46late is Flate."""
    return _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), name)
