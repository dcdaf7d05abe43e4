"""Real licences with labelled lines: character errors on the lines that somebody wrote down.

The folder holds `images/`, `lines/*.tsv` (number, four corners, text, label) and
`known_label_issues.tsv` (picture, what is wrong, the text). A line whose label is known to be wrong
or to stand for something illegible is left out; spaces never count. Nothing is asked about text
that nobody labelled.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.printed import Run
from models.evaluation.edits import distance, normalised
from models.evaluation.placing import PageTruth, place
from preaudit.document import Page

_FIELDS = 11
_ILLEGIBLE = "#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """One picture and its labelled lines, with corners in pixels of the picture as stored."""

    picture: Path
    lines: tuple[tuple[tuple[float, ...], str], ...]

    def truth(self, width: int, height: int) -> PageTruth:
        """Return the lines as truth of a page of that many pixels."""
        return PageTruth(
            page=1,
            aspect=height / width,
            channel="licence",
            kind="business-licence",
            family="real",
            runs=tuple(_run(corners, text, width, height) for corners, text in self.lines),
        )


def licences(folder: Path) -> Iterator[Licence]:
    """Yield the pictures of a folder that have labelled lines."""
    faults = _faults(folder / "known_label_issues.tsv")
    for path in sorted((folder / "lines").glob("*.tsv")):
        yield Licence(
            picture=next((folder / "images").glob(f"{path.stem}.*")),
            lines=tuple(
                (corners, text)
                for corners, text in _lines(path)
                if _ILLEGIBLE not in text and normalised(text) not in faults.get(path.stem, set())
            ),
        )


def licence_errors(truth: PageTruth, page: Page) -> list[tuple[int, str, str]]:
    """Return for each labelled line its errors, the label and what was read there."""
    placed = place(truth, page)
    found = []
    for at, run in enumerate(truth.runs):
        printed, said = normalised(run.text), normalised(placed.runs[at])
        found.append((distance(printed, said), printed, said))
    return found


def _lines(path: Path) -> Iterator[tuple[tuple[float, ...], str]]:
    for row in path.read_text(encoding="utf-8-sig").splitlines():
        cells = row.split(",", maxsplit=9)
        if len(cells) < _FIELDS - 1:
            continue
        text = cells[9].rpartition(",")[0]
        yield tuple(float(value) for value in cells[1:9]), text


def _run(corners: tuple[float, ...], text: str, width: int, height: int) -> Run:
    points = [(corners[at] / width, corners[at + 1] / height) for at in range(0, 8, 2)]
    return Run(
        page=1, text=text, over=(points[0], points[1]), under=(points[3], points[2]), role="text"
    )


def _faults(path: Path) -> dict[str, set[str]]:
    """Return the texts of labels that are known to be wrong, by picture."""
    faults: dict[str, set[str]] = {}
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.reader(rows, delimiter="\t"):
                faults.setdefault(row[0], set()).add(normalised(row[-1]))
    return faults
