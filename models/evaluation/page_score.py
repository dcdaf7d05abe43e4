"""What reading got right on one page: characters, cells, wrapped values, order, page numbers.

Rules of measuring:

- Text is compared after spaces were taken away and full-width forms made half-width; every other
  difference is an error. Errors are characters to put in, leave out or change (Levenshtein).
- Read characters count where they stand (`placing`): what was read on a printed line is compared
  with that line, missing lines count whole, and what was read where nothing is printed is put in.
- What was read on a mark, a tick box or a picture, off every printed line, is not counted: a seal
  does bear words, but they are the marks' to tell. On a mark that stands where a line ends, such as
  a signature beside its label, it counts to the line only where that makes no error. Signs of the
  shape of a box are not counted on a tick box inside a line either.
- A cell is right when a read cell covers it (intersection over union of at least one half), has
  its row, column and spans, and says the same up to one error in twenty characters.
- A value broken over lines is whole when it stands in one piece in the order of reading, a cell
  broken over lines when one cell says it; up to one error in twenty characters.
- The order is right at a place when of two lines that follow one another in the flow of the text
  the second is the next that is read; text outside the flow is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from corpus.printed import PrintedCell, Shares
from models.evaluation.edits import distance, distance_within, normalised
from models.evaluation.placing import PageTruth, Placed, place
from preaudit.document import Cell, Page

_SAME_CELL = 0.5
_TOLERANCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """Counts of one page, or of many when added up."""

    errors: int = 0
    characters: int = 0
    cells: int = 0
    cells_read: int = 0
    cells_found: int = 0
    """By their place alone."""
    cells_placed: int = 0
    """By place, row, column and spans."""
    cells_right: int = 0
    """By all that and their text."""
    wrapped: int = 0
    wrapped_whole: int = 0
    steps: int = 0
    steps_right: int = 0
    """Of the order of reading."""
    numbers: int = 0
    numbers_right: int = 0
    pages: int = 1

    def __add__(self, other: PageScore) -> PageScore:
        """Add the counts up."""
        return PageScore(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )

    @property
    def cer(self) -> float:
        """Errors per printed character."""
        return self.errors / max(1, self.characters)

    def cell_f1(self, right: int) -> float:
        """Return the F1 of cells of which so many are right."""
        total = self.cells + self.cells_read
        return 2 * right / total if total else 1.0


NOTHING = PageScore(pages=0)


def cer(truth: PageTruth, page: Page) -> tuple[int, int]:
    """Return the errors on the page and the characters printed on it."""
    return _errors(truth, place(truth, page))


def score_page(truth: PageTruth, page: Page) -> PageScore:
    """Return all counts of one page."""
    placed = place(truth, page)
    errors, characters = _errors(truth, placed)
    partners = _partners(truth, page)
    texts = _cell_texts(page, placed)
    steps, steps_right = _order(truth, placed)
    wrapped = _wrapped(truth, page, partners, texts)
    numbers = [at for at, run in enumerate(truth.runs) if run.role == "number"]
    return PageScore(
        errors=errors,
        characters=characters,
        cells=len(truth.cells),
        cells_read=len(page.cells),
        cells_found=len(partners),
        cells_placed=sum(_same_place(truth.cells[i], page.cells[j]) for i, j in partners.items()),
        cells_right=sum(
            _same_place(truth.cells[i], page.cells[j])
            and _alike(_text_of(truth, truth.cells[i]), texts[j])
            for i, j in partners.items()
        ),
        wrapped=len(wrapped),
        wrapped_whole=sum(wrapped),
        steps=steps,
        steps_right=steps_right,
        numbers=len(numbers),
        numbers_right=sum(
            normalised(placed.runs[at]) == normalised(truth.runs[at].text) for at in numbers
        ),
    )


def _errors(truth: PageTruth, placed: Placed) -> tuple[int, int]:
    errors = len(normalised(placed.stray))
    characters = 0
    for row, readings in placed.rows:
        printed = normalised("".join(truth.runs[at].text for at in row))
        errors += min(distance(printed, normalised(said)) for said in readings)
        characters += len(printed)
    return errors, characters


def _alike(printed: str, said: str) -> bool:
    return distance(printed, said) <= len(printed) // _TOLERANCE


def _text_of(truth: PageTruth, cell: PrintedCell) -> str:
    return normalised("".join(truth.runs[at].text for at in cell.runs))


def _cell_texts(page: Page, placed: Placed) -> list[str]:
    """Return what each read cell says, without what was read on marks."""
    numbers = {id(line): index for index, line in enumerate(page.lines)}
    by_value = {line: index for index, line in enumerate(page.lines)}
    texts = []
    for cell in page.cells:
        said = []
        for line in cell.lines:
            index = numbers.get(id(line), by_value.get(line, -1))
            said += [
                char for at, char in enumerate(line.text) if (index, at) not in placed.forgiven
            ]
        texts.append(normalised("".join(said)))
    return texts


def _partners(truth: PageTruth, page: Page) -> dict[int, int]:
    """Return for printed cells the read cell that covers the same place, by index."""
    boxes = [_file_box(page, cell) for cell in page.cells]
    pairs = sorted(
        (
            (_overlap(cell.box, box), i, j)
            for i, cell in enumerate(truth.cells)
            for j, box in enumerate(boxes)
        ),
        reverse=True,
    )
    partners: dict[int, int] = {}
    for share, i, j in pairs:
        if share >= _SAME_CELL and i not in partners and j not in partners.values():
            partners[i] = j
    return partners


def _file_box(page: Page, cell: Cell) -> Shares:
    box = page.to_file.box(cell.box)
    return box.left, box.top, box.right, box.bottom


def _overlap(one: Shares, other: Shares) -> float:
    """Return intersection over union."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, across) * max(0.0, down)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared) if shared else 0.0


def _same_place(printed: PrintedCell, read: Cell) -> bool:
    return (printed.row, printed.column, printed.row_span, printed.column_span) == (
        read.row,
        read.column,
        read.row_span,
        read.column_span,
    )


def _wrapped(
    truth: PageTruth, page: Page, partners: dict[int, int], texts: Sequence[str]
) -> list[bool]:
    """Return for all that is broken over lines whether it is whole."""
    stream = normalised("".join(line.text for line in page.lines))
    whole = []
    for value in truth.values:
        printed = normalised(value)
        whole.append(distance_within(printed, stream) <= len(printed) // _TOLERANCE)
    for index, cell in enumerate(truth.cells):
        if len(cell.runs) > 1:
            said = texts[partners[index]] if index in partners else ""
            whole.append(_alike(_text_of(truth, cell), said))
    return whole


def _order(truth: PageTruth, placed: Placed) -> tuple[int, int]:
    """Return how many steps there are from line to line, and how many are right."""
    flow = [at for at, run in enumerate(truth.runs) if run.role == "text"]
    found = sorted((at for at in flow if at in placed.amid), key=lambda at: placed.amid[at])
    rank = {at: index for index, at in enumerate(found)}
    steps = [
        rank[after] == rank[before] + 1
        for before, after in pairwise(flow)
        if before in rank and after in rank
    ]
    return len(steps), sum(steps)
