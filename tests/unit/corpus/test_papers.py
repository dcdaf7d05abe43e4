"""Papers must say, at the places of the answer key, what the answer key says."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pdfplumber
import pytest

from corpus.channels import send
from corpus.compose import compose, layouts
from corpus.drafts import drafts_of
from corpus.faces import faces_installed, has_glyph
from corpus.grammar import grammar_families
from corpus.making import TrainingPaper, families, iterate_papers
from corpus.paper import Paper, Spot
from corpus.values import kind_names, plain
from corpus.world import make_world, names

pytestmark = pytest.mark.skipif(not faces_installed(), reason="Debian's Chinese faces are missing")


def _text_in(pdf: pdfplumber.PDF, spot: Spot) -> str:
    return "".join(text for part in spot.parts for text in _letters(pdf, part.page, part.box))


def _letters(
    pdf: pdfplumber.PDF, number: int, box: tuple[float, float, float, float]
) -> Iterator[str]:
    page = pdf.pages[number - 1]
    left, top, right, bottom = (
        share * side for share, side in zip(box, (page.width, page.height) * 2, strict=True)
    )
    inside = [
        char
        for char in page.chars
        if left <= (char["x0"] + char["x1"]) / 2 <= right
        and top <= (char["top"] + char["bottom"]) / 2 <= bottom
    ]
    return (char["text"] for char in sorted(inside, key=lambda char: char["x0"]))


def _check_boxes(papers: Iterator[TrainingPaper]) -> None:
    for made in papers:
        with pdfplumber.open(io.BytesIO(made.paper.data)) as pdf:
            for name, spots in made.paper.spots.items():
                for spot in spots:
                    found = _text_in(pdf, spot)
                    assert plain(found) == plain(spot.value), (made.kind, made.family, name)


def test_every_value_is_read_back_from_its_box() -> None:
    """In every written layout, the text inside each box is the value, and nothing else."""
    written = {(kind, family) for kind in kind_names() for family in layouts(kind)}
    _check_boxes(iterate_papers(seed=11, count=len(written), only=written))


@pytest.mark.parametrize("family", grammar_families("award-notice"))
def test_values_are_read_back_from_drawn_layouts(family: str) -> None:
    """The same holds for layouts that the grammar draws."""
    kinds = ("application-form", "construction-contract", "contractor-qualification")
    only = {(kind, family) for kind in kinds}
    _check_boxes(iterate_papers(kinds, seed=13, count=len(kinds), only=only))


def test_every_kind_has_three_layouts() -> None:
    """No kind is known by one form only, even without the grammar."""
    assert all(len(layouts(kind)) >= 3 for kind in kind_names())


def test_the_same_seed_gives_the_same_bytes() -> None:
    """A paper is a pure function of its draft, layout and seed."""
    draft = next(draft for draft in drafts_of(make_world(3)) if draft.kind == "award-notice")
    first, second = (compose(draft, "prose", "3") for _ in range(2))
    assert first == second
    scans = [send(first, "scan-colour+turned90", seed="3", dpi=60) for _ in range(2)]
    assert scans[0] == scans[1]


def _dark_share(paper: Paper) -> float:
    """Return how dark the place of the project's code is, compared with the page."""
    import pypdfium2 as pdfium  # noqa: PLC0415 (only this test looks at pixels)

    spot = paper.spots["certificate_no"][0]
    with pdfium.PdfDocument(paper.data) as document:
        grey = document[spot.page - 1].render(scale=2, grayscale=True).to_numpy()
    rows, columns = grey.shape[:2]
    left, top, right, bottom = spot.box
    cut = grey[int(top * rows) : int(bottom * rows), int(left * columns) : int(right * columns)]
    return float((cut < grey.mean() - 70).mean())


@pytest.mark.parametrize("channel", ["scan+turned90", "scan+turned180", "scan+turned270+skew"])
def test_boxes_move_with_the_pixels(channel: str) -> None:
    """After turning and skewing, the box still lies on ink."""
    world = make_world(8)
    draft = next(one for one in drafts_of(world) if one.kind == "land-planning-permit")
    paper = send(compose(draft, "certificate", "8"), channel, seed="8", dpi=110)
    assert paper.channel == "scan"
    assert _dark_share(paper) > 0.04


def test_whole_layout_families_can_be_left_out() -> None:
    """Training may leave out every paper of a (kind, family) pair."""
    left_out = {("award-notice", "prose")}
    count = len(families("award-notice")) - 1
    made = list(iterate_papers(("award-notice",), seed=1, count=count, without=left_out))
    assert "prose" not in {one.family for one in made}
    assert {one.family for one in made} == set(families("award-notice")) - {"prose"}


def test_no_name_has_a_character_without_a_glyph() -> None:
    """Every syllable that names are made of can be shown."""
    listed = names()
    keys = ("surnames", "given", "rare_given", "brand_first", "brand_second", "street_first")
    for char in {char for key in keys for char in listed[key]}:
        assert has_glyph("hei", char) or has_glyph("song", char)
