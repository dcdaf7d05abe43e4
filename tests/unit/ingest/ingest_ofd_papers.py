"""Small OFD files made by hand: pages, fonts, pictures, signatures and electronic seals."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import cache

from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from ingest_papers import zip_of
from ingest_signers import Person, sm2_certificate, sm2_sign
from PIL import Image

NAMESPACE = "http://www.ofdspec.org/2016"
SIGNER_SECRET, MAKER_SECRET = 0xA11CE5, 0x5EA1
SIGNED_AT = "20260301093000Z"
_SM2_WITH_SM3 = "1.2.156.10197.1.501"


def xml(tag: str, inner: str, **attributes: str) -> bytes:
    """Return a part with this element as its root."""
    said = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:{tag} xmlns:ofd="{NAMESPACE}"{said}>'
        f"{inner}</ofd:{tag}>"
    ).encode()


def text(said: str, *, x: float = 20, y: float = 30, size: float = 5, more: str = "") -> str:
    """Return a text object with its base line at a place, letters as far apart as they are high."""
    deltas = f' DeltaX="g {len(said) - 1} {size:g}"' if len(said) > 1 else ""
    return (
        f'<ofd:TextObject ID="9" Boundary="0 0 210 297" Font="1" Size="{size:g}" {more}>'
        f'<ofd:TextCode X="{x:g}" Y="{y:g}"{deltas}>{said}</ofd:TextCode></ofd:TextObject>'
    )


def line(data: str, *, more: str = 'LineWidth="0.5"', inner: str = "") -> str:
    """Return a path object in page coordinates."""
    return (
        f'<ofd:PathObject ID="8" Boundary="0 0 210 297" {more}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def page(*objects: str, before: str = "", area: str = "") -> bytes:
    """Return a page with these objects in one layer."""
    sized = f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>" if area else ""
    body = f'<ofd:Content><ofd:Layer ID="2">{"".join(objects)}</ofd:Layer></ofd:Content>'
    return xml("Page", sized + before + body)


def package(  # noqa: PLR0913  # an OFD has as many kinds of parts
    pages: Sequence[bytes],
    *,
    fonts: str = '<ofd:Font ID="1" FontName="宋体"/>',
    resources: str = "",
    common: str = "",
    document: str = "",
    body: str = "",
    parts: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Return the parts of an OFD with these pages."""
    listed = "".join(
        f'<ofd:Page ID="{100 + number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in range(len(pages))
    )
    return {
        "OFD.xml": xml(
            "OFD",
            f"<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{body}</ofd:DocBody>",
            Version="1.0", DocType="OFD",
        ),
        "Doc_0/Document.xml": xml(
            "Document",
            "<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            f"</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages>{document}",
        ),
        "Doc_0/PublicRes.xml": xml(
            "Res", f"<ofd:Fonts>{fonts}</ofd:Fonts>{resources}", BaseLoc="Res"
        ),
        **{f"Doc_0/Pages/Page_{number}/Content.xml": one for number, one in enumerate(pages)},
        **(parts or {}),
    }  # fmt: skip


def ofd(*pages: bytes, **more: object) -> bytes:
    """Return an OFD with these pages; see `package`."""
    return zip_of(package(pages, **more))  # type: ignore[arg-type]


def picture(colour: str, size: tuple[int, int] = (8, 8), kind: str = "PNG") -> bytes:
    """Return a picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


@cache
def blocks_font() -> bytes:
    """Return a font whose only letter is a full block: glyph 1, for the character 建."""
    pen = TTGlyphPen(None)
    for step, place in enumerate(((0, 0), (0, 1000), (1000, 1000), (1000, 0))):
        (pen.lineTo if step else pen.moveTo)(place)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "block"])
    builder.setupCharacterMap({ord("建"): "block"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "block": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "block": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


@cache
def postscript_font(*, bare: bool = False) -> bytes:
    """Return the same font with PostScript outlines, as OpenType or as a CFF table alone."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", "block"])
    builder.setupCharacterMap({ord("建"): "block"})
    pens = {".notdef": T2CharStringPen(500, None), "block": T2CharStringPen(1000, None)}
    for step, place in enumerate(((0, 0), (0, 1000), (1000, 1000), (1000, 0))):
        (pens["block"].lineTo if step else pens["block"].moveTo)(place)
    pens["block"].closePath()
    shapes = {name: pen.getCharString() for name, pen in pens.items()}
    builder.setupCFF("Blocks", {}, shapes, {})
    builder.setupHorizontalMetrics({".notdef": (500, 0), "block": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return TTFont(io.BytesIO(out.getvalue())).getTableData("CFF ") if bare else out.getvalue()


def _sequence(*values: bytes) -> bytes:
    content = b"".join(values)
    head = core.OctetString(content).dump()[: -len(content) or None]
    return b"\x30" + head[1:] + content


def _octets(data: bytes) -> bytes:
    return core.OctetString(data).dump()


def _bits(data: bytes) -> bytes:
    return core.OctetBitString(data).dump()


def _number(value: int) -> bytes:
    return core.Integer(value).dump()


def _ia5(said: str) -> bytes:
    return core.IA5String(said).dump()


def _oid(dotted: str) -> bytes:
    return core.ObjectIdentifier(dotted).dump()


def _time(said: str, *, general: bool) -> bytes:
    data = said.encode() if general else said[2:].encode()
    return (b"\x18" if general else b"\x17") + bytes([len(data)]) + data


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest."""
    return hashlib.new("sm3", data).digest()


@cache
def signer_certificate() -> bytes:
    """Return the certificate of whoever uses the seal."""
    return bytes(sm2_certificate("某市某局", SIGNER_SECRET, issuer="某CA", by=MAKER_SECRET).dump())


@cache
def maker_certificate() -> bytes:
    """Return the certificate of the seal's maker."""
    return bytes(sm2_certificate("某CA", MAKER_SECRET).dump())


def seal(
    version: int,
    look: bytes,
    *,
    kind: str = "PNG",
    user: bytes = b"",
    until: str = "20300101000000Z",
) -> bytes:
    """Return an electronic seal (SESeal) for whoever has the user's certificate."""
    general = version == 4
    users = _sequence(_octets(user or signer_certificate()))
    owned = _sequence(
        _number(1),
        core.UTF8String("某市某局电子印章").dump(),
        *([_number(1)] if general else []),
        users,
        *(_time(one, general=general) for one in ("20250101000000Z", "20250101000000Z", until)),
    )
    about = _sequence(
        _sequence(_ia5("ES"), _number(version), _ia5("maker")),
        _ia5("seal-1"),
        owned,
        _sequence(_ia5(kind), _octets(look), _number(40), _number(40)),
    )
    maker, algorithm = _octets(maker_certificate()), _oid(_SM2_WITH_SM3)
    value = _bits(sm2_sign(MAKER_SECRET, _sequence(about, maker, algorithm)))
    if general:
        return _sequence(about, maker, algorithm, value)
    return _sequence(about, _sequence(maker, algorithm, value))


def rsa_sealing(made: bytes, signed: bytes, who: Person) -> bytes:
    """Return the use of a seal (SES_Signature of version 4) with RSA and SHA-256."""
    body = _sequence(
        _number(4), made, _time(SIGNED_AT, general=True),
        _bits(hashlib.sha256(signed).digest()), _ia5("/Doc_0/Signs/Sign_0/Signature.xml"),
    )  # fmt: skip
    value = who.private.sign(body, padding.PKCS1v15(), hashes.SHA256())
    return _sequence(
        body, _octets(who.certificate.dump()), _oid("1.2.840.113549.1.1.11"), _bits(value)
    )


def sealing(version: int, made: bytes, signed: bytes, *, secret: int = SIGNER_SECRET) -> bytes:
    """Return the use of a seal (SES_Signature) over the bytes of a Signature.xml."""
    certificate, algorithm = _octets(signer_certificate()), _oid(_SM2_WITH_SM3)
    first = [_number(version), made]
    last = [_bits(sm3(signed)), _ia5("/Doc_0/Signs/Sign_0/Signature.xml")]
    if version == 4:
        body = _sequence(*first, _time(SIGNED_AT, general=True), *last)
        return _sequence(body, certificate, algorithm, _bits(sm2_sign(secret, body)))
    stated = _bits(SIGNED_AT[2:].encode())
    body = _sequence(*first, stated, *last, certificate, algorithm)
    return _sequence(body, _bits(sm2_sign(secret, body)))


def sealed(  # noqa: PLR0913  # a signature has as many sides
    parts: Mapping[str, bytes],
    *,
    version: int = 4,
    places: str = '<ofd:StampAnnot ID="5" PageRef="100" Boundary="100 100 40 40"/>',
    covered: Sequence[str] | None = None,
    method: str = "1.2.156.10197.1.401",
    look: bytes | None = None,
    kind: str = "PNG",
    number: int = 0,
    made: bytes | None = None,
    value: bytes | None = None,
    secret: int = SIGNER_SECRET,
) -> dict[str, bytes]:
    """Return the parts of an OFD with one electronic seal more, over all or some of its parts."""
    folder = f"Doc_0/Signs/Sign_{number}"
    before = "".join(
        f'<ofd:Signature ID="s{one}" BaseLoc="/Doc_0/Signs/Sign_{one}/Signature.xml"/>'
        for one in range(number + 1)
    )
    root = parts["OFD.xml"].replace(
        b"</ofd:DocBody>",
        b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>",
    )
    all_parts = {**parts, "Doc_0/Signs/Signatures.xml": xml("Signatures", before)}
    all_parts["OFD.xml"] = parts["OFD.xml"] if b"Signatures.xml" in parts["OFD.xml"] else root
    stamp = made or seal(version, look or picture("red"), kind=kind)
    all_parts[f"{folder}/Seal.esl"] = stamp
    digest = {"MD5": "md5"}.get(method, "sm3")
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
        f"{base64.b64encode(hashlib.new(digest, all_parts[name]).digest()).decode()}"
        "</ofd:CheckValue></ofd:Reference>"
        for name in (covered if covered is not None else all_parts)
    )
    about = xml(
        "Signature",
        '<ofd:SignedInfo><ofd:Provider ProviderName="test"/>'
        "<ofd:SignatureDateTime>2026-03-01 17:30:00</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{method}">{references}</ofd:References>{places}'
        f"<ofd:Seal><ofd:BaseLoc>/{folder}/Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{folder}/SignedValue.dat</ofd:SignedValue>",
    )
    all_parts[f"{folder}/Signature.xml"] = about
    made_value = sealing(version, stamp, about, secret=secret) if value is None else value
    all_parts[f"{folder}/SignedValue.dat"] = made_value
    return all_parts
