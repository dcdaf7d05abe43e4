"""Blank forms are printed as they are and judged by what is claimed of them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from corpus.faces import faces_installed
from models.evaluation.blank_forms import Form, blank, claim, forms_of, printed
from preaudit.classify import open_classifier
from preaudit.document import Document, Line, Origin, Page, Quality
from preaudit.extract import open_extractor
from preaudit.geometry import Box
from preaudit.settings import Settings
from preaudit.sheet import MediaType, Source

if TYPE_CHECKING:
    from preaudit.classify import Classifier
    from preaudit.extract import Extractor

_TABLE = {
    "table": [
        [{"t": "船舶", "rs": 2}, {"t": "名称"}, {"t": "⟦name⟧"}],
        [{"t": "吨位"}, {"t": "⟦size⟧"}],
        [{"t": "停靠地点", "cs": 2}, {"t": ""}],
    ]
}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    """The extractor as the pipeline opens it."""
    return open_extractor(Settings())


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The classifier as the pipeline opens it."""
    return open_classifier(Settings())


def _document(*rows: tuple[str, float, float]) -> Document:
    """Return a page of rows: text, top and size."""
    lines = []
    for text, top, size in rows:
        left = 0.5 - 0.01 * size * len(text)
        edges = tuple(left + 0.02 * size * n for n in range(len(text) + 1))
        box = Box(page=1, left=left, top=top, right=edges[-1], bottom=top + 0.015 * size)
        lines.append(Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges))
    page = Page(
        number=1, aspect=1.414, lines=tuple(lines), cells=(), marks=(),
        quality=Quality(flaws=(), dpi=None, mean_confidence=1.0),
    )  # fmt: skip
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1, pages=1
    )
    return Document(source=source, pages=(page,))


def test_forms_are_read_with_the_heading_that_is_printed(tmp_path: Path) -> None:
    """A page's name before the heading is dropped; a table's label is no heading."""
    told = [
        {"id": "1", "title": "办事", "blocks": [{"p": "办事 船舶停靠申请表"}, _TABLE]},
        {"id": "2", "title": "船舶", "blocks": [_TABLE]},
    ]
    (tmp_path / "forms.json").write_text(json.dumps(told), encoding="utf-8")
    first, second = forms_of(tmp_path)
    assert (first.title, len(first.blocks)) == ("船舶停靠申请表", 1)
    assert second.title == ""


def test_slots_are_left_blank() -> None:
    """Names of slots are not printed."""
    assert blank("文号：⟦WH⟧ 其他：⟦x y⟧") == "文号： 其他："


@pytest.mark.skipif(not faces_installed(), reason="typefaces of the corpus are not installed")
def test_form_is_printed_with_its_labels_and_nothing_in_its_slots() -> None:
    """Heading and labels stand in the text layer of one page; the slots' names do not."""
    form = Form(number="1", title="船舶停靠申请表", blocks=(_TABLE,))
    pdf = pypdfium2.PdfDocument(io.BytesIO(printed(form)))
    text = pdf[0].get_textpage().get_text_bounded()
    assert len(pdf) == 1
    assert all(word in text for word in ("船舶停靠申请表", "吨位", "停靠地点"))
    assert "name" not in text


def test_settled_kind_of_ours_is_overclaimed_unless_the_title_is_ours(
    classifier: Classifier, extractor: Extractor
) -> None:
    """Only a form whose title is one of our kinds may come out as that kind."""
    document = _document(("建筑工程施工许可申请表", 0.1, 1.8), ("建设单位", 0.2, 1.0))
    forms = [
        Form(number="1", title=title, blocks=())
        for title in ("建筑工程施工许可申请表", "船舶停靠申请表")
    ]
    ours, other = (claim(form, document, classifier, extractor) for form in forms)
    assert (ours.kinds, ours.overclaimed) == (("application-form",), False)
    assert other.overclaimed
