"""The XML of an OFD, parsed without document types, entities or anything from outside.

Writers disagree about namespaces (there are at least three), so elements go by their local names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from preaudit.ingest.problems import Refusal

Element = Any
"""An lxml element."""

_FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")
_FORBIDDEN_BYTES = tuple(
    word.encode(codec) for word in _FORBIDDEN for codec in ("ascii", "utf-16-le", "utf-16-be")
)
_TRUE = frozenset({"true", "1"})


def parsed(data: bytes, name: str) -> tuple[Element, bool]:
    """Return the root of a part's XML, and whether the XML is well formed.

    What stands before the fault is read even when it is not.

    Raises:
        Refusal: It has a document type, or there is nothing to read in it.
    """
    if any(word in data for word in _FORBIDDEN_BYTES):
        raise Refusal("unsafe_ofd", detail="DOCTYPE")
    sound = True
    try:
        root = etree.fromstring(data, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        sound = False
        try:
            root = etree.fromstring(data, _parser(recover=True))
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Refusal("damaged_ofd", detail=f"{name[:80]}: XML") from error
    if root is None:
        raise Refusal("damaged_ofd", detail=f"{name[:80]}: XML")
    return root, sound


def _parser(*, recover: bool) -> Any:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children with one of these names."""
    for child in element.iterchildren():
        if local(child) in names:
            yield child


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first child with this name, or the first below it along a path of names."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def text_of(element: Element | None) -> str:
    """Return an element's own text without blanks around it; empty for no element."""
    return (element.text or "").strip() if element is not None else ""


def texts(element: Element | None, name: str) -> list[str]:
    """Return the texts of all children with this name that say something."""
    if element is None:
        return []
    return [text for one in children(element, name) if (text := text_of(one))]


def flag(element: Element, name: str, *, default: bool) -> bool:
    """Return a yes-or-no attribute."""
    written = element.get(name)
    return default if written is None else written.strip().lower() in _TRUE


def descendants(element: Element, name: str) -> Iterator[Element]:
    """Yield all elements below with this name, in the order of the document."""
    for one in element.iter():
        if local(one) == name:
            yield one
