"""Pages to materials by titles, labels, page numbers and words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preaudit.classify.classifier import Classifier, open_classifier
from preaudit.classify.fusing import Fusing
from preaudit.classify.knowledge import OTHER, looks
from preaudit.classify.wording import WordingModel
from preaudit.document import Document, Line, Origin, Page, Quality, Segment
from preaudit.errors import WeightsError
from preaudit.geometry import Box
from preaudit.settings import Settings
from preaudit.sheet import MediaType, Source

KINDS = tuple(sorted(looks().kinds))
SIGNS = {"甲": "funds-commitment", "乙": "award-notice", "丙": OTHER}
"""What the words of the tests mean: a sign twice over is of this kind."""
FUSING = Fusing(
    kinds=(1.0, 5.0, 3.0, 1.0, 1.0),
    begins=(0.0, 1.0, 0.0, 4.0, 0.0, 0.0, 0.0, -1.0, 1.0, -5.0, *(0.0,) * 24),
    begins_bias=-2.0,
    settled_from=0.9,
    other_from=0.9,
)


def words() -> WordingModel:
    """A model that knows the three signs, each as a word of its kind that begins a material."""
    names = [f"b{sign}{sign}" for sign in SIGNS]
    weights = np.zeros((len(names), len(KINDS) + 1), dtype=np.float32)
    for row, kind in enumerate(SIGNS.values()):
        weights[row, KINDS.index(kind)] = 9.0
    biases = np.zeros(len(KINDS) + 1, dtype=np.float32)
    return WordingModel(names, np.ones(len(names), dtype=np.float32), weights, biases, KINDS)


CLASSIFIER = Classifier(words(), FUSING)


def line(text: str, top: float, *, size: float = 1.0, left: float | None = None) -> Line:
    """A row of text, centred unless a left edge is given."""
    width = 0.02 * size
    start = 0.5 - width * len(text) / 2 if left is None else left
    edges = tuple(start + width * n for n in range(len(text) + 1))
    box = Box(page=1, left=start, top=top, right=edges[-1], bottom=top + 0.015 * size)
    return Line(text=text, box=box, confidence=1.0, origin=Origin.EMBEDDED, edges=edges)


def page(*rows: str, title: str = "") -> Page:
    """A page of rows, under a large title if there is one."""
    lines = [line(title, 0.1, size=1.8)] if title else []
    lines += [line(row, 0.2 + 0.03 * n, left=0.12) for n, row in enumerate(rows)]
    quality = Quality(flaws=(), dpi=None, mean_confidence=1.0)
    return Page(number=1, aspect=1.414, lines=tuple(lines), cells=(), marks=(), quality=quality)


def told(*pages: Page) -> tuple[Segment, ...]:
    """The materials of a file of these pages."""
    source = Source(
        name="a.pdf", sha256="0" * 64, sm3="", media_type=MediaType.PDF, size_bytes=1,
        pages=len(pages),
    )  # fmt: skip
    numbered = tuple(replace(one, number=n) for n, one in enumerate(pages, start=1))
    return CLASSIFIER.classify(Document(source=source, pages=numbered))


BLANK = page()
LICENCE = page("注册资本：3000万元", "成立日期：2013年1月1日", title="营业执照")


def test_words_tell_what_titles_do_not() -> None:
    """A page without title or label is what its words say."""
    (segment,) = told(page("甲甲字样的一段话"))

    assert segment.kind == "funds-commitment"


def test_a_clear_title_outweighs_words() -> None:
    """A business licence is one though a word on it is that of another paper."""
    (segment,) = told(
        page("甲甲", "注册资本：3000万元", "成立日期：2013年1月1日", title="营业执照")
    )

    assert segment.kind == "business-licence"
    assert "funds-commitment" in dict(segment.runners_up)


def test_where_both_agree_the_kind_is_settled() -> None:
    """Title and words together leave nothing to ask."""
    (segment,) = told(page("乙乙", "中标人：临江筑成建设有限公司", title="中标通知书"))

    assert (segment.kind, segment.settled) == ("award-notice", True)
    assert segment.confidence > 0.9


def test_where_nothing_speaks_nothing_is_settled() -> None:
    """A page that neither side knows needs a person."""
    (segment,) = told(page("一二三四五六"))

    assert not segment.settled
    assert segment.runners_up


def test_a_page_of_another_kind_begins_a_material() -> None:
    """Two papers in one file are two materials, each with its pages."""
    found = told(page("甲甲"), page("甲甲"), LICENCE, page("乙乙"))

    assert [(one.kind, one.pages) for one in found] == [
        ("funds-commitment", (1, 2)),
        ("business-licence", (3,)),
        ("award-notice", (4,)),
    ]


def test_the_back_of_a_sheet_belongs_to_its_front() -> None:
    """A page on which nothing stands joins the material before it and says nothing of its kind."""
    (segment, other) = told(LICENCE, BLANK, page("甲甲"))

    assert (segment.kind, segment.pages) == ("business-licence", (1, 2))
    assert other.pages == (3,)


def test_a_file_of_blank_pages_is_nothing_we_know() -> None:
    """Blank pages are one unsettled material of kind `other`."""
    (segment,) = told(BLANK, BLANK)

    assert (segment.kind, segment.pages, segment.settled) == (OTHER, (1, 2), False)


def test_blank_pages_before_a_paper_are_no_part_of_it() -> None:
    """What comes after blank pages begins anew."""
    blank, licence = told(BLANK, LICENCE)

    assert (blank.kind, licence.kind) == (OTHER, "business-licence")


def test_a_page_numbered_one_begins_anew() -> None:
    """Two papers of one kind in a row are told apart by their page numbers."""

    def numbered(number: int) -> Page:
        return page("甲甲", f"第{number}页共2页")

    found = told(*(numbered(number) for number in (1, 2, 1, 2)))

    assert [one.pages for one in found] == [(1, 2), (3, 4)]


def test_what_follows_a_cover_belongs_to_it() -> None:
    """A sparse first page of a paper of many pages takes in the page after it, a full one not."""
    cover = page("工程名称：临江新苑", title="建设工程施工合同")
    full = page(*(f"第{n}条内容" * 12 for n in range(8)), title="建设工程施工合同")
    after = page("乙乙")

    assert [one.pages for one in told(cover, after)] == [(1, 2)]
    assert [one.pages for one in told(full, after)] == [(1,), (2,)]


def test_a_file_without_pages_has_no_materials() -> None:
    """Nothing in, nothing out."""
    assert told() == ()


SOME = st.sampled_from((BLANK, LICENCE, page("甲甲"), page("乙乙"), page("丙丙"), page("一二三")))


@settings(deadline=None)  # a busy machine is no fault
@given(pages=st.lists(SOME, max_size=8))
def test_every_page_is_in_one_material(pages: list[Page]) -> None:
    """Segments cover the file once and in order, whatever is in it."""
    found = told(*pages)

    assert [number for one in found for number in one.pages] == list(range(1, len(pages) + 1))
    assert all(0 < one.confidence <= 0.99 for one in found)
    assert all(one.kind not in dict(one.runners_up) for one in found)


def test_missing_weights_name_the_remedy(tmp_path: Path) -> None:
    """Who has no weights is told how to make them."""
    settings = Settings().model_copy(update={"own_weights_dir": tmp_path})
    with pytest.raises(WeightsError, match="make train"):
        open_classifier(settings)
