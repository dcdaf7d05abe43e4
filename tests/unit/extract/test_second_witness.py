"""What the tagger's word counts for when readings are weighed."""

from __future__ import annotations

from preaudit.document import Line, Origin, Page, Quality
from preaudit.extract.candidate import Candidate
from preaudit.extract.passage import Piece, join
from preaudit.extract.resolve import resolve
from preaudit.fields import Field, FieldState, Text
from preaudit.geometry import Box


def a_line(text: str, top: float) -> Line:
    """A row of text."""
    edges = tuple(0.1 + 0.02 * at for at in range(len(text) + 1))
    box = Box(page=1, left=edges[0], top=top, right=edges[-1], bottom=top + 0.016)
    return Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges)


LINES = (a_line("段珊云", 0.2), a_line("柯泽悦", 0.4))
PAGE = Page(
    number=1,
    aspect=1.414,
    lines=LINES,
    cells=(),
    marks=(),
    quality=Quality(flaws=(), dpi=None, mean_confidence=1.0),
)


def reading(line: Line, method: str, confidence: float) -> Candidate:
    """A reading of the project manager's name."""
    passage = join([Piece(line=line, start=0, end=len(line.text), aspect=1.414)])
    return Candidate(
        field="project_manager",
        value=Text(text=line.text),
        passage=passage,
        start=0,
        end=len(line.text),
        method=method,
        confidence=confidence,
    )


def resolved(*found: Candidate) -> Field:
    """What becomes of the field."""
    (field,) = resolve(("project_manager",), found, {1: PAGE}, "00")
    return field


def test_the_tagger_alone_is_not_believed() -> None:
    """A value with neither label nor wording beside it stays unsaid."""
    assert resolved(reading(LINES[0], "tagger", 0.78)).state is FieldState.MISSING


def test_without_a_second_witness_a_tie_is_ambiguous() -> None:
    """Two values with equally good labels: nobody can say which."""
    found = (reading(LINES[0], "label", 0.9), reading(LINES[1], "label", 0.9))

    assert resolved(*found).state is FieldState.AMBIGUOUS


def test_a_second_witness_settles_a_tie() -> None:
    """Of two equally good readings the one that the tagger marks too wins."""
    found = (
        reading(LINES[0], "label", 0.9),
        reading(LINES[1], "label", 0.9),
        reading(LINES[1], "tagger", 0.7),
    )
    field = resolved(*found)

    assert field.state is FieldState.FOUND
    assert field.raw == "柯泽悦"
