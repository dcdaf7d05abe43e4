"""How well tagged spans agree with true values, on pages with truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.tagging.examples import LabelledPage
from preaudit.extract.tagger import TaggedSpan, Tagger
from preaudit.folding import compact


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Counts over (page, field, text): a value counts once a page."""

    right: int
    said: int
    asked: int

    @property
    def precision(self) -> float:
        """Share of what was tagged that is true."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was tagged."""
        return self.right / self.asked if self.asked else 1.0

    def rounded(self) -> Mapping[str, float]:
        """Return the rates for a manifest."""
        both = self.precision + self.recall
        f1 = 2 * self.precision * self.recall / both if both else 0.0
        named = {"precision": self.precision, "recall": self.recall, "f1": f1}
        return {name: round(rate, 4) for name, rate in named.items()}

    def __str__(self) -> str:
        """Print the rates on one line."""
        return ", ".join(f"{name} {rate:.4f}" for name, rate in self.rounded().items())


def agreement(tagger: Tagger, pages: Iterable[LabelledPage]) -> Agreement:
    """Compare what the tagger finds with what was printed, text by text."""
    right = said = asked = 0
    for page in pages:
        found = {(span.field, text_of(span, page)) for span in tagger.tag(page.page, page.kind)}
        true = {
            (field, "".join(compact(text) for text, _ in pieces))
            for field, pieces in page.values
            if field in tagger.fields
        }
        right += len(found & true)
        said += len(found)
        asked += len(true)
    return Agreement(right=right, said=said, asked=asked)


def text_of(span: TaggedSpan, page: LabelledPage) -> str:
    """Return what a span says, blanks left out."""
    return compact("".join(page.page.lines[line].text[a:b] for line, a, b in span.pieces))
