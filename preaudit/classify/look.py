"""One page as the splitter sees it: scores for each kind, headings, page number, running head."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from preaudit.classify.heading import TitleHit, headings, title_hits, unknown_form
from preaudit.classify.knowledge import OTHER, label_table, looks, mark_table
from preaudit.document import Page
from preaudit.folding import compact, within_edits

_PAGE_OF = re.compile(r"第(\d{1,3})页[,，/]?共(\d{1,3})页")
_PAGE_SLASH = re.compile(r"^(?:页码:?|Page)?(\d{1,3})[/／](\d{1,3})页?$")
_PAGE_ALONE = re.compile(r"^(?:[-·—第]+)(\d{1,3})(?:[-·—]+|页)$")
_TITLE_SHARE = 0.95
_LABEL_SHARE = 0.8
_STRONG = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one page shows of its kind."""

    page: Page
    scores: dict[str, float]
    titles: tuple[TitleHit, ...]
    number: int | None
    """The printed page number."""
    of_pages: int | None
    head: str
    """The running head, compact; empty if there is none."""
    unknown_form: float
    """How clearly it calls itself a form of none of our kinds; 0 where it bears their title."""
    prominent: tuple[str, ...]
    words: tuple[str, ...]
    """The beginnings of lines and cells, compact."""

    @property
    def title(self) -> TitleHit | None:
        """The title that says what this page begins, if one is clear."""
        first = next((hit for hit in self.titles if not hit.running), None)
        return first if first and first.score >= _STRONG else None

    @property
    def ranking(self) -> tuple[tuple[str, float], ...]:
        """Kinds with their score, likeliest first."""
        return tuple(sorted(self.scores.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def empty(self) -> bool:
        """Whether nothing can be read on the page."""
        return not self.words

    @property
    def sparse(self) -> bool:
        """Whether it says little, as a cover does."""
        return not self.page.cells and sum(len(word) for word in self.words) < 220  # noqa: PLR2004

    def begins(self, words: Iterable[str]) -> bool:
        """Tell whether a heading begins with, or is, one of `words`."""
        return any(
            text.startswith(word) or word in text[:8] for text in self.prominent for word in words
        )

    def has(self, label: str) -> bool:
        """Tell whether a line or cell begins with this label."""
        return any(word.startswith(label) for word in self.words)


def look_at(page: Page) -> Look:
    """Return what a page shows of its kind."""
    words = tuple(_words(page))
    titles = title_hits(page)
    number, of_pages = _page_number(page)
    return Look(
        page=page,
        scores=_scores(titles, words, page),
        titles=titles,
        number=number,
        of_pages=of_pages,
        head=_running_head(page),
        unknown_form=0.0 if _ours(titles) else unknown_form(page),
        prominent=tuple(one.text for one in headings(page) if one.prominence >= 0.5),  # noqa: PLR2004
        words=words,
    )


def _ours(titles: Iterable[TitleHit]) -> bool:
    return any(hit.score >= _STRONG and hit.kind != OTHER for hit in titles)


def _words(page: Page) -> Iterable[str]:
    for line in page.lines:
        text = re.sub(
            r"^(?:[\((]?\d{1,2}[\))][、.]?|\d{1,2}[.、](?!\d)|[一二三四五六七八九十]+、)",
            "",
            compact(line.text),
        )
        if text:
            yield text
    for cell in page.cells:
        if len(cell.lines) > 1:
            yield compact(cell.text)


def _scores(titles: tuple[TitleHit, ...], words: tuple[str, ...], page: Page) -> dict[str, float]:
    by_title: dict[str, float] = defaultdict(float)
    for hit in titles:
        share = 0.35 if hit.running else _TITLE_SHARE
        by_title[hit.kind] = max(by_title[hit.kind], hit.score * share)
    by_label = _label_scores(words, page)
    return {
        kind: 1 - (1 - min(0.97, by_title[kind])) * (1 - _LABEL_SHARE * by_label[kind])
        for kind in looks().kinds
    }


def _label_scores(words: tuple[str, ...], page: Page) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for label, kind, weight in label_table():
        if any(_is_label(word, label) for word in words):
            weights[kind] += weight
    whole = "\n".join(compact(line.text) for line in page.lines)
    for pattern, kind, weight in mark_table():
        if pattern.search(whole):
            weights[kind] += weight
    return defaultdict(float, {kind: 1 - math.exp(-1.1 * sum_) for kind, sum_ in weights.items()})


def _is_label(word: str, label: str) -> bool:
    if word.startswith(label):
        return True
    close = len(label) >= 5 and len(word) >= len(label)  # noqa: PLR2004 - shorter ones are too alike
    return close and within_edits(word[: len(label)], label, 1)


def _page_number(page: Page) -> tuple[int | None, int | None]:
    for line in page.lines:
        text = compact(line.text)
        found = _PAGE_OF.search(text)
        if found:
            return int(found[1]), int(found[2])
    for line in page.lines:
        if 0.08 < line.box.top < 0.88:  # noqa: PLR2004 - page numbers stand at the edges
            continue
        text = compact(line.text)
        slash = _PAGE_SLASH.match(text)
        if slash and int(slash[1]) <= int(slash[2]):
            return int(slash[1]), int(slash[2])
        alone = _PAGE_ALONE.match(text)
        if alone:
            return int(alone[1]), None
    return None, None


def _running_head(page: Page) -> str:
    return next((one.text for one in headings(page) if one.running and len(one.text) >= 4), "")  # noqa: PLR2004
