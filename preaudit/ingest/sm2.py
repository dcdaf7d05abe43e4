"""SM2 signatures with SM3 (GB/T 32918.2, GB/T 32905): verified, never made.

The cryptography library has no SM2. Everything that goes in is public, so nothing is lost by
arithmetic whose time depends on its numbers. Points are (X, Y, Z) with x = X / Z², y = Y / Z³.
"""

from __future__ import annotations

import hashlib

DEFAULT_ID = b"1234567812345678"
"""Whom a signature is by, where nothing else was agreed (GM/T 0009)."""
SM2_CURVE = "1.2.156.10197.1.301"
SM3 = "1.2.156.10197.1.401"
SM2_WITH_SM3 = "1.2.156.10197.1.501"

_BYTES = 32
_P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
_N = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
_GX = 0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7
_GY = 0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0

_Point = tuple[int, int, int]
_NOWHERE: _Point = (1, 1, 0)
_UNCOMPRESSED = b"\x04"
_SEQUENCE, _INTEGER = 0x30, 0x02


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest."""
    return hashlib.new("sm3", data).digest()


def verify(
    *, public_key: bytes, signature: bytes, data: bytes, signer_id: bytes = DEFAULT_ID
) -> bool:
    """Tell whether a signature over data is by the holder of a key.

    Args:
        public_key: The point, as a certificate has it: 04, x, y.
        signature: r and s, as DER or as 64 bytes.
        data: What was signed (not its digest).
        signer_id: Goes into the digest before the data.
    """
    point, pair = _public(public_key), _pair(signature)
    if point is None or pair is None:
        return False
    (x, y), (r, s) = point, pair
    whole = (r + s) % _N
    if not (0 < r < _N and 0 < s < _N and whole):
        return False
    digest = int.from_bytes(sm3(_identity(x, y, signer_id) + data), "big")
    reached = _sum(_times(s, (_GX, _GY, 1)), _times(whole, (x, y, 1)))
    if not reached[2]:
        return False
    inverse = pow(reached[2], -1, _P)
    return (digest + reached[0] * inverse * inverse % _P) % _N == r


def _identity(x: int, y: int, signer_id: bytes) -> bytes:
    numbers = b"".join(one.to_bytes(_BYTES, "big") for one in (_A, _B, _GX, _GY, x, y))
    return sm3((len(signer_id) * 8).to_bytes(2, "big") + signer_id + numbers)


def _public(key: bytes) -> tuple[int, int] | None:
    """Return a point of the curve; None when the bytes are none."""
    if len(key) != 1 + 2 * _BYTES or not key.startswith(_UNCOMPRESSED):
        return None
    x, y = int.from_bytes(key[1 : 1 + _BYTES], "big"), int.from_bytes(key[1 + _BYTES :], "big")
    on_curve = x < _P and y < _P and (y * y - (x * x * x + _A * x + _B)) % _P == 0
    return (x, y) if on_curve else None


def _pair(signature: bytes) -> tuple[int, int] | None:
    """Return r and s; None when the bytes are neither 64 long nor DER."""
    if len(signature) == 2 * _BYTES:
        return int.from_bytes(signature[:_BYTES], "big"), int.from_bytes(signature[_BYTES:], "big")
    inner = _content(signature, _SEQUENCE)
    first = _content(inner, _INTEGER)
    second = _content(inner[2 + len(first) :], _INTEGER)
    if not first or not second or max(len(first), len(second)) > _BYTES + 1:
        return None
    return int.from_bytes(first, "big"), int.from_bytes(second, "big")


def _content(data: bytes, tag: int) -> bytes:
    """Return what a DER element of the short form holds; nothing when it is another."""
    if len(data) < 2 or data[0] != tag or data[1] > len(data) - 2:  # noqa: PLR2004  # tag, length
        return b""
    return data[2 : 2 + data[1]]


def _times(factor: int, point: _Point) -> _Point:
    product = _NOWHERE
    for bit in f"{factor:b}":
        product = _double(product)
        if bit == "1":
            product = _sum(product, point)
    return product


def _double(point: _Point) -> _Point:
    x, y, z = point
    if not z:
        return point
    squared = y * y % _P
    s = 4 * x * squared % _P
    m = 3 * (x - z * z) * (x + z * z) % _P  # a = -3
    x3 = (m * m - 2 * s) % _P
    return x3, (m * (s - x3) - 8 * squared * squared) % _P, 2 * y * z % _P


def _sum(one: _Point, other: _Point) -> _Point:
    if not one[2]:
        return other
    if not other[2]:
        return one
    (x1, y1, z1), (x2, y2, z2) = one, other
    u1, u2 = x1 * z2 * z2 % _P, x2 * z1 * z1 % _P
    s1, s2 = y1 * z2 * z2 * z2 % _P, y2 * z1 * z1 * z1 % _P
    if u1 == u2:
        return _double(one) if s1 == s2 else _NOWHERE
    h, r = u2 - u1, s2 - s1
    squared = h * h % _P
    cubed = squared * h % _P
    v = u1 * squared % _P
    x3 = (r * r - cubed - 2 * v) % _P
    return x3, (r * (v - x3) - s1 * cubed) % _P, h * z1 * z2 % _P
