"""`python -m models.evaluation.blank_forms FOLDER`: blank forms of other authorities claim nothing.

The folder's `forms.json` holds label grids of real forms. Each is printed as a native PDF, blank,
and read, classified and extracted as in a review. A form that is none of our kinds must come out as
`other` or unsettled, and no blank slot may give a value: neither as what the form came out as, nor
when it is taken for the kind of ours that it resembles most.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid
from rich.console import Console
from rich.table import Table

from corpus.faces import pdf_face
from models.evaluation.licence_fields import read_document
from preaudit.classify import Classifier, open_classifier
from preaudit.document import Document, Segment
from preaudit.extract import Extractor, open_extractor
from preaudit.fields import FieldState
from preaudit.read import open_reader
from preaudit.settings import Settings

OTHER: Final = "other"
OURS: Final = {
    "建筑工程施工许可申请表": "application-form",
    "建设工程质量安全监督登记表": "quality-safety-registration",
}
"""Titles of forms that are one of our kinds."""
_FACE: Final = "song"
_SLOT: Final = re.compile(r"⟦[^⟧]*⟧")
_HEADING: Final = re.compile(r"(?:表|书|核实|验收|备案|登记\([^()]*\)|情况)$")
_LONGEST_HEADING: Final = 45
_WIDE: Final = 480.0
_LEAST_ROW: Final = 24.0
_LEADING: Final = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One blank form."""

    number: str
    title: str
    """The heading that is printed; empty when it has none."""
    blocks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What came out of one blank form."""

    form: Form
    kinds: tuple[str, ...]
    """Of its segments, unsettled ones in brackets."""
    overclaimed: bool
    """Whether it came out settled as a kind that it is not."""
    found: tuple[str, ...]
    """Values that came out of blank slots, as `field=value`."""
    nearest: str
    """The kind of ours that it resembles most."""
    found_as_nearest: tuple[str, ...]
    """The same when it is taken for that kind."""


def forms_of(folder: Path) -> Iterator[Form]:
    """Yield the forms of a folder."""
    for told in json.loads((folder / "forms.json").read_text(encoding="utf-8")):
        rest = [*told["blocks"]]
        at = next((i for i, block in enumerate(rest) if _heading(block, told["title"])), None)
        title = "" if at is None else _heading(rest.pop(at), told["title"])
        yield Form(number=told["id"], title=title, blocks=tuple(rest))


def _heading(block: Mapping[str, Any], title: str) -> str:
    """Return the heading that a paragraph is; the page's name before it is no part of it."""
    text = " ".join(block.get("p", "").split())
    if text.startswith(f"{title} "):
        text = text.removeprefix(f"{title} ")
    plain = text.replace(" ", "")
    return plain if len(plain) <= _LONGEST_HEADING and _HEADING.search(plain) else ""


def printed(form: Form) -> bytes:
    """Return a form as a native PDF: its heading, its paragraphs, and its tables ruled."""
    out = io.BytesIO()
    paper = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=55, rightMargin=55, topMargin=60, bottomMargin=50, invariant=1
    )
    paper.build(list(_flowables(form)))
    return out.getvalue()


def _flowables(form: Form) -> Iterator[Flowable]:
    style = ParagraphStyle("body", fontName=pdf_face(_FACE), fontSize=10.5, leading=_LEADING)
    style.wordWrap = "CJK"
    head = ParagraphStyle("head", parent=style, fontSize=18, leading=24, alignment=TA_CENTER)
    if form.title:
        yield Paragraph(escape(form.title), head)
        yield Spacer(1, 12)
    for block in form.blocks:
        if "p" in block:
            yield Paragraph(escape(blank(block["p"])), style)
        elif block["table"]:
            yield from _grids(block["table"], style)
        yield Spacer(1, 6)


def blank(text: str) -> str:
    """Return a text without its slots."""
    return _SLOT.sub("", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    row: int
    column: int
    down: int
    across: int
    text: str


def _grids(
    rows: Sequence[Sequence[Mapping[str, Any]]], style: ParagraphStyle
) -> Iterator[Flowable]:
    """Yield a table, cut where no cell reaches over the cut, as long tables are on paper."""
    placed = list(_placed(rows))
    wide = max(one.column + one.across for one in placed)
    for start, end in _parts(placed, len(rows)):
        own = [one for one in placed if start <= one.row < end]
        yield _grid(own, start, end - start, wide, style)


def _placed(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[_Placed]:
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            down = min(int(cell.get("rs", 1)), len(rows) - number)
            across = int(cell.get("cs", 1))
            taken |= {(number + y, column + x) for y in range(down) for x in range(across)}
            yield _Placed(
                row=number, column=column, down=down, across=across, text=blank(cell.get("t", ""))
            )
            column += across


def _parts(placed: Sequence[_Placed], count: int) -> Iterator[tuple[int, int]]:
    """Yield runs of rows that no cell ties to others."""
    start = 0
    for cut in range(1, count + 1):
        if not any(one.row < cut < one.row + one.down for one in placed):
            yield start, cut
            start = cut


def _grid(
    own: Sequence[_Placed], first: int, count: int, wide: int, style: ParagraphStyle
) -> Flowable:
    step = _WIDE / wide
    texts: list[list[Any]] = [[""] * wide for _ in range(count)]
    heights = [_LEAST_ROW] * count
    spans: list[tuple[Any, ...]] = []
    for one in own:
        row = one.row - first
        cell = Paragraph(escape(one.text), style)
        texts[row][one.column] = cell
        last = row + one.down - 1
        spans.append(("SPAN", (one.column, row), (one.column + one.across - 1, last)))
        _, high = cell.wrap(step * one.across - 8, 10_000)
        heights[last] = max(heights[last], high + 10 - sum(heights[row:last]))
    ruled = [("GRID", (0, 0), (-1, -1), 0.6, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    sides = [("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4)]
    return Grid(texts, colWidths=[step] * wide, rowHeights=heights, style=[*spans, *ruled, *sides])


def claim(form: Form, document: Document, classifier: Classifier, extractor: Extractor) -> Claim:
    """Return what came out of a blank form that was read."""
    segments = classifier.classify(document)
    ours = OURS.get(form.title, OTHER)
    found = [one for segment in segments for one in _found(document, segment, extractor)]
    nearest, taken = _nearest(document, segments)
    return Claim(
        form=form,
        kinds=tuple(one.kind if one.settled else f"({one.kind})" for one in segments),
        overclaimed=any(one.settled and one.kind not in (OTHER, ours) for one in segments),
        found=tuple(found),
        nearest=nearest,
        found_as_nearest=tuple(_found(document, taken, extractor)) if taken else (),
    )


def _nearest(document: Document, segments: Sequence[Segment]) -> tuple[str, Segment | None]:
    """Return the kind that the first segment resembles most, and the whole form as that kind."""
    first = segments[0]
    ranked = [(first.kind, first.confidence), *first.runners_up]
    kind = next((name for name, _ in ranked if name != OTHER), "")
    if not kind:
        return "", None
    pages = tuple(page.number for page in document.pages)
    return kind, Segment(
        sha256=document.source.sha256, pages=pages, kind=kind, confidence=first.confidence,
        runners_up=(), settled=True,
    )  # fmt: skip


def _found(document: Document, segment: Segment, extractor: Extractor) -> Iterator[str]:
    for field in extractor.extract(document, segment).fields:
        if field.state is FieldState.FOUND:
            yield f"{field.name}={field.raw}"


def main(arguments: list[str]) -> int:
    """Print, read and judge every form, print the table; the exit code tells only that it ran."""
    console = Console(width=180)
    if len(arguments) != 1:
        console.print("usage: python -m models.evaluation.blank_forms FOLDER")
        return 2
    settings = Settings()
    reader, classifier, extractor = (
        open_reader(settings), open_classifier(settings), open_extractor(settings),
    )  # fmt: skip
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory() as scratch:
        for form in forms_of(Path(arguments[0])):
            path = Path(scratch) / f"{form.number}.pdf"
            path.write_bytes(printed(form))
            document = read_document(path, reader, settings)
            claims.append(claim(form, document, classifier, extractor))
    print_claims(claims, console)
    return 0


def print_claims(claims: Sequence[Claim], console: Console) -> None:
    """Print one row for each form and the counts below."""
    table = Table(title="blank forms", title_justify="left")
    for head in ("form", "title", "came as", "found", "nearest of ours", "found as that"):
        table.add_column(head)
    for one in claims:
        table.add_row(
            one.form.number,
            one.form.title,
            ("! " if one.overclaimed else "") + ", ".join(one.kinds),
            "\n".join(one.found),
            one.nearest,
            "\n".join(one.found_as_nearest),
        )
    console.print(table)
    console.print(
        f"{len(claims)} forms, overclaimed {sum(one.overclaimed for one in claims)}, "
        f"values out of blank slots {sum(len(one.found) for one in claims)}, "
        f"as the nearest kind {sum(len(one.found_as_nearest) for one in claims)}",
        highlight=False,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
