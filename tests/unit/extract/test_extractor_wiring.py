"""The extractor with and without a tagger: what is wired to what."""

from __future__ import annotations

from tagged_pages import TRUSTING, file_of, rows, scorer_of, tagger_knowing

from preaudit.document import Page
from preaudit.extract.extractor import PipelineExtractor
from preaudit.extract.pipeline import CandidatePipeline
from preaudit.extract.texts import segment_texts
from preaudit.extract.witness import METHOD
from preaudit.fields import Field, FieldState

PAGE = rows("项目经理：段珊云")
UNLABELLED = rows("段珊云")
TAGGER = tagger_knowing({"段珊云": "project_manager"}, sure=0.9995)


def manager(extractor: PipelineExtractor, page: Page) -> Field:
    """The project manager of a file of this page."""
    field = extractor.extract(*file_of(page)).field("project_manager")
    assert field is not None
    return field


def test_without_a_tagger_labels_are_enough() -> None:
    """The sources that need no weights give the value behind its label."""
    field = manager(PipelineExtractor(TRUSTING), PAGE)

    assert field.state is FieldState.FOUND
    assert field.raw == "段珊云"


def test_the_tagger_gives_what_no_label_announces() -> None:
    """A name on its own is found where the scorer believes the tagger, and only there."""
    believing = scorer_of({"alone_chance": 1.0})

    assert manager(PipelineExtractor(believing, TAGGER), UNLABELLED).method == METHOD
    assert manager(PipelineExtractor(TRUSTING, TAGGER), UNLABELLED).state is FieldState.MISSING


def test_the_taggers_view_reaches_the_resolver() -> None:
    """Findings carry the witness with a tagger, none without."""
    texts = segment_texts(*file_of(PAGE))
    with_tagger, without = CandidatePipeline(TAGGER).find(texts), CandidatePipeline().find(texts)

    assert with_tagger.witness is not None
    assert without.witness is None
    assert len(with_tagger.found) == len(without.found) + 1


def test_weights_are_told_for_the_report() -> None:
    """A report can say which files of weights decided."""
    weights = [("tagger.onnx", "1" * 64), ("resolver.json", "2" * 64)]

    assert PipelineExtractor(TRUSTING, TAGGER, weights).weights == tuple(weights)
    assert PipelineExtractor(TRUSTING).engines[0][0] == "spacy"
