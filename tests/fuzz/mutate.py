"""Seeded changes to files: of bytes, and of what the bytes mean to a parser."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

Change = Callable[[bytes, random.Random], bytes]

_NUMBERS = (b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"-2147483648", b"4294967296",
            b"99999999999999999999", b"1e308", b"-0.0000001", b"NaN", b"0.5")  # fmt: skip
_BYTES = (0, 1, 0x7F, 0x80, 0xFE, 0xFF, 0x0A, 0x20, 0x2F, 0x3C)
_MAX_BYTES = 200_000


def mutated(target: str, data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a changed file.

    Args:
        target: As in `seeds`; decides which structural changes make sense.
        data: The file.
        others: Files to splice with.
        chance: Decides everything.
    """
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        change = chance.choice((*_OF_BYTES, *_STRUCTURAL[target] * 3))
        try:
            data = change(data, chance)
        except Exception:  # noqa: BLE001  # the file is no longer of the form that it takes
            data = _flip(data, chance)
    if chance.random() < 0.05:  # a tenth of the changes are enough for splices
        other = chance.choice(others)
        data = data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]
    return data[:_MAX_BYTES]


def _span(data: bytes, chance: random.Random, longest: int = 64) -> slice:
    start = chance.randrange(max(1, len(data)))
    return slice(start, start + chance.randint(1, longest))


def _spliced(data: bytes, at: slice, new: bytes) -> bytes:
    return data[: at.start] + new + data[at.stop :]


def _flip(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data or b"\0")
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _set_byte(data: bytes, chance: random.Random) -> bytes:
    return _spliced(data, _span(data, chance, 1), bytes([chance.choice(_BYTES)]))


def _set_word(data: bytes, chance: random.Random) -> bytes:
    size, order = chance.choice((2, 4, 8)), chance.choice(("little", "big"))
    value = chance.choice((0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 1 << 20, (1 << 31) - 1, 1 << 31, -1))
    word = (value & ((1 << 8 * size) - 1)).to_bytes(size, order)  # type: ignore[arg-type]
    start = chance.randrange(max(1, len(data)))
    return _spliced(data, slice(start, start + size), word)


def _drop(data: bytes, chance: random.Random) -> bytes:
    return _spliced(data, _span(data, chance, chance.choice((4, 64, 1024))), b"")


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = _span(data, chance, chance.choice((4, 64, 1024)))
    return _spliced(data, at, data[at] * chance.choice((2, 3, 50)))


def _insert(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return _spliced(data, slice(start, start), chance.randbytes(chance.randint(1, 40)))


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _move(data: bytes, chance: random.Random) -> bytes:
    at = _span(data, chance, 256)
    piece, rest = data[at], _spliced(data, at, b"")
    start = chance.randrange(len(rest) + 1)
    return rest[:start] + piece + rest[start:]


def _edit(data: bytes, chance: random.Random, pattern: bytes, new: Sequence[bytes]) -> bytes:
    """Replace one place that a pattern matches."""
    found = list(re.finditer(pattern, data))
    if not found:
        return _flip(data, chance)
    at = chance.choice(found)
    return data[: at.start()] + chance.choice(new) + data[at.end() :]


def _number(data: bytes, chance: random.Random) -> bytes:
    return _edit(data, chance, rb"-?\d+(?:\.\d+)?", _NUMBERS)


# --- PDF


def _pdf_name(data: bytes, chance: random.Random) -> bytes:
    names = list(set(re.findall(rb"/[A-Za-z0-9]+", data))) or [b"/X"]
    return _edit(data, chance, rb"/[A-Za-z0-9]+", names)


def _pdf_reference(data: bytes, chance: random.Random) -> bytes:
    new = [b"%d 0 R" % number for number in range(25)]
    return _edit(data, chance, rb"\d+ 0 R", new)


def _pdf_token(data: bytes, chance: random.Random) -> bytes:
    tokens = (b"<<", b">>", b"[", b"]", b"(", b")", b"<", b"null", b"true", b"endobj", b"stream",
              b"endstream", b"BI /W 9 /H 9 ID x EI", b"q", b"Q", b"Do", b"BT", b"ET", b"xref",
              b"trailer", b"9 0 obj")  # fmt: skip
    return _edit(data, chance, rb"<<|>>|\[|\]|\b(?:obj|endobj|stream|endstream|xref)\b", tokens)


def _pdf_filter(data: bytes, chance: random.Random) -> bytes:
    filters = (b"/Filter /FlateDecode ", b"/Filter [/FlateDecode /FlateDecode /FlateDecode] ",
               b"/Filter /DCTDecode ", b"/Filter /JBIG2Decode ", b"/Filter /JPXDecode ",
               b"/Filter /CCITTFaxDecode /DecodeParms <</K -1 /Columns 99999>> ",
               b"/Filter /LZWDecode ", b"/Filter /ASCII85Decode ", b"/Filter /RunLengthDecode ",
               b"/Predictor 15 /Columns 99999999 ", b"/Rotate 45 ", b"/UserUnit 1e9 ",
               b"/MediaBox [0 0 1e9 1e9] ", b"/Kids [1 0 R 2 0 R 3 0 R] ", b"/Count -5 ",
    )  # fmt: skip
    return _edit(data, chance, rb"(?<=<<)\s", filters)


def _pdf_stream(data: bytes, chance: random.Random) -> bytes:
    """Change what a compressed stream holds, and compress it again."""
    found = list(re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL))
    at = chance.choice(found)
    try:
        inside = zlib.decompress(at.group(1))
    except zlib.error:
        new = _flip(at.group(1), chance)
    else:
        new = zlib.compress(chance.choice((_number, _flip, _repeat, _drop))(inside, chance))
    return data[: at.start(1)] + new + data[at.end(1) :]


# --- ZIP, and XML inside


def _zip_member(data: bytes, chance: random.Random) -> bytes:
    """Change one file of an archive and pack everything again."""
    files = _members(data)
    name = chance.choice(list(files))
    inside = files[name]
    changes = _XML if inside.lstrip()[:1] == b"<" else _OF_BYTES
    if inside[:2] == b"PK":
        changes = (_zip_member, _zip_field)
    elif inside[:8] == b"\x89PNG\r\n\x1a\n":
        changes = _IMAGE
    for _ in range(chance.choice((1, 1, 2, 5))):
        inside = chance.choice(changes)(inside, chance)
    files[name] = inside[:_MAX_BYTES]
    return _packed(files)


def _zip_rename(data: bytes, chance: random.Random) -> bytes:
    files = _members(data)
    name = chance.choice(list(files))
    new = chance.choice(("../out", "/etc/out", "C:\\out", "a/../../out", "\x00", "x" * 3000, "CON",
                         "a\u202egnp.exe", ".hidden", "/", "", name + "/", *files))  # fmt: skip
    files[new] = files.pop(name)
    return _packed(files)


def _zip_drop(data: bytes, chance: random.Random) -> bytes:
    files = _members(data)
    files.pop(chance.choice(list(files)))
    return _packed(files)


def _zip_field(data: bytes, chance: random.Random) -> bytes:
    """Change a field of a header: of a local file, of the directory, or of its end."""
    mark, length = chance.choice(((b"PK\x03\x04", 30), (b"PK\x01\x02", 46), (b"PK\x05\x06", 22)))
    places = [found.start() for found in re.finditer(re.escape(mark), data)]
    at = chance.choice(places) + chance.randrange(4, length)
    return _spliced(data, slice(at, at + 1), bytes([chance.choice(_BYTES)]))


def _members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _xml_value(data: bytes, chance: random.Random) -> bytes:
    values = (*(b'"%s"' % number for number in _NUMBERS), b'""', b'"true"', b'"../../x"',
              b'"\xe6\x96\x87"', b'"1 2 3 4"', b'"' + b"9 " * 3000 + b'"')  # fmt: skip
    return _edit(data, chance, rb"\"[^\"]*\"|'[^']*'", values)


def _xml_text(data: bytes, chance: random.Random) -> bytes:
    texts = (b">", b"> <", b">0<", b">-1<", b">&amp;<", b">&x;<",
             b">" + b"M 0 0 L 9e99 1 " * 50 + b"<", b">&#0;<", b">&#xFFFF;<",
             b">\xff<", b"><![CDATA[<]]><", b"><x/><",
             b">g 99999 1<")  # fmt: skip
    return _edit(data, chance, rb">[^<>]*<", texts)


def _xml_element(data: bytes, chance: random.Random) -> bytes:
    """Drop, repeat or nest one element."""
    found = list(re.finditer(rb"<([\w:]+)[^<>]*?(?:/>|>.*?</\1>)", data, re.DOTALL))
    at = chance.choice(found)
    element = at.group(0)
    name = at.group(1)
    new = chance.choice((
        b"", element * 2, element * 60,
        b"<%s>" % name * 200 + element + b"</%s>" % name * 200,
        element.replace(name, b"x", 1),
    ))  # fmt: skip
    return data[: at.start()] + new + data[at.end() :]


def _xml_prolog(data: bytes, chance: random.Random) -> bytes:
    new = (b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<?xml version='1.1'?>", b"\xef\xbb\xbf",
           b"<?xml version='1.0' encoding='utf-16'?>", b"<!-- -- -->",
           b"<?xml encoding='gb18030'?>")  # fmt: skip
    return chance.choice(new) + data[chance.choice((0, 0, 38)) :]


# --- pictures


def _head(data: bytes, chance: random.Random) -> bytes:
    """Change something near the start, where sizes and types are."""
    at = chance.randrange(min(len(data), 120))
    return _spliced(data, slice(at, at + 1), bytes([chance.choice(_BYTES)]))


def _png_chunk(data: bytes, chance: random.Random) -> bytes:
    """Change a chunk of a PNG and set its checksum right again."""
    chunks = []
    at = 8
    while at + 12 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    place = chance.randrange(len(chunks))
    kind, body = chunks[place]
    what = chance.randrange(4)
    if what == 0:
        chunks.insert(chance.randrange(len(chunks)), chunks.pop(place))
    elif what == 1:
        chunks[place : place + 1] = [chunks[place]] * chance.choice((0, 2, 9))
    else:
        kind = chance.choice((kind, kind, b"PLTE", b"tRNS", b"iCCP", b"acTL", b"eXIf", b"pHYs"))
        chunks[place] = kind, chance.choice((_set_byte, _set_word, _flip, _repeat))(body, chance)
    return data[:8] + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _tiff_tag(data: bytes, chance: random.Random) -> bytes:
    """Change a field of a TIFF's directories."""
    order = "<" if data[:2] == b"II" else ">"
    at = struct.unpack_from(order + "I", data, 4)[0]
    count = struct.unpack_from(order + "H", data, at)[0]
    place = at + 2 + 12 * chance.randrange(count) + chance.choice((0, 2, 4, 8))
    value = chance.choice((0, 1, 3, 5, 259, 273, 0xFFFF, 0x7FFFFFFF, len(data), at))
    return _spliced(data, slice(place, place + 4), struct.pack(order + "I", value))


# --- JSON


def _json_value(data: bytes, chance: random.Random) -> bytes:
    new = (b"null", b"[]", b"{}", b"1e999", b"-1", b"true", b'"\\ud800"', b'"\\u0000"',
           b"[" * 3000, b'{"a":' * 3000, b'"' + b"x" * 600 + b'"', b"NaN", b'"2026-13-45"',
           b"9" * 5000)  # fmt: skip
    return _edit(data, chance, rb'"[^"]*"|true|\d+|\{\}', new)


_OF_BYTES: tuple[Change, ...] = (
    _flip, _set_byte, _set_word, _drop, _repeat, _insert, _truncate, _move, _number,
)  # fmt: skip
_XML: tuple[Change, ...] = (_xml_value, _xml_text, _xml_element, _xml_prolog, _number, _flip, _drop)
_ZIP: tuple[Change, ...] = (_zip_member, _zip_member, _zip_rename, _zip_drop, _zip_field)
_IMAGE: tuple[Change, ...] = (_head, _head, _png_chunk, _tiff_tag, _set_word)
_STRUCTURAL: dict[str, tuple[Change, ...]] = {
    "pdf": (_pdf_name, _pdf_reference, _pdf_token, _pdf_filter, _pdf_stream, _number),
    "image": _IMAGE,
    "zip": _ZIP,
    "office": (_zip_member, _zip_member, _zip_member, _zip_drop, _zip_rename),
    "ofd": (_zip_member, _zip_member, _zip_member, _zip_member, _zip_drop, _zip_rename),
    "json": (_json_value, _json_value, _number),
}
