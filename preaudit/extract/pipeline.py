"""The spaCy pipeline that carries the candidates of one segment.

A segment is one spaCy `Doc` whose tokens are single characters, so that Chinese needs no word
segmentation and every token leads back to its place on the page. A phrase matcher marks all labels
(`doc.spans["labels"]`); then each source of candidates is a component that leaves its findings as
`doc.spans["candidates"]` and, typed, in `doc.user_data`. A trained tagger joins as one more source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import spacy
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

from preaudit.extract.anchors import LabelSource
from preaudit.extract.beside import BesideSource
from preaudit.extract.candidate import Candidate, CandidateSource, Found, SegmentTexts
from preaudit.extract.closing import ClosingSource
from preaudit.extract.grid import GridSource
from preaudit.extract.lexicon import known_kinds, lexicon
from preaudit.extract.prose import ProseSource
from preaudit.extract.tagger import Tagger
from preaudit.extract.witness import Witness, witness_of

_TEXTS: Final = "preaudit_texts"
_ENDS: Final = "preaudit_label_ends"
_FOUND: Final = "preaudit_found"
_WITNESS: Final = "preaudit_witness"

SOURCES: Final[dict[str, type[CandidateSource]]] = {
    "grid": GridSource,
    "labels": LabelSource,
    "beside": BesideSource,
    "prose": ProseSource,
    "closing": ClosingSource,
}
"""The sources that need no weights, in the order they run."""


class LabelMatcher:
    """Marks every label, of whatever kind of paper; each kind then keeps those it knows."""

    def __init__(self, nlp: Language) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="ORTH")
        labels = sorted({label for kind in known_kinds() for label in lexicon(kind).table})
        self._matcher.add("LABEL", [_doc(nlp, label) for label in labels])

    def __call__(self, doc: Doc) -> Doc:
        """Leave where labels end, passage by passage."""
        texts: SegmentTexts = doc.user_data[_TEXTS]
        text = "".join(passage.text for passage in texts.searched())
        ends = list(range(len(doc)))
        broken = _stops(texts)
        for _, start, end in self._matcher(doc):
            if broken.intersection(range(start + 1, end)):
                continue
            if end > ends[start] and text[start:end] in texts.lexicon.table:
                ends[start] = end
        by_passage = _by_passage(texts, ends)
        for passage, own in zip(texts.searched(), by_passage, strict=True):
            _compose(passage.text, own, passage.stops, texts)
        doc.spans["labels"] = [Span(doc, a, b, label="LABEL") for a, b in enumerate(ends) if b > a]
        doc.user_data[_ENDS] = by_passage
        return doc


def _compose(text: str, ends: list[int], stops: frozenset[int], texts: SegmentTexts) -> None:
    """Lengthen the word for a role by the attribute right behind it (发包人 + 地址)."""
    for at in range(len(text) - 1, -1, -1):
        end = ends[at]
        if end == at or end >= len(text) or text[at:end] not in texts.lexicon.roles:
            continue
        behind = end + 1 if text[end] == "的" else end
        reach = ends[behind] if behind < len(text) else behind
        if end in stops or behind in stops:
            continue
        if reach > behind and texts.lexicon.exact(text[at:reach]) is not None:
            ends[at] = reach


class SourcePipe:
    """Runs one source of candidates over a segment."""

    def __init__(self, source: CandidateSource) -> None:
        self._source = source

    def __call__(self, doc: Doc) -> Doc:
        """Add what the source finds."""
        found = list(self._source.candidates(doc.user_data[_TEXTS], doc.user_data[_ENDS]))
        doc.user_data[_FOUND] += found
        doc.spans["candidates"] = [*doc.spans.get("candidates", ()), *_spans(doc, found)]
        return doc


@Language.factory("preaudit_labels")
def _make_labels(nlp: Language, name: str) -> LabelMatcher:
    del name
    return LabelMatcher(nlp)


@Language.factory("preaudit_source", default_config={"source": "labels"})
def _make_source(nlp: Language, name: str, source: str) -> SourcePipe:
    del nlp, name
    return SourcePipe(SOURCES[source]())


class TaggerPipe:
    """Runs the trained tagger over a segment: its candidates, and its opinion of all others."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def __call__(self, doc: Doc) -> Doc:
        """Add what the tagger finds and leave its reading for the resolver."""
        texts: SegmentTexts = doc.user_data[_TEXTS]
        witness = witness_of(self._tagger, texts)
        doc.user_data[_WITNESS] = witness
        doc.user_data[_FOUND] += list(witness.candidates(texts.fields))
        return doc


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Every reading of every field that any source found, and the tagger's view of them."""

    found: tuple[Found, ...]
    witness: Witness | None


class CandidatePipeline:
    """Everything that finds values in a segment."""

    def __init__(self, tagger: Tagger | None = None) -> None:
        self._nlp: Any = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": "char"}}})
        self._nlp.add_pipe("preaudit_labels")
        for source in SOURCES:
            self._nlp.add_pipe("preaudit_source", name=source, config={"source": source})
        self._tagger = TaggerPipe(tagger) if tagger is not None else None

    def find(self, texts: SegmentTexts) -> Findings:
        """Return every reading of every field that any source found."""
        doc = _doc(self._nlp, "".join(passage.text for passage in texts.searched()))
        doc.user_data[_TEXTS] = texts
        doc.user_data[_FOUND] = []
        doc = self._nlp(doc)
        if self._tagger is not None:
            # Its weights are opened by the caller, so it is no pipe that spaCy could make by name.
            doc = self._tagger(doc)
        return Findings(found=tuple(doc.user_data[_FOUND]), witness=doc.user_data.get(_WITNESS))


def _doc(nlp: Any, text: str) -> Doc:
    return Doc(nlp.vocab, words=list(text), spaces=[False] * len(text))


def _stops(texts: SegmentTexts) -> frozenset[int]:
    """Return where paragraphs begin in the joined text: no label runs on from one into the next."""
    stops: set[int] = set()
    base = 0
    for passage in texts.searched():
        stops |= {base + stop for stop in passage.stops}
        base += len(passage.text)
    return frozenset(stops)


def _by_passage(texts: SegmentTexts, ends: Sequence[int]) -> list[list[int]]:
    """Cut the label ends by passage: no label runs from one passage into the next."""
    out: list[list[int]] = []
    base = 0
    for passage in texts.searched():
        size = len(passage.text)
        cut = [end - base for end in ends[base : base + size]]
        out.append([end if end <= size else at for at, end in enumerate(cut)])
        base += size
    return out


def _spans(doc: Doc, found: Sequence[Found]) -> list[Span]:
    texts: SegmentTexts = doc.user_data[_TEXTS]
    bases: dict[int, int] = {}
    base = 0
    for passage in texts.searched():
        bases[id(passage)] = base
        base += len(passage.text)
    return [
        Span(
            doc,
            bases[id(one.passage)] + one.start,
            bases[id(one.passage)] + one.end,
            label=one.field,
        )
        for one in found
        if isinstance(one, Candidate) and id(one.passage) in bases
    ]
