"""The documents of an OFD package and their pages, as the XML describes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from preaudit.ingest.ofd.markup import (
    Element,
    child,
    children,
    descendants,
    parsed,
    text_of,
    texts,
)
from preaudit.ingest.ofd.numbers import Area, area
from preaudit.ingest.ofd.package import MissingPart, Package, leaves
from preaudit.ingest.ofd.resources import Resources, resource_parts
from preaudit.ingest.problems import Refusal

_ROOT = "OFD.xml"
ENCRYPTIONS = "Encryptions.xml"
"""The part that says what is encrypted (GM/T 0099-2020, annex C)."""
_A4: Area = (0.0, 0.0, 210.0, 297.0)
_BOXES = ("PhysicalBox", "ApplicationBox", "CropBox", "ContentBox")
_SIZES_MM = (1.0, 5000.0)
"""Of a side of a page: from a label to what a PDF may be large (ISO 32000-1, annex C.2)."""
_DOCUMENTS_MAX = 100
_KEPT_BYTES = 8 << 20
"""Of XML is kept parsed; a tree takes some ten times as much memory."""


@dataclass(slots=True, kw_only=True)
class Parts:
    """Reads the XML of a package, and keeps in mind which of it was not well formed."""

    package: Package
    broken: list[str] = field(default_factory=list)
    _read: dict[str, Element] = field(default_factory=dict)
    _room: int = _KEPT_BYTES

    def xml(self, name: str) -> Element:
        """Return the root of a part.

        Raises:
            MissingPart: There is no such part.
            Refusal: It is not to be read.
        """
        if name in self._read:
            return self._read[name]
        data = self.package.read(name)
        root, sound = parsed(data, name)
        if not sound and name not in self.broken:
            self.broken.append(name)
        if len(data) <= self._room:
            self._room -= len(data)
            self._read[name] = root
        return root

    def located(self, written: str, near: str) -> str:
        """Return the name of the part that a path means.

        Raises:
            MissingPart: There is none.
        """
        found = self.package.find(written, near=near)
        if found is None:
            raise MissingPart(written)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """A page of a document, before it is read."""

    key: str
    """Its id in the document."""
    written: str
    """Where it lies, as the document says."""


@dataclass(slots=True, kw_only=True)
class Document:
    """One document of a package."""

    part: str
    """Of its Document.xml."""
    root: Element
    parts: Parts
    resources: Resources
    pages: tuple[PageRef, ...]
    templates: dict[str, tuple[str, str]]
    """By id: where each lies, and whether in front or behind."""
    annotations: dict[str, list[str]]
    """By page id: the parts that hold its annotations."""
    attachments: tuple[str, ...]
    """Names of files that it brings along."""
    signatures: str | None
    """The part that lists its signatures."""
    missing: list[str] = field(default_factory=list)

    def page_area(self, page: Element) -> Area:
        """Return the area of a page in millimetres.

        Raises:
            Refusal: `damaged_page`: it is no size that a page can have.
        """
        common = child(self.root, "CommonData", "PageArea")
        for holder in (child(page, "Area"), common):
            for name in _BOXES:
                box = area(text_of(child(holder, name)))
                if box is not None:
                    return _checked(box)
        return _A4


def _checked(box: Area) -> Area:
    low, high = _SIZES_MM
    if not (low <= box[2] <= high and low <= box[3] <= high):
        raise Refusal("damaged_page", detail=f"{box[2]:g} x {box[3]:g} mm")
    return box


def documents(parts: Parts) -> list[Document]:
    """Return the documents of a package that can be read, in their order.

    Raises:
        Refusal: There is none; the code says why.
    """
    package = parts.package
    try:
        root = parts.xml(parts.located(_ROOT, ""))
    except MissingPart as error:
        if package.find(ENCRYPTIONS) is not None:
            raise Refusal("encrypted_ofd") from error
        raise Refusal("damaged_ofd", detail=_ROOT) from error
    found: list[Document] = []
    lost: list[str] = []
    for body in list(children(root, "DocBody"))[:_DOCUMENTS_MAX]:
        written = text_of(child(body, "DocRoot"))
        if leaves(written, near=_ROOT):
            raise Refusal("unsafe_ofd", detail=f"DocRoot {written[:80]}")
        try:
            found.append(_document(parts, written, text_of(child(body, "Signatures"))))
        except MissingPart:
            lost.append(written)
    if package.find(ENCRYPTIONS) is not None and (lost or not any(one.pages for one in found)):
        raise Refusal("encrypted_ofd")
    if lost or not found:
        if not found:
            raise Refusal("damaged_ofd", detail=f"DocRoot {', '.join(lost)[:80]}")
        found[0].missing += lost
    return found


def _document(parts: Parts, written: str, signatures: str) -> Document:
    part = parts.located(written, _ROOT)
    root = parts.xml(part)
    common = child(root, "CommonData")
    document = Document(
        part=part,
        root=root,
        parts=parts,
        resources=Resources(package=parts.package),
        pages=tuple(_pages(child(root, "Pages"))),
        templates=_templates(common),
        annotations={},
        attachments=(),
        signatures=parts.package.find(signatures, near=_ROOT) if signatures else None,
    )
    if signatures and document.signatures is None:
        document.missing.append(signatures)
    for path in (*resource_parts(common), *resource_parts(root)):
        add_resources(document, path, near=part)
    _take_annotations(document)
    _take_attachments(document)
    return document


def _pages(pages: Element | None) -> Iterator[PageRef]:
    for page in children(pages, "Page") if pages is not None else ():
        yield PageRef(key=page.get("ID") or "", written=page.get("BaseLoc") or "")


def _templates(common: Element | None) -> dict[str, tuple[str, str]]:
    found = {}
    for one in children(common, "TemplatePage") if common is not None else ():
        found[one.get("ID") or ""] = (one.get("BaseLoc") or "", one.get("ZOrder") or "")
    return found


def add_resources(document: Document, path: str, *, near: str) -> None:
    """Take a part of resources into the document; one that is not there is noted."""
    try:
        part = document.parts.located(path, near)
        document.resources.add(part, document.parts.xml)
    except MissingPart:
        document.missing.append(path)


def _take_annotations(document: Document) -> None:
    for path in texts(document.root, "Annotations"):
        try:
            part = document.parts.located(path, document.part)
            listed = document.parts.xml(part)
        except MissingPart:
            document.missing.append(path)
            continue
        for page in children(listed, "Page"):
            for written in texts(page, "FileLoc"):
                place = document.parts.package.find(written, near=part)
                if place is None:
                    document.missing.append(written)
                else:
                    document.annotations.setdefault(page.get("PageID") or "", []).append(place)


def _take_attachments(document: Document) -> None:
    names: list[str] = []
    for path in texts(document.root, "Attachments"):
        try:
            listed = document.parts.xml(document.parts.located(path, document.part))
        except MissingPart:
            document.missing.append(path)
            continue
        names += [
            one.get("Name") or text_of(child(one, "FileLoc")) or "?"
            for one in descendants(listed, "Attachment")
        ]
    document.attachments = tuple(names)
