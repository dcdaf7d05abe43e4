"""A segment to a material: fields with evidence, marks, signing places and page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Protocol

from preaudit.case import Material
from preaudit.document import Document, Mark, Page, Segment
from preaudit.extract.paging import page_labels
from preaudit.extract.paging_seals import paging_seals
from preaudit.extract.pipeline import CandidatePipeline
from preaudit.extract.resolve import Place, resolve
from preaudit.extract.scorer import FILE, Scorer, open_scorer
from preaudit.extract.signing import signing_places
from preaudit.extract.tagger import Tagger, open_tagger, tagger_digest
from preaudit.extract.texts import segment_texts
from preaudit.extract.values.reading import fields_of
from preaudit.settings import Settings


class Extractor(Protocol):
    """Turns segments into materials."""

    def extract(self, document: Document, segment: Segment) -> Material:
        """Return the material that a segment is; `instance` is 1, the caller renumbers."""

    @property
    def engines(self) -> tuple[tuple[str, str], ...]:
        """Name and version of what carries the extraction."""

    @property
    def weights(self) -> tuple[tuple[str, str], ...]:
        """Name and SHA-256 of each network."""


class PipelineExtractor:
    """The extractor made of the candidate pipeline and the resolver."""

    def __init__(
        self,
        scorer: Scorer,
        tagger: Tagger | None = None,
        weights: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Make the pipeline.

        Args:
            scorer: Rates readings.
            tagger: Reads pages; the sources that need no weights read them too.
            weights: Name and SHA-256 of each file of learned weights.
        """
        self._pipeline = CandidatePipeline(tagger)
        self._scorer = scorer
        self._weights = tuple(weights)

    @property
    def engines(self) -> tuple[tuple[str, str], ...]:
        """Name and version of what carries the extraction."""
        return (("spacy", version("spacy")),)

    @property
    def weights(self) -> tuple[tuple[str, str], ...]:
        """Name and SHA-256 of each network."""
        return self._weights

    def extract(self, document: Document, segment: Segment) -> Material:
        """Return the material that a segment is; all boxes as the pages are in the file."""
        pages = tuple(document.page(number) for number in segment.pages)
        texts = segment_texts(document, segment)
        findings = self._pipeline.find(texts)
        place = Place(pages={page.number: page for page in pages}, sha256=document.source.sha256)
        marks = tuple(_in_file(mark, page) for page in pages for mark in page.marks)
        return Material(
            source=document.source,
            segment=segment,
            instance=1,
            fields=resolve(
                fields_of(segment.kind), findings.found, place, self._scorer, findings.witness
            ),
            marks=marks,
            places=signing_places(segment.kind, texts, pages),
            page_labels=page_labels(pages),
            qualities=tuple(page.quality for page in pages),
            paging=paging_seals(pages),
        )


def _in_file(mark: Mark, page: Page) -> Mark:
    return replace(mark, box=page.to_file.box(mark.box))


def open_extractor(settings: Settings) -> Extractor:
    """Return an extractor; the slow parts (matchers, weights) are made here, once.

    Raises:
        WeightsError: Weights are missing or altered.
    """
    folder = settings.own_weights_dir
    scorer = open_scorer(folder)
    return PipelineExtractor(
        scorer, open_tagger(folder), weights=[tagger_digest(folder), (FILE, scorer.digest)]
    )
