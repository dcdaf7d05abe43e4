"""The words of a DOCX paragraph: final ones only, with symbols, page numbers and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

BREAK = "\n"
PAGE_NUMBER, PAGE_COUNT = "\ue900", "\ue901"
"""Stand for numbers that are only known when a page is set."""
_TAB = "\N{NO-BREAK SPACE}" * 4
_SYMBOLS = {
    0xF0FE: "☑", 0xF052: "☑", 0xF0FD: "☒", 0xF054: "☒", 0xF0A8: "□", 0xF06F: "□", 0xF0A3: "□",
    0xF071: "□", 0xF0FC: "✓", 0xF050: "✓",
}  # fmt: skip
"""Boxes and ticks of Wingdings, with which Word forms are filled in."""
_OTHER_SYMBOL = "•"
_WORDLESS = frozenset({
    qn("w:pPr"), qn("w:rPr"), qn("w:del"), qn("w:moveFrom"), qn("w:txbxContent"),
    qn("w:drawing"), qn("w:pict"), qn("w:object"), qn("w:rt"),
})  # fmt: skip
_PLAIN = {
    qn("w:tab"): _TAB, qn("w:ptab"): _TAB, qn("w:br"): BREAK, qn("w:cr"): BREAK,
    qn("w:noBreakHyphen"): "-",
}  # fmt: skip
_WORDS = frozenset({qn("w:t"), qn("m:t")})
_NUMBERED = re.compile(r"^\s*(PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
CHANGED = (
    qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo"), qn("w:cellIns"), qn("w:cellDel"),
)  # fmt: skip
"""Elements by which a document keeps what was changed in it."""


@dataclass(slots=True)
class _Fields:
    """Where in a field one is: its instruction comes first, then what it last came to."""

    instructions: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    """For each open field, what to write instead of its result; empty to write the result."""

    def instruct(self, text: str) -> None:
        """Take more of the instruction of the innermost field."""
        if self.instructions:
            self.instructions[-1] += text

    @property
    def silent(self) -> bool:
        """Whether words are those of a number that is written anew."""
        return any(self.results)


def paragraph_text(element: Any) -> str:
    """Return a paragraph's text; a line break is a newline."""
    return "".join(_words(element, _Fields()))


def _words(element: Any, fields: _Fields) -> Iterator[str]:
    for child in element.iterchildren():
        tag = child.tag if isinstance(child.tag, str) else ""
        number = _number_of(child.get(qn("w:instr"), "")) if tag == qn("w:fldSimple") else ""
        if tag == qn("w:fldChar"):
            yield from _turn(child, fields)
        elif tag == qn("w:instrText"):
            fields.instruct(child.text or "")
        elif number:
            yield number
        elif fields.silent:
            _passed_over(child, fields)
        elif tag in _WORDS:
            yield child.text or ""
        elif tag in _PLAIN:
            yield _PLAIN[tag]
        elif tag == qn("w:sym"):
            yield _symbol(child)
        elif tag and tag not in _WORDLESS and not tag.endswith("}Fallback"):
            yield from () if is_hidden(child) else _words(child, fields)


def _passed_over(element: Any, fields: _Fields) -> None:
    """Follow the fields of an element whose words are those of a number written anew."""
    for mark in element.iter(qn("w:fldChar")):
        for _ in _turn(mark, fields):
            pass


def _turn(element: Any, fields: _Fields) -> Iterator[str]:
    """Follow a field over its beginning, middle and end; yield what stands for its number."""
    kind = element.get(qn("w:fldCharType"), "")
    if kind == "begin":
        fields.instructions.append("")
        fields.results.append("")
    elif kind == "separate" and fields.instructions:
        number = _number_of(fields.instructions[-1])
        fields.results[-1] = number
        yield number
    elif kind == "end" and fields.instructions:
        instruction, result = fields.instructions.pop(), fields.results.pop()
        if not result:
            yield from () if _separated(element) else (_number_of(instruction),)


def _separated(element: Any) -> bool:
    """Tell whether the field that ends here has a result, which was written already."""
    paragraph = next(element.iterancestors(qn("w:p")), None)
    if paragraph is None:
        return True
    kinds = [one.get(qn("w:fldCharType"), "") for one in paragraph.iter(qn("w:fldChar"))]
    return "separate" in kinds


def _number_of(instruction: str) -> str:
    match = _NUMBERED.match(instruction)
    if match is None:
        return ""
    return PAGE_NUMBER if match.group(1).upper() == "PAGE" else PAGE_COUNT


def is_hidden(element: Any) -> bool:
    """Tell whether a run is formatted as hidden: programs neither show nor print it."""
    if element.tag != qn("w:r"):
        return False
    mark = element.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val"), "1") not in {"0", "false", "off"}


def _symbol(element: Any) -> str:
    try:
        return _SYMBOLS.get(int(element.get(qn("w:char"), "0"), 16), _OTHER_SYMBOL)
    except ValueError:
        return _OTHER_SYMBOL


def own(element: Any, *tags: str) -> Iterator[Any]:
    """Yield descendants with these tags, but not doubles kept for old programs or inner boxes."""
    for child in element.iterchildren():
        if not isinstance(child.tag, str) or child.tag.endswith("}Fallback"):
            continue
        if child.tag in {qn("w:del"), qn("w:moveFrom")}:
            continue
        if child.tag in tags:
            yield child
        elif child.tag != qn("w:txbxContent"):
            yield from own(child, *tags)
