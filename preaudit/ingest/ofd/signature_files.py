"""Signatures as an OFD keeps them: what each is over, with which seal, and where that shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from preaudit.ingest.ofd.document import Document, Parts, documents
from preaudit.ingest.ofd.markup import Element, child, children, descendants, text_of
from preaudit.ingest.ofd.numbers import Area, area
from preaudit.ingest.ofd.package import MissingPart
from preaudit.ingest.ofd.seals import Seal, Sealing, seal_of, sealing_of
from preaudit.ingest.ofd.stamps import Stamp
from preaudit.ingest.ofd.tagged import NotTagged
from preaudit.ingest.problems import Refusal
from preaudit.ingest.signed import PLACES_MAX, SIGNATURES_MAX

_REFERENCES_MAX = 20_000
_DEFAULT_METHOD = "MD5"
_MOMENT = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)(?:\D?(\d\d)\D?(\d\d)\D?(\d\d))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A part that is signed."""

    written: str
    part: str | None
    """Its name in the package; None when it is not there."""
    digest: str
    """As written, in base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFile:
    """One signature of a document."""

    name: str
    part: str
    data: bytes
    """Of the part: what the value is over."""
    value_part: str | None
    value: bytes
    seal_part: str | None
    sealing: Sealing | None
    seal: Seal | None
    """The seal that was used, or that lies beside the signature when its use cannot be read."""
    method: str
    references: tuple[Reference, ...]
    stated_at: datetime | None
    annotations: tuple[tuple[str, Area, Area], ...]
    """Page id, boundary of the whole seal, and what of it shows, for each place."""
    is_sound: bool = True
    """Whether it could be read at all."""

    @property
    def own_parts(self) -> frozenset[str]:
        """Parts that make up the signature itself."""
        return frozenset(one for one in (self.part, self.value_part, self.seal_part) if one)


def signature_files(document: Document) -> list[SignatureFile]:
    """Return the signatures that a document lists, in their order."""
    if document.signatures is None:
        return []
    parts = document.parts
    try:
        listed = parts.xml(document.signatures)
    except (MissingPart, Refusal):
        document.missing.append(document.signatures)
        return []
    found = []
    for one in list(children(listed, "Signature"))[:SIGNATURES_MAX]:
        written = one.get("BaseLoc") or text_of(one)
        part = parts.package.find(written, near=document.signatures)
        if part is None:
            document.missing.append(written)
            continue
        found.append(_read(parts, part, one.get("ID") or ""))
    return found


def _read(parts: Parts, part: str, name: str) -> SignatureFile:
    try:
        root = parts.xml(part)
        data = parts.package.read(part)
    except (MissingPart, Refusal):
        return _unreadable(name, part)
    about = child(root, "SignedInfo")
    value_part = _find(parts, text_of(child(root, "SignedValue")), part)
    seal_part = _find(parts, text_of(child(about, "Seal", "BaseLoc")), part)
    value = _bytes(parts, value_part)
    sealing = _tried(sealing_of, value)
    listed = child(about, "References")
    return SignatureFile(
        name=name or part,
        part=part,
        data=data,
        value_part=value_part,
        value=value,
        seal_part=seal_part,
        sealing=sealing,
        seal=sealing.seal if sealing else _tried(seal_of, _bytes(parts, seal_part)),
        method=(listed.get("CheckMethod") if listed is not None else "") or _DEFAULT_METHOD,
        references=tuple(_references(parts, listed, part)),
        stated_at=_moment(text_of(child(about, "SignatureDateTime"))),
        annotations=tuple(_annotations(root)),
    )


def _unreadable(name: str, part: str) -> SignatureFile:
    return SignatureFile(
        name=name or part, part=part, data=b"", value_part=None, value=b"", seal_part=None,
        sealing=None, seal=None, method="", references=(), stated_at=None, annotations=(),
        is_sound=False,
    )  # fmt: skip


def _find(parts: Parts, written: str, near: str) -> str | None:
    return parts.package.find(written, near=near) if written else None


def _bytes(parts: Parts, part: str | None) -> bytes:
    try:
        return parts.package.read(part) if part else b""
    except (MissingPart, Refusal):
        return b""


def _tried(reader: Any, data: bytes) -> Any:
    """Return what a reader makes of some bytes; None when they are not what it reads."""
    try:
        return reader(data) if data else None
    except (NotTagged, ValueError, TypeError, IndexError):
        return None


def _references(parts: Parts, listed: Element | None, part: str) -> Iterator[Reference]:
    for one in list(children(listed, "Reference"))[:_REFERENCES_MAX] if listed is not None else ():
        written = one.get("FileRef") or ""
        yield Reference(
            written=written,
            part=parts.package.find(written, near=part),
            digest="".join(text_of(child(one, "CheckValue")).split()),
        )


def _annotations(root: Element) -> Iterator[tuple[str, Area, Area]]:
    for one in list(descendants(root, "StampAnnot"))[:PLACES_MAX]:
        boundary = area(one.get("Boundary"))
        if boundary is None or boundary[2] <= 0 or boundary[3] <= 0:
            continue
        left, top, width, height = boundary
        clip = area(one.get("Clip")) or (0.0, 0.0, width, height)
        x0, y0 = max(0.0, clip[0]), max(0.0, clip[1])
        x1, y1 = min(width, clip[0] + clip[2]), min(height, clip[1] + clip[3])
        if x1 > x0 and y1 > y0:
            yield one.get("PageRef") or "", boundary, (left + x0, top + y0, x1 - x0, y1 - y0)


def _moment(written: str) -> datetime | None:
    found = _MOMENT.match(written)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(one or 0) for one in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # it states no zone
    except ValueError:
        return None


def stamps_of(files: Sequence[SignatureFile], parts: Parts) -> list[Stamp]:
    """Return all places where the seals of some signatures show."""
    found: list[Stamp] = []
    for file in files:
        picture = file.seal.picture if file.seal else None
        if picture is None:
            continue
        drawn = _drawn(parts, picture.data) if picture.kind == "OFD" else None
        found += [
            Stamp(
                key=f"seal-{file.part}",
                page=page,
                boundary=boundary,
                shown=shown,
                picture=None if drawn else picture.data,
                document=drawn,
            )
            for page, boundary, shown in file.annotations
        ]
    return found


def _drawn(parts: Parts, data: bytes) -> Document | None:
    """Return the first document of a seal that is an OFD itself; its own seals are not drawn."""
    try:
        return documents(Parts(package=parts.package.inner(data)))[0]
    except (Refusal, MissingPart):
        return None
