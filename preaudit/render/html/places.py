"""Pages of the case and places on them, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from preaudit.fields import Evidence
from preaudit.findings import Verdict
from preaudit.geometry import Box
from preaudit.render.html.images import PageKey, Picture
from preaudit.report import Report
from preaudit.sheet import Source

_MARGIN = 0.03
"""Of the page width, around what a crop shows."""
_CROP_WIDTH = 0.5
"""A crop shows at least this share of the page width, so that its scale stays readable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page of the case."""

    index: int
    """Counts from 0 over all files; names the page in the HTML."""
    file: str
    number: int
    total: int
    aspect: float | None
    """Height over width; None when there is no picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A cut-out of a page picture, all figures in percent."""

    aspect: float
    """Width over height of the cut-out."""
    size_x: float
    size_y: float
    position_x: float
    position_y: float
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place on a page that a reader can go to."""

    page: PageView
    box: Box | None
    quote: str
    confidence: float
    crop: Crop | None

    @property
    def sides(self) -> str:
        """The box as the page's script reads it."""
        box = self.box
        return f"{box.left:.5f},{box.top:.5f},{box.right:.5f},{box.bottom:.5f}" if box else ""


def page_keys(report: Report) -> tuple[PageKey, ...]:
    """Return every page of the case in the order of its files; copies of a file once."""
    every = [
        PageKey(sha256=source.sha256, page=page)
        for source in report.sources
        for page in range(1, source.pages + 1)
    ]
    return tuple(dict.fromkeys(every))


def cited_pages(report: Report) -> frozenset[PageKey]:
    """Return the pages that carry evidence of a finding other than a plain pass."""
    asking = {Verdict.FAIL, Verdict.UNDETERMINED}
    return frozenset(
        PageKey(sha256=evidence.sha256, page=evidence.box.page)
        for finding in report.findings
        if finding.verdict in asking
        for evidence in finding.evidence
    )


class Pages:
    """The pages of the case, by file and number."""

    def __init__(self, report: Report, shots: Mapping[PageKey, Picture]) -> None:
        sources: dict[str, Source] = {}
        for source in report.sources:
            sources.setdefault(source.sha256, source)
        self._views: dict[PageKey, PageView] = {}
        for index, key in enumerate(page_keys(report)):
            shot = shots.get(key)
            self._views[key] = PageView(
                index=index,
                file=sources[key.sha256].name,
                number=key.page,
                total=sources[key.sha256].pages,
                aspect=shot.aspect if shot else None,
            )

    @property
    def all(self) -> tuple[PageView, ...]:
        """All pages, in the order of their files."""
        return tuple(self._views.values())

    def get(self, sha256: str, page: int) -> PageView | None:
        """Return a page; None when its file is not in the case."""
        return self._views.get(PageKey(sha256=sha256, page=page))

    def place(self, evidence: Evidence, *, crop: bool = False) -> PlaceView | None:
        """Return where evidence stands, with a cut-out if asked; None outside the case."""
        page = self.get(evidence.sha256, evidence.box.page)
        if page is None:
            return None
        wanted = crop and page.aspect is not None
        return PlaceView(
            page=page,
            box=evidence.box,
            quote=evidence.quote,
            confidence=evidence.confidence,
            crop=_crop(evidence.box, page.aspect) if wanted and page.aspect else None,
        )


def bare_place(page: PageView, box: Box | None, quote: str) -> PlaceView:
    """Return a place that rests on no reading."""
    return PlaceView(page=page, box=box, quote=quote, confidence=1.0, crop=None)


def _crop(box: Box, aspect: float) -> Crop:
    """Return the cut-out around a box; `aspect` is the page's height over its width."""
    left, right = _window(box.left - _MARGIN, box.right + _MARGIN, least=_CROP_WIDTH)
    margin = _MARGIN / aspect
    top, bottom = _window(box.top - margin, box.bottom + margin, least=2 * margin)
    wide, high = right - left, bottom - top
    return Crop(
        aspect=wide / (high * aspect),
        size_x=100 / wide,
        size_y=100 / high,
        position_x=100 * left / (1 - wide) if wide < 1 else 0,
        position_y=100 * top / (1 - high) if high < 1 else 0,
        left=100 * (box.left - left) / wide,
        top=100 * (box.top - top) / high,
        width=100 * box.width / wide,
        height=100 * box.height / high,
    )


def _window(low: float, high: float, *, least: float) -> tuple[float, float]:
    """Return a window within 0..1 that holds both ends and is at least so wide."""
    missing = max(0.0, least - (high - low)) / 2
    start, end = low - missing, high + missing
    if start < 0:
        start, end = 0.0, end - start
    if end > 1:
        start, end = start - (end - 1), 1.0
    return max(0.0, start), min(1.0, end)
